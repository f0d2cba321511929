"""All SQL for kept messages, their copies in mailboxes and their attachments' names."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import orjson

from portal.email.models import Correspondent, Decision, Message
from portal.storage.ids import new_id, new_ordered_id
from portal.storage.rows import Rows

# Longer than Portal waits between two tries.
REMEMBERED = timedelta(days=7)


def known_copies(rows: Rows, mailbox_id: str, graph_ids: Iterable[str]) -> dict[str, str]:
    """Our id of each message of this mailbox that Portal has already."""
    found = rows.all(
        tuple,
        "select graph_id, message_id from message_copies "
        "where mailbox_id = :mailbox and graph_id in :ids",
        {"mailbox": mailbox_id, "ids": list(graph_ids)},
    )
    return dict(found)


def save_text_failures(
    rows: Rows, mailbox_id: str, graph_ids: list[str], *, now: datetime
) -> dict[str, int]:
    """Count a failure of each text, and return how many it has. Belongs inside write()."""
    rows.execute("delete from text_failures where last_failed_at < ?", [now - REMEMBERED])
    rows.many(
        "insert into text_failures (mailbox_id, graph_id, count, last_failed_at) "
        "values (?, ?, 1, ?) on conflict (mailbox_id, graph_id) do update set "
        "count = text_failures.count + 1, last_failed_at = excluded.last_failed_at",
        [(mailbox_id, graph_id, now) for graph_id in graph_ids],
    )
    found = rows.all(
        tuple,
        "select graph_id, count from text_failures "
        "where mailbox_id = :mailbox and graph_id in :ids",
        {"mailbox": mailbox_id, "ids": graph_ids},
    )
    return dict(found)


def save_messages(
    rows: Rows, mailbox_id: str, kept: list[Message], *, now: datetime
) -> dict[str, str]:
    """Save messages and return our id for each Graph id. One of another mailbox is kept once.

    Belongs inside write(), like all that follow.
    """
    rows.many(
        "insert into messages (id, internet_message_id, sender_address, sender_name, recipients, "
        "subject, body, is_cut, sent_at, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (internet_message_id, sender_address) do nothing",
        [_row(mailbox_id, message, now) for message in kept],
    )
    ids = ids_by_key(rows, [key_of(mailbox_id, message) for message in kept])
    return {each.header.graph_id: ids[key_of(mailbox_id, each)] for each in kept}


def _row(mailbox_id: str, message: Message, created_at: datetime) -> tuple[object, ...]:
    header = message.header
    return (
        new_ordered_id(),
        *key_of(mailbox_id, message),
        header.sender.name if header.sender else "",
        orjson.dumps([_person(each) for each in header.recipients]).decode(),
        header.subject,
        message.text or "",
        message.is_cut,
        header.sent_at,
        created_at,
    )


def key_of(mailbox_id: str, message: Message) -> tuple[str, str]:
    """The key of a message across mailboxes. One without a Message-ID has its own."""
    header = message.header
    own = header.internet_message_id or f"{mailbox_id}/{header.graph_id}"
    return own, header.sender.address.lower() if header.sender else ""


def _person(person: Correspondent) -> dict[str, str]:
    return {"name": person.name, "address": person.address, "kind": person.kind}


def ids_by_key(rows: Rows, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Our ids of messages by their keys, and of others that share a Message-ID with one."""
    found = rows.all(
        tuple,
        "select internet_message_id, sender_address, id from messages "
        "where internet_message_id in :ids",
        {"ids": {key[0] for key in keys}},
    )
    return {(message_id, sender): own for message_id, sender, own in found}


def save_copies(
    rows: Rows,
    mailbox_id: str,
    kept: Iterable[tuple[Message, Decision]],
    ids: Mapping[str, str],
) -> None:
    """Save where each message is. A moved one stays one copy."""
    rows.many(
        "insert into message_copies (mailbox_id, graph_id, message_id, alias_id, folder_id, "
        "web_link, received_at) values (?, ?, ?, ?, ?, ?, ?) "
        "on conflict (mailbox_id, graph_id) do update set alias_id = excluded.alias_id, "
        "folder_id = excluded.folder_id, web_link = excluded.web_link, gone_at = null",
        [
            (
                mailbox_id,
                each.header.graph_id,
                ids[each.header.graph_id],
                decision.alias_id,
                each.header.folder_id,
                each.header.web_link,
                each.header.received_at,
            )
            for each, decision in kept
        ],
    )


def save_attachments(
    rows: Rows, mailbox_id: str, kept: Iterable[Message], ids: Mapping[str, str]
) -> None:
    rows.many(
        "insert into attachments (id, message_id, mailbox_id, graph_message_id, graph_id, name, "
        "content_type, size) values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                new_id(),
                ids[message.header.graph_id],
                mailbox_id,
                message.header.graph_id,
                each.graph_id,
                each.name,
                each.content_type,
                each.size,
            )
            for message in kept
            for each in message.attachments
        ],
    )


def mark_gone(
    rows: Rows, mailbox_id: str, folder_id: str, graph_ids: Iterable[str], *, now: datetime
) -> None:
    """Mark copies as gone unless they were seen in another folder since."""
    rows.many(
        "update message_copies set gone_at = ? "
        "where mailbox_id = ? and graph_id = ? and folder_id = ? and gone_at is null",
        [(now, mailbox_id, graph_id, folder_id) for graph_id in graph_ids],
    )
