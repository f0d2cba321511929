"""All SQL for messages in feeds, and for the progress of searches. It reads and changes nothing."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.candidates.models import EarlierMail, ImportProgress
from portal.email_feed.models import Attachment, Copy, EmailEntry, Participant
from portal.errors import NotFound
from portal.storage.rows import Rows

# Two mailboxes hold the same attachments: those of the first copy are listed.
ATTACHMENTS = """
select t.message_id, t.id, t.name, t.content_type, t.size from attachments t
where t.message_id in :ids
and (t.mailbox_id, t.graph_message_id) = (select f.mailbox_id, f.graph_message_id
    from attachments f where f.message_id = t.message_id
    order by f.mailbox_id, f.graph_message_id limit 1)
order by t.name, t.id
"""
# An address that was there before the first sync of a mailbox needs no search of its own.
EARLIER_MAIL = """
select count(*) as mailboxes, count(*) filter (
    where b.first_sync_finished_at is null or exists (
        select 1 from candidate_addresses a left join searches s on s.mailbox_id = b.id
            and s.candidate_id = a.candidate_id and s.folded = a.folded
            and s.asked_at >= a.added_at
        where a.candidate_id = ? and a.added_at >= b.first_sync_started_at
        and s.finished_at is null)
) as searching
from mailboxes b
join users u on u.id = b.user_id and u.is_enabled = 1
join connections k on k.user_id = b.user_id and k.state = 'working'
where b.is_syncing = 1
"""
# One row for each address in each mailbox that can be synced, by the same rule.
PROGRESS = """
select count(distinct b.id) as mailboxes, count(*) as total, count(*) filter (
    where b.first_sync_finished_at is not null and (a.added_at < b.first_sync_started_at or exists (
        select 1 from searches s where s.mailbox_id = b.id and s.candidate_id = a.candidate_id
        and s.folded = a.folded and s.asked_at >= a.added_at
        and s.finished_at is not null))
) as finished
from mailboxes b
join users u on u.id = b.user_id and u.is_enabled = 1
join connections k on k.user_id = b.user_id and k.state = 'working'
join candidate_addresses a on a.candidate_id in :ids
where b.is_syncing = 1
"""


@dataclass(frozen=True)
class _Message:
    """The row of a message; `recipients` is JSON."""

    id: str
    sender_name: str
    sender_address: str
    recipients: str
    subject: str
    body: str
    is_cut: bool
    sent_at: datetime


def entries_by_id(rows: Rows, message_ids: Collection[str]) -> dict[str, EmailEntry]:
    """The messages with these ids: as many statements for one as for a page of them."""
    found = rows.all(_Message, "select * from messages where id in :ids", {"ids": [*message_ids]})
    return {each.message_id: each for each in _entries(rows, found)}


def entry(rows: Rows, candidate_id: str, message_id: str) -> EmailEntry:
    """One message, if it is in this candidate's feed."""
    found = rows.one(
        _Message,
        "select m.* from messages m "
        "join feed_entries e on e.kind = 'email' and e.subject_id = m.id "
        "where m.id = ? and e.candidate_id = ?",
        [message_id, candidate_id],
    )
    if found is None:
        raise NotFound
    return _entries(rows, [found])[0]


def _entries(rows: Rows, found: list[_Message]) -> list[EmailEntry]:
    ids = {"ids": [each.id for each in found]}
    copies, attachments = _copies(rows, ids), _attachments(rows, ids)
    return [
        EmailEntry(
            message_id=each.id,
            sender=Participant(each.sender_name, each.sender_address),
            recipients=tuple(_participants(each.recipients)),
            subject=each.subject,
            body=each.body,
            is_cut=each.is_cut,
            sent_at=each.sent_at,
            copies=tuple(copies.get(each.id, ())),
            attachments=tuple(attachments.get(each.id, ())),
        )
        for each in found
    ]


def _participants(recipients: str) -> list[Participant]:
    return [
        Participant(each.get("name") or "", each.get("address") or "")
        for each in json.loads(recipients)
    ]


def _copies(rows: Rows, ids: dict[str, list[str]]) -> dict[str, list[Copy]]:
    found: dict[str, list[Copy]] = {}
    for message_id, user_id, web_link, alias, gone_at in rows.all(
        tuple,
        "select c.message_id, b.user_id, c.web_link, a.address, c.gone_at from message_copies c "
        "join mailboxes b on b.id = c.mailbox_id "
        "left join aliases a on a.id = c.alias_id and a.is_primary = 0 "
        "where c.message_id in :ids order by c.received_at, c.graph_id",
        ids,
    ):
        copy = Copy(user_id, web_link, alias, is_gone=gone_at is not None)
        found.setdefault(message_id, []).append(copy)
    return found


def _attachments(rows: Rows, ids: dict[str, list[str]]) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = {}
    for message_id, *columns in rows.all(tuple, ATTACHMENTS, ids):
        found.setdefault(message_id, []).append(Attachment(*columns))
    return found


def earlier_mail(rows: Rows, candidate_id: str) -> EarlierMail:
    """Mailboxes that can be synced, and in how many a search for this candidate is not finished."""
    (found,) = rows.all(EarlierMail, EARLIER_MAIL, [candidate_id])
    return found


def import_progress(rows: Rows, candidate_ids: Collection[str]) -> ImportProgress:
    """How many searches the addresses of these candidates need, and how many are finished."""
    (found,) = rows.all(ImportProgress, PROGRESS, {"ids": [*candidate_ids]})
    return found
