"""Read Microsoft's messages and folders into our models. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from portal import clock
from portal.email.models import AttachmentName, Correspondent, Folder, Header

HEADER_FIELDS = (
    "id,internetMessageId,subject,from,toRecipients,ccRecipients,bccRecipients,"
    "receivedDateTime,sentDateTime,isDraft,hasAttachments,parentFolderId,webLink"
)
FOLDER_FIELDS = "id,displayName,parentFolderId,totalItemCount"
LONGEST_SUBJECT = 1000
LONGEST_NAME = 320
LONGEST_LINK = 2000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Control characters and unpaired surrogates, which files and pages cannot contain.
BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
BREAKS = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")

Item = Mapping[str, Any]


def addresses_in(item: Item) -> Iterator[str]:
    """Every address on a message, Bcc included: enough for a first check."""
    for person in _people(item):
        address = person.get("address")
        if isinstance(address, str):
            yield address


def _people(item: Item) -> Iterator[Item]:
    yield _person(item.get("from"))
    for field in ("toRecipients", "ccRecipients", "bccRecipients"):
        for each in item.get(field) or ():
            yield _person(each)


def _person(given: Any) -> Item:
    found = given.get("emailAddress") if isinstance(given, dict) else None
    return found if isinstance(found, dict) else {}


def header(item: Item) -> Header:
    received = _moment(item.get("receivedDateTime")) or _moment(item.get("sentDateTime")) or NEVER
    sender = _correspondent(item.get("from"), "from")
    return Header(
        graph_id=str(item["id"]),
        internet_message_id=one_line(item.get("internetMessageId"), LONGEST_SUBJECT),
        subject=one_line(item.get("subject"), LONGEST_SUBJECT),
        sender=sender if sender.address or sender.name else None,
        recipients=(*_list(item, "toRecipients", "to"), *_list(item, "ccRecipients", "cc")),
        hidden=tuple(each.address for each in _list(item, "bccRecipients", "bcc")),
        received_at=received,
        # No message is sent after it arrived, whatever the sender's clock said.
        sent_at=min(_moment(item.get("sentDateTime")) or received, received),
        folder_id=str(item.get("parentFolderId") or ""),
        web_link=one_line(item.get("webLink"), LONGEST_LINK),
        is_draft=item.get("isDraft") is True,
        has_attachments=item.get("hasAttachments") is True,
    )


def _list(item: Item, field: str, kind: str) -> list[Correspondent]:
    return [_correspondent(each, kind) for each in item.get(field) or ()]


def _correspondent(given: Any, kind: str) -> Correspondent:
    person = _person(given)
    return Correspondent(
        one_line(person.get("name"), LONGEST_NAME),
        one_line(person.get("address"), LONGEST_NAME),
        kind,
    )


def _moment(given: Any) -> datetime | None:
    """A time. None for an invalid one, and for Exchange's year 1."""
    try:
        found = clock.moment(str(given))
    except (ValueError, OverflowError):
        return None
    return found if found > NEVER else None


def received_text(item: Item) -> str:
    """`2026-11-24T14:00:00Z` as text, since most messages need only their day."""
    return str(item.get("receivedDateTime") or item.get("sentDateTime") or "")


def one_line(given: Any, longest: int) -> str:
    """Text without line breaks and control characters."""
    text = given if isinstance(given, str) else ""
    return BREAKS.sub(" ", BROKEN.sub("", text)).strip()[:longest]


def folder(item: Item) -> Folder:
    count = item.get("totalItemCount")
    return Folder(
        graph_id=str(item["id"]),
        parent_id=str(item["parentFolderId"]) if item.get("parentFolderId") else None,
        name=one_line(item.get("displayName"), LONGEST_NAME),
        total_count=count if isinstance(count, int) else 0,
    )


def attachment(item: Item) -> AttachmentName:
    size = item.get("size")
    return AttachmentName(
        graph_id=str(item["id"]),
        name=one_line(item.get("name"), LONGEST_NAME) or "attachment",
        content_type=one_line(item.get("contentType"), LONGEST_NAME),
        size=size if isinstance(size, int) else 0,
    )
