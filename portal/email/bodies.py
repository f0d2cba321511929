"""Fetch the texts and attachment names of matches, twenty a request."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from urllib.parse import quote, unquote

from portal.email import message_store
from portal.email.headers import BROKEN, LINK_PROPERTIES, Item, attachment, links
from portal.email.html_text import text_of
from portal.email.models import AttachmentName, Header, Message, Reason
from portal.email.sync_job import SyncJob
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import (
    Gone,
    GraphError,
    PermissionMissing,
    Refused,
    Throttled,
    TooLarge,
)
from portal.graph.links import segment

# After this many failures of its own text a message no longer holds up the others.
TRIES_BEFORE_GIVING_UP = 5
LONGEST_TEXT = 1_000_000
TEXT_BODY = 'outlook.body-content-type="text"'
# Only files have a Content-ID: without their type Microsoft refuses it with 400.
ATTACHMENT_FIELDS = "id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId"
# Always with attachments: hasAttachments is false where all of them are inline.
# https://learn.microsoft.com/graph/api/resources/message
ATTACHMENTS = f"attachments($select={ATTACHMENT_FIELDS})"
_WANTED = quote(" or ".join(f"id eq '{each}'" for each in LINK_PROPERTIES), safe="'")
LINKS = f"singleValueExtendedProperties($filter={_WANTED})"
# What is asked of a message, and what is asked once where its properties are refused.
WHOLE = (
    f"$select=id,body&$expand={ATTACHMENTS},{LINKS}",
    f"$select=id,body,internetMessageHeaders&$expand={ATTACHMENTS}",
)
LINKS_ALONE = (f"$select=id&$expand={LINKS}", "$select=id,internetMessageHeaders")
# The address by which a text shows a file of its message.
SHOWN = re.compile(r"cid:([^\s\"'<>()\[\]]+)", re.IGNORECASE)

Failed = Sequence[tuple[Header, GraphError]]
# Day, reason and alias.
LeftOut = tuple[str, str, str]


@dataclass(frozen=True)
class Answers:
    """The answers about some messages. Those in `unlinked` came without their links."""

    items: dict[Header, Item] = field(default_factory=dict)
    failed: list[tuple[Header, GraphError]] = field(default_factory=list)
    unlinked: set[Header] = field(default_factory=set)

    def links(self, header: Header) -> tuple[str, ...] | None:
        return None if header in self.unlinked else links(self.items[header], header)


def fetch(job: SyncJob, headers: list[Header]) -> tuple[list[Message], Counter[LeftOut]]:
    """Fetch messages with their texts, and count those to do without.

    A text that Microsoft refuses holds up no other. It is asked for again with a later sync.
    """
    answers = _answers(job, headers, WHOLE)
    pages = _pages(job.graph, answers.items)
    found = [
        replace(message(header, item, page=pages.get(header)), links=answers.links(header))
        for header, item in answers.items.items()
    ]
    return found, _without_text(job, answers.failed)


def fetch_links(job: SyncJob, headers: list[Header]) -> dict[str, tuple[str, ...] | None]:
    """The links of messages that were kept without them, by Graph id. A later walk may tell more.

    Their texts stay: one that Exchange changed a little would be taken for another message.
    """
    answers = _answers(job, headers, LINKS_ALONE)
    return {header.graph_id: answers.links(header) for header in answers.items}


def _answers(job: SyncJob, headers: list[Header], queries: tuple[str, str]) -> Answers:
    """Ask by the first query, and once by the second one where Microsoft refuses a property."""
    first = _asked(job.graph, headers, queries[0])
    refused = [header for header, answer in first.items() if _is_refused(answer)]
    second = _asked(job.graph, refused, queries[1])
    answers = Answers()
    job.require_answering((first | second).values())
    for header, answer in (first | second).items():
        error = answer if isinstance(answer, GraphError) else answer.error()
        if error is not None:
            answers.failed.append((header, error))
        elif isinstance(answer, BatchAnswer):
            item = answer.body if isinstance(answer.body, dict) else {}
            answers.items[header] = item
            if header in second and "internetMessageHeaders" not in item:
                answers.unlinked.add(header)
    return answers


def _is_refused(answer: BatchAnswer | GraphError) -> bool:
    error = answer if isinstance(answer, GraphError) else answer.error()
    return isinstance(error, Refused | PermissionMissing)


def _asked(
    graph: GraphClient, headers: list[Header], query: str
) -> dict[Header, BatchAnswer | GraphError]:
    parts = [_part(str(number), header, query) for number, header in enumerate(headers)]
    answers = _sent(graph, parts)
    return {header: answers[str(number)] for number, header in enumerate(headers)}


def _sent(graph: GraphClient, parts: list[BatchRequest]) -> dict[str, BatchAnswer | GraphError]:
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


def _part(number: str, header: Header, query: str) -> BatchRequest:
    path = f"messages/{segment(header.graph_id)}?{query}"
    return BatchRequest(number, "GET", path, headers={"Prefer": TEXT_BODY})


def _pages(graph: GraphClient, items: Mapping[Header, Item]) -> dict[Header, Any]:
    """The bodies as HTML of messages with a picture that the text does not name.

    Text has the description of a picture in its place, if it has one.
    """
    asked = [header for header, item in items.items() if _has_other_picture(item)]
    parts = [
        BatchRequest(str(number), "GET", f"messages/{segment(header.graph_id)}?$select=id,body")
        for number, header in enumerate(asked)
    ]
    answers = _sent(graph, parts)
    return {
        header: answer.body.get("body")
        for number, header in enumerate(asked)
        if isinstance(answer := answers[str(number)], BatchAnswer)
        and answer.error() is None
        and isinstance(answer.body, dict)
    }


def _has_other_picture(item: Item) -> bool:
    shown = _shown_in(item.get("body"))
    return any(_is_picture(each) and not _is_shown(each, shown) for each in _files(item))


def _without_text(job: SyncJob, failed: Failed) -> Counter[LeftOut]:
    """Count messages by day and reason. Those that a later try may bring are not counted."""
    steps = {header.graph_id: _step(error) for header, error in failed if not _is_gone(error)}
    times = _save_failures(job, steps)
    without: Counter[LeftOut] = Counter()
    for header, error in failed:
        day, graph_id = header.received_at.date().isoformat(), header.graph_id
        if _is_gone(error):
            without[day, Reason.VANISHED, ""] += 1
        elif times[graph_id] - steps[graph_id] <= TRIES_BEFORE_GIVING_UP < times[graph_id]:
            without[day, Reason.UNREADABLE, ""] += 1
    return without


def _is_gone(error: GraphError) -> bool:
    return isinstance(error, Gone)


def _step(error: GraphError) -> int:
    """How many tries a failure counts for."""
    if isinstance(error, TooLarge):
        return TRIES_BEFORE_GIVING_UP + 1
    # Microsoft did not try a request that it throttled.
    return 0 if isinstance(error, Throttled) else 1


def _save_failures(job: SyncJob, steps: Mapping[str, int]) -> dict[str, int]:
    if not steps:
        return {}
    with job.write() as now:
        return message_store.save_text_failures(job.rows, job.mailbox.id, steps, now=now)


def message(header: Header, item: Item, *, page: Any = None) -> Message:
    """The message of an answer. `page` is its body as HTML, if that was asked for."""
    text, is_cut = kept_text(item.get("body"))
    shown = _shown_in(item.get("body")) | _shown_in(page)
    return Message(header, text, is_cut, tuple(_attachments(item, shown)))


def _attachments(item: Item, shown: frozenset[str]) -> Iterable[AttachmentName]:
    """List attachments without the pictures that the text shows.

    Other inline files count, since some mail programs send every attachment inline.
    """
    for each in _files(item):
        if not (_is_picture(each) and _is_shown(each, shown)):
            yield attachment(each)


def _files(item: Item) -> Iterable[Item]:
    given = item.get("attachments")
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict) and each.get("id"):
            yield each


def _is_picture(item: Item) -> bool:
    return item.get("isInline") is True and str(item.get("contentType")).startswith("image/")


def _is_shown(item: Item, shown: frozenset[str]) -> bool:
    return str(item.get("contentId") or "").strip("<> ").casefold() in shown


def _shown_in(body: Any) -> frozenset[str]:
    """The Content-IDs of the files that a body shows."""
    content = body.get("content") if isinstance(body, dict) else None
    text = content if isinstance(content, str) else ""
    return frozenset(unquote(unescape(each)).casefold() for each in SHOWN.findall(text))


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
