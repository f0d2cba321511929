"""All SQL for messages in feeds. It reads the views of email and changes nothing.

Each read names its viewer: what a colleague hid from them is not there.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.addresses import fold
from portal.candidates.models import Written
from portal.conversations import store as conversations
from portal.conversations.models import Hide, OwnAccount
from portal.email_feed.models import Attachment, Copy, CopyPlace, EmailEntry, Participant
from portal.errors import NotFound
from portal.storage.groups import grouped
from portal.storage.rows import Rows

ATTACHMENTS = """
select message_id, id, name, content_type, size, kind from listed_attachments
where message_id in :ids order by name, id
"""
# Of a message that a colleague hid, a viewer gets the files of one own copy alone.
OWN_ATTACHMENTS = """
select a.message_id, a.id, a.name, a.content_type, a.size, a.kind
from attachments_in_mailboxes a
where a.message_id in :ids and a.graph_message_id = (
    select min(o.graph_message_id) from attachments_in_mailboxes o
    join mailbox_deciders d on d.account_id = o.user_id
    where o.message_id = a.message_id and d.user_id = :viewer)
order by a.name, a.id
"""
WRITTEN = """
select m.id, m.sender_name, m.sender_address, m.sent_by_name, m.sent_by_address, m.subject
from kept_messages m where m.id in :ids
"""
MESSAGE_IDS = """
select message_id, internet_message_id from kept_message_ids where message_id in :ids
"""
OWN_ADDRESSES = """
select folded from sending_addresses where account_id = :viewer
union select folded_address from accounts where id = :viewer
"""
HIDDEN = """
select count(*), count(distinct c.conversation_id) from (
    select h.message_id, min(h.conversation_id) as conversation_id from hidden_mail h
    join mail_hidden_from f on f.message_id = h.message_id and f.user_id = :viewer
    join shown_in_feeds e on e.kind = 'email' and e.subject_id = h.message_id
    where e.candidate_id = :candidate group by h.message_id
    union
    select h.outbox_id, min(h.conversation_id) as conversation_id from hidden_sent_mail h
    join sent_mail_hidden_from f on f.outbox_id = h.outbox_id and f.user_id = :viewer
    join shown_in_feeds e on e.kind = 'outbox' and e.subject_id = h.outbox_id
    where e.candidate_id = :candidate group by h.outbox_id
) c
"""


@dataclass(frozen=True)
class _Writer:
    """The writer and the subject of a message."""

    id: str
    sender_name: str
    sender_address: str
    sent_by_name: str
    sent_by_address: str
    subject: str

    def written(self, own: Collection[str]) -> Written:
        """The person who wrote in the sender's name is the writer. `own` are the viewer's."""
        addresses: tuple[str, ...] = (self.sender_address,)
        name = self.sender_name
        if self.sent_by_address:
            addresses, name = (self.sent_by_address, *addresses), self.sent_by_name
        is_own = fold(addresses[0]) in own
        return Written("" if "@" in name else name, addresses, self.subject, is_own)


@dataclass(frozen=True)
class _Message:
    """The row of a message; `recipients` is JSON."""

    id: str
    internet_message_id: str
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


def entries_by_id(
    rows: Rows, message_ids: Collection[str], *, viewer: str
) -> dict[str, EmailEntry]:
    """The messages with these ids: as many statements for one as for a page of them."""
    found = rows.all(
        _Message,
        "select m.*, i.internet_message_id from kept_messages m "
        "join kept_message_ids i on i.message_id = m.id where m.id in :ids "
        "and not exists (select 1 from mail_hidden_from h "
        "where h.message_id = m.id and h.user_id = :viewer)",
        {"ids": [*message_ids], "viewer": viewer},
    )
    return {each.message_id: each for each in _entries(rows, found, viewer)}


def written(rows: Rows, message_ids: Collection[str], viewer: str) -> dict[str, Written]:
    """The writer and subject of messages that the viewer may see."""
    own = set(rows.all(str, OWN_ADDRESSES, {"viewer": viewer}))
    found = rows.all(_Writer, WRITTEN, {"ids": [*message_ids]})
    return {each.id: each.written(own) for each in found}


def message_ids_of(rows: Rows, own_ids: Collection[str]) -> dict[str, str]:
    """The Message-IDs of messages that the viewer may see."""
    return dict(rows.all(tuple, MESSAGE_IDS, {"ids": [*own_ids]}))


def team(rows: Rows, candidate_id: str, *, viewer: str) -> list[tuple[str, str]]:
    """The accounts that hold a message of a feed, with their names."""
    return rows.all(
        tuple,
        "select distinct a.id, a.display_name from shown_in_feeds e "
        "join held_messages h on h.message_id = e.subject_id "
        "join accounts a on a.id = h.account_id "
        "where e.kind = 'email' and e.candidate_id = :candidate "
        "and not exists (select 1 from mail_hidden_from f "
        "where f.message_id = e.subject_id and f.user_id = :viewer)",
        {"candidate": candidate_id, "viewer": viewer},
    )


def ids_of_person(rows: Rows, candidate_id: str, *, person: str, viewer: str) -> list[str]:
    """The messages of a feed that one account holds."""
    return rows.all(
        str,
        "select distinct e.subject_id from shown_in_feeds e "
        "join held_messages h on h.message_id = e.subject_id and h.account_id = :person "
        "where e.kind = 'email' and e.candidate_id = :candidate "
        "and not exists (select 1 from mail_hidden_from f "
        "where f.message_id = e.subject_id and f.user_id = :viewer)",
        {"candidate": candidate_id, "person": person, "viewer": viewer},
    )


def message_ids(rows: Rows, candidate_id: str, *, viewer: str) -> list[str]:
    """The messages of a candidate's feed that the viewer may see, the oldest first."""
    return rows.all(
        str,
        "select m.id from kept_messages m "
        "join shown_in_feeds e on e.kind = 'email' and e.subject_id = m.id "
        "where e.candidate_id = :candidate and not exists (select 1 from mail_hidden_from h "
        "where h.message_id = m.id and h.user_id = :viewer) order by m.sent_at, m.id",
        {"candidate": candidate_id, "viewer": viewer},
    )


def entry(rows: Rows, candidate_id: str, message_id: str, *, viewer: str) -> EmailEntry:
    """One message, if it is in this candidate's feed and the viewer may see it."""
    found = rows.one(
        _Message,
        "select m.*, i.internet_message_id from kept_messages m "
        "join kept_message_ids i on i.message_id = m.id "
        "join shown_in_feeds e on e.kind = 'email' and e.subject_id = m.id "
        "where m.id = :message and e.candidate_id = :candidate "
        "and not exists (select 1 from mail_hidden_from h "
        "where h.message_id = m.id and h.user_id = :viewer)",
        {"message": message_id, "candidate": candidate_id, "viewer": viewer},
    )
    if found is None:
        raise NotFound
    return _entries(rows, [found], viewer)[0]


def hidden_ids(rows: Rows, candidate_id: str, *, viewer: str) -> list[str]:
    """The messages of a candidate's feed that a colleague hid from the viewer."""
    return rows.all(
        str,
        "select distinct h.message_id from mail_hidden_from h "
        "join shown_in_feeds e on e.kind = 'email' and e.subject_id = h.message_id "
        "where h.user_id = :viewer and e.candidate_id = :candidate",
        {"viewer": viewer, "candidate": candidate_id},
    )


def count_hidden(rows: Rows, candidate_id: str, *, viewer: str) -> tuple[int, int]:
    """How many messages and conversations of a feed a colleague hid from the viewer.

    Sent messages are among them.
    """
    found = rows.one(tuple, HIDDEN, {"viewer": viewer, "candidate": candidate_id})
    return found or (0, 0)


def _entries(rows: Rows, found: list[_Message], viewer: str) -> list[EmailEntry]:
    ids = [each.id for each in found]
    copies, hides = _copies(rows, ids), conversations.hides_of(rows, ids, viewer=viewer)
    attachments, own = _attachments(rows, ids, hides, viewer), _own(rows, ids, viewer)
    return [
        EmailEntry(
            message_id=each.id,
            internet_message_id=each.internet_message_id,
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
            hides=tuple(hides.get(each.id, ())),
            own_accounts=tuple(own.get(each.id, ())),
        )
        for each in found
    ]


def _participants(recipients: str) -> list[Participant]:
    return [
        Participant(each.get("name") or "", each.get("address") or "")
        for each in json.loads(recipients)
    ]


def _copies(rows: Rows, ids: list[str]) -> dict[str, list[Copy]]:
    found = rows.all(
        tuple,
        "select message_id, user_id, web_link, alias, place from copies_in_mailboxes "
        "where message_id in :ids order by received_at, graph_id",
        {"ids": ids},
    )
    return grouped(
        (message_id, Copy(user_id, web_link, alias, CopyPlace(place)))
        for message_id, user_id, web_link, alias, place in found
    )


def _own(rows: Rows, ids: list[str], viewer: str) -> dict[str, list[OwnAccount]]:
    """The accounts with a copy of each message for which the viewer decides, their own first."""
    found = rows.all(
        tuple,
        "select distinct c.message_id, c.account_id, "
        "case when a.is_shared = 1 then a.display_name else '' end, a.is_shared "
        "from copies_in_mailboxes c join accounts a on a.id = c.account_id "
        "join mailbox_deciders d on d.account_id = c.account_id "
        "where c.message_id in :ids and d.user_id = :viewer order by a.is_shared, c.account_id",
        {"ids": ids, "viewer": viewer},
    )
    return grouped((message_id, OwnAccount(own_id, name)) for message_id, own_id, name, _ in found)


def _attachments(
    rows: Rows, ids: list[str], hides: Mapping[str, Sequence[Hide]], viewer: str
) -> dict[str, list[Attachment]]:
    own = [each for each in ids if any(not hide.is_own for hide in hides.get(each, ()))]
    listed = [each for each in ids if each not in own]
    found = [
        *rows.all(tuple, ATTACHMENTS, {"ids": listed}),
        *rows.all(tuple, OWN_ATTACHMENTS, {"ids": own, "viewer": viewer}),
    ]
    return grouped((message_id, Attachment(*columns)) for message_id, *columns in found)
