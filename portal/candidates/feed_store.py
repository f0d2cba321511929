"""All SQL for feeds; messages and their copies are joined in for reading only."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from portal import clock
from portal.candidates.models import (
    Attachment,
    Copy,
    EarlierMail,
    EmailEntry,
    Feed,
    Participant,
    Place,
)
from portal.errors import NotFound
from portal.storage.rows import Rows

PAGE_SIZE = 20
# Later than everything that will ever be in a feed.
NEWEST = ("9999", "~")
# An address that was there before the first sync of a mailbox needs no search of its own.
EARLIER_MAIL = """
select count(*) as mailboxes, coalesce(sum(case when b.first_sync_finished_at is null or exists (
    select 1 from candidate_addresses a left join searches s on s.mailbox_id = b.id
        and s.candidate_id = a.candidate_id and lower(s.address) = lower(a.address)
        and s.asked_at >= a.added_at
    where a.candidate_id = ? and a.added_at >= b.first_sync_started_at and s.finished_at is null
) then 1 else 0 end), 0) as searching
from mailboxes b
join users u on u.id = b.user_id and u.is_enabled = 1
join connections k on k.user_id = b.user_id and k.state = 'working'
where b.is_syncing = 1
"""


def add_entries(
    rows: Rows,
    entries: Iterable[tuple[str, str, str, datetime]],
    *,
    kind: str,
    created_at: datetime,
) -> None:
    """Many at once: entry, candidate, message and when; what a feed has already stays."""
    at = clock.text(created_at)
    rows.many(
        "insert into feed_entries (id, candidate_id, kind, message_id, happened_at, created_at) "
        "values (?, ?, ?, ?, ?, ?) on conflict (candidate_id, message_id) do nothing",
        [
            (entry_id, candidate_id, kind, message_id, clock.text(happened_at), at)
            for entry_id, candidate_id, message_id, happened_at in entries
        ],
    )


def feed(
    rows: Rows, candidate_id: str, *, after: Place | None = None, size: int = PAGE_SIZE
) -> Feed:
    """One page; `after` is where the page before it ended."""
    place = (clock.text(after.happened_at), after.entry_id) if after else NEWEST
    answer = rows.all(
        dict,
        "select e.id as entry_id, e.happened_at, m.* from feed_entries e "
        "join messages m on m.id = e.message_id "
        "where e.candidate_id = ? and (e.happened_at, e.id) < (?, ?) "
        "order by e.happened_at desc, e.id desc limit ?",
        [candidate_id, *place, size + 1],
    )
    found = [_entry(rows, row) for row in answer]
    entries = found[:size]
    more = Place(entries[-1].happened_at, entries[-1].id) if len(found) > size else None
    return Feed(entries=tuple(entries), total=count(rows, candidate_id), older=more)


def entry(rows: Rows, candidate_id: str, message_id: str) -> EmailEntry:
    found = list(
        rows.all(
            dict,
            "select e.id as entry_id, e.happened_at, m.* from feed_entries e "
            "join messages m on m.id = e.message_id "
            "where e.candidate_id = ? and e.message_id = ?",
            [candidate_id, message_id],
        )
    )
    if not found:
        raise NotFound
    return _entry(rows, found[0])


def count(rows: Rows, candidate_id: str) -> int:
    found = rows.value(
        int, "select count(*) from feed_entries where candidate_id = ?", [candidate_id]
    )
    return int(found or 0)


def count_of_no_other(rows: Rows, candidate_id: str) -> int:
    """How many messages are in this feed alone, and would go with it."""
    found = rows.value(
        int,
        "select count(*) from feed_entries e where e.candidate_id = ? and not exists "
        "(select 1 from feed_entries o where o.message_id = e.message_id "
        "and o.candidate_id <> e.candidate_id)",
        [candidate_id],
    )
    return int(found or 0)


def _entry(rows: Rows, row: dict[str, Any]) -> EmailEntry:
    return EmailEntry(
        id=row["entry_id"],
        message_id=row["id"],
        sender=Participant(row["sender_name"], row["sender_address"]),
        recipients=tuple(
            Participant(each.get("name") or "", each.get("address") or "")
            for each in json.loads(row["recipients"])
        ),
        subject=row["subject"],
        body=row["body"],
        is_cut=bool(row["is_cut"]),
        sent_at=clock.moment(row["sent_at"]),
        happened_at=clock.moment(row["happened_at"]),
        copies=_copies(rows, row["id"]),
        attachments=_attachments(rows, row["id"]),
    )


def _copies(rows: Rows, message_id: str) -> tuple[Copy, ...]:
    found = rows.all(
        dict,
        "select b.user_id, c.web_link, c.gone_at, a.address from message_copies c "
        "join mailboxes b on b.id = c.mailbox_id "
        "left join aliases a on a.id = c.alias_id and a.is_primary = 0 "
        "where c.message_id = ? order by c.received_at, c.graph_id",
        [message_id],
    )
    return tuple(
        Copy(
            user_id=row["user_id"],
            web_link=row["web_link"],
            alias=row["address"],
            is_gone=row["gone_at"] is not None,
        )
        for row in found
    )


def _attachments(rows: Rows, message_id: str) -> tuple[Attachment, ...]:
    """Of one copy: two mailboxes hold the same ones."""
    found = rows.all(
        dict,
        "select id, name, content_type, size from attachments where message_id = ? "
        "and (mailbox_id, graph_message_id) = (select mailbox_id, graph_message_id "
        "from attachments where message_id = ? order by mailbox_id, graph_message_id limit 1) "
        "order by name, id",
        [message_id, message_id],
    )
    return tuple(Attachment(**row) for row in found)


def correspondents(rows: Rows, candidate_id: str) -> Iterator[tuple[str, list[str]]]:
    """Each message of a feed with the addresses that stand on it."""
    found = rows.all(
        dict,
        "select m.id, m.sender_address, m.recipients from feed_entries e "
        "join messages m on m.id = e.message_id where e.candidate_id = ?",
        [candidate_id],
    )
    for row in found:
        recipients = [each.get("address") or "" for each in json.loads(row["recipients"])]
        yield row["id"], [row["sender_address"], *recipients]


def delete_entries(rows: Rows, candidate_id: str, message_ids: Iterable[str]) -> None:
    """Belongs inside write()."""
    rows.many(
        "delete from feed_entries where candidate_id = ? and message_id = ?",
        [(candidate_id, message_id) for message_id in message_ids],
    )


def delete_entries_without_copy(rows: Rows) -> int:
    """Entries whose message no mailbox brought any more. Belongs inside write()."""
    gone = rows.execute(
        "delete from feed_entries where message_id is not null and not exists "
        "(select 1 from message_copies c where c.message_id = feed_entries.message_id)"
    )
    return int(gone)


def earlier_mail(rows: Rows, candidate_id: str) -> EarlierMail:
    """Mailboxes that can be synced, and in how many a search for this candidate is not finished."""
    row = next(iter(rows.all(dict, EARLIER_MAIL, [candidate_id])))
    return EarlierMail(mailboxes=row["mailboxes"], searching=row["searching"])
