"""All SQL about the message that is answered. It reads the views of email and changes nothing."""

import json
from dataclasses import dataclass
from datetime import datetime

from portal.addresses import fold
from portal.composer.models import Answered, Person
from portal.errors import NotFound
from portal.storage.rows import Rows

MESSAGE = """
select m.id, m.sender_name, m.sender_address, m.recipients, m.subject, m.body, m.sent_at,
    m.sent_by_address, a.agents
from kept_messages m join agents_of_messages a on a.message_id = m.id
join shown_in_feeds e on e.kind = 'email' and e.subject_id = m.id
where m.id = :message and e.candidate_id = :candidate
and not exists (select 1 from mail_hidden_from h
    where h.message_id = m.id and h.user_id = :viewer)
"""
# The copies in the mailboxes for which the viewer decides, one's own before shared ones.
HOLDERS = """
select c.user_id, c.alias from copies_in_mailboxes c
join mailbox_deciders d on d.account_id = c.user_id
where c.message_id = :message and d.user_id = :viewer and c.place <> 'gone'
and not exists (select 1 from mail_hidden_from h
    where h.message_id = c.message_id and h.user_id = :viewer)
order by case when c.user_id = d.user_id then 0 else 1 end, c.received_at, c.graph_id
"""


@dataclass(frozen=True)
class _Row:
    """A message; `recipients` and `agents` are JSON."""

    id: str
    sender_name: str
    sender_address: str
    recipients: str
    subject: str
    body: str
    sent_at: datetime
    sent_by_address: str
    agents: str


def answered(rows: Rows, candidate_id: str, message_id: str, *, viewer: str) -> Answered:
    """A message of this candidate's feed that the viewer may see. NotFound for any other."""
    values = {"message": message_id, "candidate": candidate_id, "viewer": viewer}
    found = rows.one(_Row, MESSAGE, values)
    if found is None:
        raise NotFound
    held: dict[str, str | None] = {}
    for account_id, alias in rows.all(tuple, HOLDERS, {"message": message_id, "viewer": viewer}):
        held.setdefault(account_id, alias)
    return Answered(
        id=found.id,
        sender=Person(found.sender_name, found.sender_address),
        recipients=tuple(
            Person(each.get("name") or "", each.get("address") or "")
            for each in json.loads(found.recipients)
        ),
        subject=found.subject,
        text=found.body,
        sent_at=found.sent_at,
        reply_to=_reply_to(found),
        held_by=held,
    )


def _reply_to(row: _Row) -> tuple[str, ...]:
    """The addresses in Reply-To: Sender is kept with them, and is the writer or a substitute."""
    writers = {fold(row.sender_address), fold(row.sent_by_address)}
    agents = (str(each) for each in json.loads(row.agents))
    return tuple(dict.fromkeys(each for each in agents if fold(each) not in writers))
