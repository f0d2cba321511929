"""Fetch the texts and attachment names of matches, twenty a request."""

import re
from collections import Counter
from collections.abc import Iterable
from html import unescape
from typing import Any

from portal.email.headers import BROKEN, Item, attachment
from portal.email.models import AttachmentName, Header, Message, Reason
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, GraphError, TooLarge
from portal.graph.links import segment

LONGEST_TEXT = 1_000_000
TEXT_BODY = 'outlook.body-content-type="text"'
ATTACHMENT_FIELDS = "id,name,contentType,size,isInline"
# After this many failures in a row a message no longer holds up the others.
TRIES_BEFORE_GIVING_UP = 5
HIDDEN = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
LINE_ENDS = re.compile(r"<(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", re.IGNORECASE)
MARKUP = re.compile(r"<[^>]*>")


def fetch(
    graph: GraphClient, headers: list[Header], *, failures: int
) -> tuple[list[Message], Counter[tuple[str, str, str]]]:
    """Fetch messages with their texts, and count those that could not be fetched.

    `failures` says how often in a row this mailbox failed.
    """
    found: list[Message] = []
    missing: Counter[tuple[str, str, str]] = Counter()
    answers = _answers(graph, headers)
    for number, header in enumerate(headers):
        answer = answers[str(number)]
        error = answer if isinstance(answer, GraphError) else answer.error()
        if error is None and isinstance(answer, BatchAnswer):
            found.append(message(header, answer.body if isinstance(answer.body, dict) else {}))
            continue
        reason = _why_missing(error, failures)
        missing[header.received_at.date().isoformat(), reason, ""] += 1
    return found, missing


def _answers(graph: GraphClient, headers: list[Header]) -> dict[str, BatchAnswer | GraphError]:
    parts = [_part(str(number), header) for number, header in enumerate(headers)]
    try:
        return dict(graph.batch(parts)) if parts else {}
    except TooLarge:
        # Twenty texts may exceed our limit; a single one rarely does.
        return {part.id: _alone(graph, part) for part in parts}


def _alone(graph: GraphClient, part: BatchRequest) -> BatchAnswer | GraphError:
    try:
        return graph.batch([part])[part.id]
    except TooLarge as error:
        return error


def _part(number: str, header: Header) -> BatchRequest:
    expand = f"&$expand=attachments($select={ATTACHMENT_FIELDS})" if header.has_attachments else ""
    return BatchRequest(
        number,
        "GET",
        f"messages/{segment(header.graph_id)}?$select=id,body{expand}",
        headers={"Prefer": TEXT_BODY},
    )


def _why_missing(error: GraphError | None, failures: int) -> Reason:
    """Tell why a text is missing. Raises a fault until it seems permanent."""
    if isinstance(error, Gone):
        return Reason.VANISHED
    is_final = isinstance(error, TooLarge) or failures >= TRIES_BEFORE_GIVING_UP
    if error is not None and not (is_final and _is_of_message(error)):
        raise error
    return Reason.UNREADABLE


def _is_of_message(error: GraphError) -> bool:
    """Whether the error belongs to the message rather than to the mailbox or connection."""
    return isinstance(error, TooLarge) or error.microsoft_status >= 500


def message(header: Header, item: Item) -> Message:
    text, is_cut = kept_text(item.get("body"))
    return Message(header, text, is_cut, tuple(_attachments(item.get("attachments"))))


def _attachments(given: Any) -> Iterable[AttachmentName]:
    """List attachments without inline pictures.

    Other inline files count, since some mail programs send every attachment inline.
    """
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict) and each.get("id") and not _is_picture_in_text(each):
            yield attachment(each)


def _is_picture_in_text(item: Item) -> bool:
    return item.get("isInline") is True and str(item.get("contentType")).startswith("image/")


def kept_text(body: Any) -> tuple[str, bool]:
    """The text to store, and whether its end is missing. HTML is never stored."""
    given = body if isinstance(body, dict) else {}
    content = given.get("content")
    text = content if isinstance(content, str) else ""
    if str(given.get("contentType", "")).lower() == "html":
        text = _without_markup(text)
    return cut(cleaned(text))


def cleaned(text: str) -> str:
    """Normalize line ends and remove control characters."""
    return BROKEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def cut(text: str) -> tuple[str, bool]:
    """Cut to at most 1 MB of UTF-8, between two characters."""
    if len(text) * 4 <= LONGEST_TEXT or len(encoded := text.encode()) <= LONGEST_TEXT:
        return text, False
    return encoded[:LONGEST_TEXT].decode(errors="ignore"), True


def _without_markup(text: str) -> str:
    """Strip markup roughly. Microsoft was asked for text."""
    text = MARKUP.sub("", LINE_ENDS.sub("\n", HIDDEN.sub("", text)))
    return unescape(text)
