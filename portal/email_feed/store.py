"""All SQL for messages in feeds. It reads the views of email and changes nothing."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.email_feed.models import Attachment, Copy, CopyPlace, EmailEntry, Participant
from portal.errors import NotFound
from portal.storage.rows import Rows

ATTACHMENTS = """
select message_id, id, name, content_type, size, kind from listed_attachments
where message_id in :ids order by name, id
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
    claimed_sent_at: datetime | None
    sent_by_name: str
    sent_by_address: str
    through: str

    @property
    def sent_by(self) -> Participant | None:
        if not self.sent_by_address:
            return None
        return Participant(self.sent_by_name, self.sent_by_address)


def entries_by_id(rows: Rows, message_ids: Collection[str]) -> dict[str, EmailEntry]:
    """The messages with these ids: as many statements for one as for a page of them."""
    found = rows.all(
        _Message, "select * from kept_messages where id in :ids", {"ids": [*message_ids]}
    )
    return {each.message_id: each for each in _entries(rows, found)}


def message_ids(rows: Rows, candidate_id: str) -> list[str]:
    """Every message in a candidate's feed, the oldest first."""
    return rows.all(
        str,
        "select m.id from kept_messages m "
        "join shown_in_feeds e on e.kind = 'email' and e.subject_id = m.id "
        "where e.candidate_id = ? order by m.sent_at, m.id",
        [candidate_id],
    )


def entry(rows: Rows, candidate_id: str, message_id: str) -> EmailEntry:
    """One message, if it is in this candidate's feed."""
    found = rows.one(
        _Message,
        "select m.* from kept_messages m "
        "join shown_in_feeds e on e.kind = 'email' and e.subject_id = m.id "
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
            claimed_sent_at=each.claimed_sent_at,
            copies=tuple(copies.get(each.id, ())),
            attachments=tuple(attachments.get(each.id, ())),
            sent_by=each.sent_by,
            through=each.through,
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
    for message_id, user_id, web_link, alias, place in rows.all(
        tuple,
        "select message_id, user_id, web_link, alias, place from copies_in_mailboxes "
        "where message_id in :ids order by received_at, graph_id",
        ids,
    ):
        copy = Copy(user_id, web_link, alias, CopyPlace(place))
        found.setdefault(message_id, []).append(copy)
    return found


def _attachments(rows: Rows, ids: dict[str, list[str]]) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = {}
    for message_id, *columns in rows.all(tuple, ATTACHMENTS, ids):
        found.setdefault(message_id, []).append(Attachment(*columns))
    return found
