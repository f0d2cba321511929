"""Fetch the texts and attachment names of matches, twenty a request."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portal.email import message_store
from portal.email.headers import BROKEN, Item, attachment
from portal.email.html_text import text_of
from portal.email.models import AttachmentName, Header, Message, Reason
from portal.email.sync_job import SyncJob
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, GraphError, Throttled, TooLarge
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
    """Fetch messages with their texts, and count those to do without.

    A text that Microsoft refuses holds up no other. It is asked for again with a later sync.
    """
    found: list[Message] = []
    failed: list[tuple[Header, GraphError]] = []
    answers = _answers(job.graph, headers)
    job.require_answering(answers.values())
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
    # Always with attachments: hasAttachments is false where all of them are inline.
    # https://learn.microsoft.com/graph/api/resources/message
    expand = f"$expand=attachments($select={ATTACHMENT_FIELDS})"
    return BatchRequest(
        number,
        "GET",
        f"messages/{segment(header.graph_id)}?$select=id,body&{expand}",
        headers={"Prefer": TEXT_BODY},
    )


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
