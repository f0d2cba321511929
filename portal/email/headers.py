"""Read Microsoft's messages and folders into our models. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from portal import clock
from portal.addresses import fold
from portal.email.models import AttachmentKind, AttachmentName, Correspondent, Folder, Header
from portal.graph.links import kept_link
from portal.suggested_addresses.models import Stranger

HEADER_FIELDS = (
    "id,internetMessageId,conversationId,subject,from,sender,replyTo,toRecipients,ccRecipients,bccRecipients,"
    "receivedDateTime,sentDateTime,isDraft,parentFolderId,webLink"
)
# In-Reply-To and References as Exchange keeps them: copies in Sent Items have no
# internetMessageHeaders. https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxprops
LINK_PROPERTIES = ("String 0x1042", "String 0x1039")
LINK_HEADERS = ("in-reply-to", "references")
# A thread names its oldest message first; the newest ones connect it.
MOST_LINKS = 100
MESSAGE_ID = re.compile("<([^<>]+)>")
FOLDER_FIELDS = "id,displayName,parentFolderId,totalItemCount"
LONGEST_SUBJECT = 1000
LONGEST_NAME = 320
# Mail may be under way for a day or two; what is older was dated by a wrong clock.
LONGEST_WAY = timedelta(days=3)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Control characters and unpaired surrogates, which files and pages cannot contain.
BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
BREAKS = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")

# Outlook items that are attached may be appointments and contacts too.
ENDINGS = (".eml", ".ics", ".vcf")

Item = Mapping[str, Any]


def addresses_in(item: Item) -> Iterator[str]:
    """Every address in From, To, Cc and Bcc of a message: enough for a first check."""
    return _addresses(_people(item))


def agents_in(item: Item) -> Iterator[str]:
    """Every address in Sender and Reply-To of a message."""
    return _addresses([_person(item.get("sender")), *map(_person, _members(item, "replyTo"))])


def _addresses(people: Iterable[Item]) -> Iterator[str]:
    for person in people:
        address = person.get("address")
        if isinstance(address, str):
            yield address


def _people(item: Item) -> Iterator[Item]:
    yield _person(item.get("from"))
    for field in ("toRecipients", "ccRecipients", "bccRecipients"):
        for each in _members(item, field):
            yield _person(each)


def _members(item: Item, field: str) -> list[Any]:
    """The members of a list, of which what is no list has none."""
    found = item.get(field)
    return found if isinstance(found, list) else []


def _person(given: Any) -> Item:
    found = given.get("emailAddress") if isinstance(given, dict) else None
    return found if isinstance(found, dict) else {}


def header(item: Item) -> Header:
    received = _moment(item.get("receivedDateTime")) or _moment(item.get("sentDateTime")) or NEVER
    claimed = _moment(item.get("sentDateTime")) or received
    sender = _correspondent(item.get("from"), "from")
    sent_by = _correspondent(item.get("sender"), "sender")
    return Header(
        graph_id=str(item["id"]),
        internet_message_id=one_line(item.get("internetMessageId"), LONGEST_SUBJECT),
        subject=one_line(item.get("subject"), LONGEST_SUBJECT),
        sender=sender if sender.address or sender.name else None,
        recipients=(*_list(item, "toRecipients", "to"), *_list(item, "ccRecipients", "cc")),
        hidden=tuple(each.address for each in _list(item, "bccRecipients", "bcc")),
        received_at=received,
        sent_at=claimed if received - LONGEST_WAY <= claimed <= received else received,
        claimed_sent_at=claimed,
        folder_id=str(item.get("parentFolderId") or ""),
        web_link=kept_link(item.get("webLink")),
        is_draft=item.get("isDraft") is True,
        sent_by=sent_by if sent_by.address else None,
        agents=tuple(
            each.address for each in (sent_by, *_list(item, "replyTo", "reply to")) if each.address
        ),
    )


def _list(item: Item, field: str, kind: str) -> list[Correspondent]:
    return [_correspondent(each, kind) for each in _members(item, field)]


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


def conversation_id(item: Item) -> str:
    """The conversation of a message in its mailbox. Empty if an old cursor does not tell it."""
    return one_line(item.get("conversationId"), LONGEST_SUBJECT)


def stranger(item: Item) -> Stranger | None:
    """The person in From of a message with no candidate. None for a draft and for no address."""
    writer = _correspondent(item.get("from"), "from")
    received = _moment(item.get("receivedDateTime"))
    conversation = conversation_id(item)
    if item.get("isDraft") is True or not (writer.address and received and conversation):
        return None
    return Stranger(conversation, writer.address, writer.name, received)


def received_text(item: Item) -> str:
    """`2026-11-24T14:00:00Z` as text, since most messages need only their day."""
    return str(item.get("receivedDateTime") or item.get("sentDateTime") or "")


def links(item: Item, message: Header) -> tuple[str, ...]:
    """The Message-IDs that a message refers to, as `internet_message_id` writes them.

    Some programs write an address into In-Reply-To, which connects nothing. A Message-ID with
    other words around it is linked to its bare form, which answers name.
    """
    own = message.internet_message_id
    people = {fold(each) for each in (*message.addresses, *message.hidden, *message.agents)}
    named = [each for value in _link_values(item) for each in _message_ids(value)]
    bare = _message_ids(own) or ([f"<{own}>"] if own else [])
    found = (*bare, *[each for each in named if fold(each[1:-1]) not in people][-MOST_LINKS:])
    return tuple(dict.fromkeys(each for each in found if each != own))


def _link_values(item: Item) -> Iterator[str]:
    wanted = {each.casefold() for each in LINK_PROPERTIES}
    for each in _members(item, "singleValueExtendedProperties"):
        if isinstance(each, dict) and str(each.get("id")).casefold() in wanted:
            yield str(each.get("value") or "")
    for each in _members(item, "internetMessageHeaders"):
        if isinstance(each, dict) and str(each.get("name")).casefold() in LINK_HEADERS:
            yield str(each.get("value") or "")


def _message_ids(text: str) -> list[str]:
    inside = (one_line(each, LONGEST_SUBJECT - 2) for each in MESSAGE_ID.findall(text))
    return [f"<{each}>" for each in inside if each]


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
    kind = _kind(item)
    name = one_line(item.get("name"), LONGEST_NAME) or "attachment"
    content_type = one_line(item.get("contentType"), LONGEST_NAME)
    if kind is AttachmentKind.MESSAGE:
        name = name if name.lower().endswith(ENDINGS) else f"{name}.eml"
        content_type = content_type or "message/rfc822"
    return AttachmentName(
        graph_id=str(item["id"]),
        name=name,
        content_type=content_type,
        size=size if isinstance(size, int) else 0,
        kind=kind,
    )


def _kind(item: Item) -> AttachmentKind:
    kind = str(item.get("@odata.type", "")).lower()
    if kind.endswith("referenceattachment"):
        return AttachmentKind.CLOUD
    return AttachmentKind.MESSAGE if kind.endswith("itemattachment") else AttachmentKind.FILE
