"""All SQL about candidates for owners and for deletion. It reads views and changes nothing."""

from collections.abc import Collection
from datetime import datetime

from portal.privacy_settings.models import Brought, Silent
from portal.storage.rows import Rows

BROUGHT = """
select a.id as candidate_id, a.name, a.added_by, a.created_at as added_at,
    count(distinct c.message_id) as count, count(distinct h.message_id) as hidden_count
from copies_in_mailboxes c
join shown_in_feeds e on e.kind = 'email' and e.subject_id = c.message_id
join added_candidates a on a.id = e.candidate_id
left join hidden_mail h on h.message_id = c.message_id and h.hidden_by = :user
where c.account_id = :user group by a.id, a.name, a.added_by, a.created_at
order by a.created_at desc, a.id limit :limit offset :offset
"""
# Only messages that colleagues have not hidden from the owner, who may have deleted their copy.
MESSAGES = """
select distinct i.internet_message_id from copies_in_mailboxes c
join kept_message_ids i on i.message_id = c.message_id
join shown_in_feeds e on e.kind = 'email' and e.subject_id = c.message_id
where c.account_id = :user and e.candidate_id = :candidate
and not exists (select 1 from mail_hidden_from h
    where h.message_id = c.message_id and h.user_id = :viewer)
"""
ADDRESSES = """
select a.address from addresses_of_candidates a where a.candidate_id = :candidate
and exists (select 1 from copies_in_mailboxes c
    join shown_in_feeds e on e.kind = 'email' and e.subject_id = c.message_id
    where c.account_id = :user and e.candidate_id = a.candidate_id)
order by a.address
"""


def brought(rows: Rows, user_id: str, *, limit: int, offset: int = 0) -> list[Brought]:
    """The candidates in whose feeds this account's mail is, the last added first."""
    values = {"user": user_id, "limit": limit, "offset": offset}
    return rows.all(Brought, BROUGHT, values)


def addresses_brought(rows: Rows, user_id: str, candidate_id: str) -> list[str]:
    """A candidate's addresses. None unless they brought mail out of this person's mailbox."""
    return rows.all(str, ADDRESSES, {"user": user_id, "candidate": candidate_id})


def shown(rows: Rows, message_ids: Collection[str], *, viewer: str) -> set[tuple[str, str]]:
    """Each candidate whose feed shows the viewer one of these messages, with the message."""
    found = rows.all(
        tuple,
        "select candidate_id, subject_id from shown_in_feeds e where kind = 'email' "
        "and subject_id in :ids and not exists (select 1 from mail_hidden_from h "
        "where h.message_id = e.subject_id and h.user_id = :viewer)",
        {"ids": list(message_ids), "viewer": viewer},
    )
    return {(candidate_id, message_id) for candidate_id, message_id in found}


def messages_brought(rows: Rows, user_id: str, candidate_id: str, *, viewer: str) -> list[str]:
    """The Message-IDs of a candidate's messages that this account's mailbox brought."""
    values = {"user": user_id, "candidate": candidate_id, "viewer": viewer}
    return rows.all(str, MESSAGES, values)


def silent(rows: Rows, *, since: datetime) -> list[Silent]:
    """Candidates without contact since that time, the longest silent first.

    One with an interview that is coming is not silent.
    """
    return rows.all(
        Silent,
        "select id as candidate_id, name, closed_at, last_contact_at from candidate_contacts c "
        "where last_contact_at < :since and not exists (select 1 from coming_interviews i "
        "where i.candidate_id = c.id and i.ends_at > :since) order by last_contact_at, id",
        {"since": since},
    )
