"""All SQL for kept messages, their copies in mailboxes and their attachments' names."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import orjson

from portal.email.models import (
    Correspondent,
    Decision,
    KeptMessage,
    Message,
    TextFailure,
    digest_of,
)
from portal.storage.ids import new_id
from portal.storage.rows import Rows

KEPT = """
select id, internet_message_id, sender_address, recipients, subject,
    coalesce(claimed_sent_at, sent_at) as claimed_sent_at from messages
where internet_message_id in :ids order by id
"""
TEXTS = """
select c.message_id, c.mailbox_id, c.text_digest,
    case when c.text_digest = '' then m.body else '' end
from message_copies c join messages m on m.id = c.message_id
where m.internet_message_id in :ids
"""
# All addresses of each person who has one of these.
OWNERS = """
select a.folded, a.user_id from aliases a where a.user_id in (
    select o.user_id from aliases o where o.folded in :addresses)
order by case when a.gone_at is null then 1 else 0 end, a.user_id
"""
COPIES = "select graph_id, message_id from message_copies where mailbox_id = :mailbox"
SAVE_COPIES = """
insert into message_copies (mailbox_id, graph_id, message_id, alias_id, folder_id, web_link,
    received_at, text_digest, has_links, seen_at, account_id)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    coalesce((select user_id from aliases where id = ?),
        (select user_id from mailboxes where id = ?)))
on conflict (mailbox_id, graph_id) do update set
    alias_id = excluded.alias_id, account_id = excluded.account_id,
    folder_id = excluded.folder_id, web_link = excluded.web_link, seen_at = excluded.seen_at,
    gone_at = null, message_id = excluded.message_id,
    text_digest = case when message_copies.text_digest = '' then excluded.text_digest
        else message_copies.text_digest end,
    has_links = case when message_copies.has_links = 1 then 1 else excluded.has_links end
"""


def known_copies(rows: Rows, mailbox_id: str, graph_ids: Iterable[str]) -> dict[str, str]:
    """Our id of each message of this mailbox that Portal has already."""
    wanted = {"mailbox": mailbox_id, "ids": [*graph_ids]}
    return dict(rows.all(tuple, f"{COPIES} and graph_id in :ids", wanted))


def unproven_copies(rows: Rows, mailbox_id: str, graph_ids: Iterable[str]) -> dict[str, str]:
    """Those that an older portal kept, by Message-ID and sender alone. They are read again."""
    wanted = {"mailbox": mailbox_id, "ids": [*graph_ids]}
    return dict(rows.all(tuple, f"{COPIES} and graph_id in :ids and text_digest = ''", wanted))


def copies_without_links(rows: Rows, mailbox_id: str, graph_ids: Iterable[str]) -> dict[str, str]:
    """Those whose links are not known. Microsoft is asked for them again."""
    wanted = {"mailbox": mailbox_id, "ids": [*graph_ids]}
    return dict(rows.all(tuple, f"{COPIES} and graph_id in :ids and has_links = 0", wanted))


def save_text_failures(
    rows: Rows, mailbox_id: str, steps: Mapping[str, int], *, now: datetime
) -> dict[str, int]:
    """Count failures of each text, and return how many it has. Belongs inside write()."""
    rows.many(
        "insert into text_failures (mailbox_id, graph_id, count, last_failed_at) "
        "values (?, ?, ?, ?) on conflict (mailbox_id, graph_id) do update set "
        "count = text_failures.count + excluded.count, last_failed_at = excluded.last_failed_at",
        [(mailbox_id, graph_id, step, now) for graph_id, step in steps.items()],
    )
    found = rows.all(
        tuple,
        "select graph_id, count from text_failures "
        "where mailbox_id = :mailbox and graph_id in :ids",
        {"mailbox": mailbox_id, "ids": list(steps)},
    )
    return dict(found)


def text_failures(rows: Rows, mailbox_id: str, *, most: int) -> list[TextFailure]:
    """The texts that failed at most so many times, and so are still asked for."""
    return rows.all(
        TextFailure,
        "select graph_id, count, last_failed_at from text_failures "
        "where mailbox_id = ? and count <= ? order by last_failed_at, graph_id",
        [mailbox_id, most],
    )


def forget_text_failures(rows: Rows, mailbox_id: str, graph_ids: Iterable[str]) -> None:
    """Belongs inside write()."""
    rows.execute(
        "delete from text_failures where mailbox_id = :mailbox and graph_id in :ids",
        {"mailbox": mailbox_id, "ids": list(graph_ids)},
    )


def kept_messages(rows: Rows, message_ids: Collection[str]) -> list[KeptMessage]:
    """Messages with these Message-IDs, the first one first."""
    return rows.all(KeptMessage, KEPT, {"ids": message_ids})


def text_digests(rows: Rows, message_ids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """Mailbox and text of each copy of these messages, by our ids.

    An unproven copy has the text that is kept. Alone in its mailbox it may have been changed on
    the way, and that text is of no mailbox.
    """
    copies = rows.all(tuple, TEXTS, {"ids": message_ids})
    unproven = Counter(copy[:2] for copy in copies if not copy[2])
    found: dict[str, set[tuple[str, str]]] = {}
    for own_id, mailbox_id, digest, body in copies:
        mailbox = "" if unproven[own_id, mailbox_id] == 1 and not digest else mailbox_id
        found.setdefault(own_id, set()).add((mailbox, digest or digest_of(body)))
    return found


def owners_of(rows: Rows, addresses: Collection[str]) -> dict[str, str]:
    """The owners of these addresses, with all their addresses: a copy may show another one."""
    return dict(rows.all(tuple, OWNERS, {"addresses": addresses}))


def add_message(
    rows: Rows, own_id: str, message_id: str, message: Message, *, now: datetime
) -> None:
    """Belongs inside write(), like all that follow."""
    header = message.header
    recipients = [
        {"name": each.name, "address": each.address, "kind": each.kind}
        for each in header.recipients
    ]
    rows.execute(
        "insert into messages (id, internet_message_id, sender_address, sender_name, recipients, "
        "subject, body, is_cut, sent_at, claimed_sent_at, created_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            own_id,
            message_id,
            header.sender.address.lower() if header.sender else "",
            header.sender.name if header.sender else "",
            orjson.dumps(recipients).decode(),
            header.subject,
            message.text or "",
            message.is_cut,
            header.sent_at,
            header.claimed_sent_at,
            now,
        ],
    )


def save_agents(rows: Rows, found: Iterable[tuple[str, Correspondent, Sequence[str], str]]) -> None:
    """Save the person in Sender, all of Sender and Reply-To, and the relay. What is told stays."""
    rows.many(
        "update messages set agents = ?, "
        "sent_by_name = case when sent_by_address = '' then ? else sent_by_name end, "
        "sent_by_address = case when sent_by_address = '' then ? else sent_by_address end, "
        "through = case when through = '' then ? else through end where id = ?",
        [
            (orjson.dumps(agents).decode(), by.name, by.address.lower(), through, own_id)
            for own_id, by, agents, through in found
        ],
    )


def addresses_on(rows: Rows, message_ids: Iterable[str]) -> dict[str, list[str]]:
    """The addresses for which each message is in feeds: those of a relayed one's agents too."""
    found = rows.all(
        tuple,
        "select id, sender_address, recipients, case when through = '' then '[]' else agents end "
        "from messages where id in :ids",
        {"ids": list(message_ids)},
    )
    return {
        own_id: [sender, *(each["address"] for each in orjson.loads(people)), *orjson.loads(agents)]
        for own_id, sender, people, agents in found
    }


def save_copies(
    rows: Rows,
    mailbox_id: str,
    kept: Iterable[tuple[Message, Decision]],
    ids: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Save where each message is, and the account whose address brought it.

    A moved one stays one copy.
    """
    rows.many(
        SAVE_COPIES,
        [
            (
                mailbox_id,
                each.header.graph_id,
                ids[each.header.graph_id],
                decision.alias_id,
                each.header.folder_id,
                each.header.web_link,
                each.header.received_at,
                each.digest,
                each.links is not None,
                now,
                decision.alias_id,
                mailbox_id,
            )
            for each, decision in kept
        ],
    )


def save_attachments(
    rows: Rows, mailbox_id: str, kept: Iterable[Message], ids: Mapping[str, str]
) -> None:
    rows.many(
        "insert into attachments (id, message_id, mailbox_id, graph_message_id, graph_id, name, "
        "content_type, size, kind) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                each.kind,
            )
            for message in kept
            for each in message.attachments
        ],
    )


def delete_attachments(rows: Rows, mailbox_id: str, graph_ids: Iterable[str]) -> None:
    """Forget the attachments of copies, which are listed again."""
    rows.execute(
        "delete from attachments where mailbox_id = :mailbox and graph_message_id in :ids",
        {"mailbox": mailbox_id, "ids": list(graph_ids)},
    )


def messages_without_copy(rows: Rows, own_ids: Iterable[str]) -> list[str]:
    """Those of these messages that no mailbox has any more."""
    return rows.all(
        str,
        "select id from messages where id in :ids and not exists "
        "(select 1 from message_copies c where c.message_id = messages.id)",
        {"ids": list(own_ids)},
    )


def delete_messages(rows: Rows, own_ids: Iterable[str]) -> None:
    rows.execute("delete from messages where id in :ids", {"ids": list(own_ids)})


def mark_gone(rows: Rows, mailbox_id: str, graph_ids: Iterable[str], *, now: datetime) -> None:
    """Mark copies that their mailbox does not have any more."""
    rows.many(
        "update message_copies set gone_at = ? "
        "where mailbox_id = ? and graph_id = ? and gone_at is null",
        [(now, mailbox_id, graph_id) for graph_id in graph_ids],
    )


def save_folders_of(
    rows: Rows, mailbox_id: str, folder_ids: Mapping[str, str], *, now: datetime
) -> None:
    """Save the folder that each copy lies in now, by Graph id."""
    rows.many(
        "update message_copies set folder_id = ?, gone_at = null, seen_at = ? "
        "where mailbox_id = ? and graph_id = ?",
        [(folder, now, mailbox_id, graph_id) for graph_id, folder in folder_ids.items()],
    )


def unseen_copies(
    rows: Rows, mailbox_id: str, *, since: datetime, after: str, most: int
) -> list[str]:
    """Graph ids of copies that no page has named since, in their order after one of them."""
    return rows.all(
        str,
        "select graph_id from message_copies where mailbox_id = ? and gone_at is null "
        "and (seen_at is null or seen_at < ?) and graph_id > ? order by graph_id limit ?",
        [mailbox_id, since, after, most],
    )
