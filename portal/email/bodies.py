"""Fetch the texts and attachment names of matches, twenty a request."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from portal.email import message_store
from portal.email.headers import BROKEN, Item, attachment
from portal.email.html_text import text_of
from portal.email.models import AttachmentName, Header, Message, Reason
from portal.email.sync_job import SyncJob
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, GraphError, TooLarge
from portal.graph.links import segment

# After this many failures of its own text a message no longer holds up the others.
TRIES_BEFORE_GIVING_UP = 5
LONGEST_TEXT = 1_000_000
TEXT_BODY = 'outlook.body-content-type="text"'
ATTACHMENT_FIELDS = "id,name,contentType,size,isInline"

Failed = Sequence[tuple[Header, GraphError]]
# Day, reason and alias.
LeftOut = tuple[str, str, str]


def fetch(job: SyncJob, headers: list[Header]) -> tuple[list[Message], Counter[LeftOut]]:
    """Fetch messages with their texts, and count those to do without."""
    found: list[Message] = []
    failed: list[tuple[Header, GraphError]] = []
    answers = _answers(job.graph, headers)
    for number, header in enumerate(headers):
        answer = answers[str(number)]
        error = answer if isinstance(answer, GraphError) else answer.error()
        if error is not None:
            failed.append((header, error))
        elif isinstance(answer, BatchAnswer):
            found.append(message(header, answer.body if isinstance(answer.body, dict) else {}))
    return found, _without_text(job, failed)


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


def _without_text(job: SyncJob, failed: Failed) -> Counter[LeftOut]:
    """Count messages by day and reason. Raises the error of one that a later try may bring."""
    times = _save_failures(job, failed)
    return Counter(
        (
            header.received_at.date().isoformat(),
            _why_missing(error, times.get(header.graph_id, 0)),
            "",
        )
        for header, error in failed
    )


def _save_failures(job: SyncJob, failed: Failed) -> dict[str, int]:
    """How often each text failed. What else failed in this mailbox says nothing about it."""
    ids = [header.graph_id for header, error in failed if error.microsoft_status >= 500]
    if not ids:
        return {}
    with job.write() as now:
        return message_store.save_text_failures(job.rows, job.mailbox.id, ids, now=now)


def _why_missing(error: GraphError, times: int) -> Reason:
    """Tell why a text is missing. Raises a fault until it seems permanent."""
    if isinstance(error, Gone):
        return Reason.VANISHED
    if isinstance(error, TooLarge) or times > TRIES_BEFORE_GIVING_UP:
        return Reason.UNREADABLE
    raise error


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
        text = text_of(text)
    return cut(cleaned(text))


def cleaned(text: str) -> str:
    """Normalize line ends and remove control characters."""
    return BROKEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def cut(text: str) -> tuple[str, bool]:
    """Cut to at most 1 MB of UTF-8, between two characters."""
    if len(text) * 4 <= LONGEST_TEXT or len(encoded := text.encode()) <= LONGEST_TEXT:
        return text, False
    return encoded[:LONGEST_TEXT].decode(errors="ignore"), True
