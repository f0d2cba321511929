"""All SQL for conversations in mailboxes, and for the questions about addresses in them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from portal.storage.groups import grouped
from portal.storage.rows import Rows
from portal.suggested_addresses.models import Stranger, Suggestion

CANDIDATES = """
select distinct c.conversation_id, e.candidate_id from conversations_in_mailboxes c
join shown_in_feeds e on e.kind = 'email' and e.subject_id = c.message_id
where c.account_id = :account and c.conversation_id in :ids
"""
# An answer holds for every mailbox that the person decides for.
OPEN = """
select s.account_id, s.folded, s.address, s.name, s.seen_at
from suggested_addresses s join mailbox_deciders d on d.account_id = s.account_id
where d.user_id = :user and s.candidate_id = :candidate
and not exists (select 1 from addresses_of_candidates a where a.folded = s.folded)
and not exists (select 1 from suggested_addresses o
    join mailbox_deciders e on e.account_id = o.account_id
    where e.user_id = :user and o.candidate_id = s.candidate_id and o.folded = s.folded
    and o.declined_at is not null)
order by s.folded, s.seen_at, s.account_id
"""
DECLINE = """
update suggested_addresses set declined_at = :now
where candidate_id = :candidate and folded = :folded and declined_at is null
and exists (select 1 from mailbox_deciders d
    where d.account_id = suggested_addresses.account_id and d.user_id = :user)
"""


def add_conversations(rows: Rows, account_id: str, found: Mapping[str, str]) -> None:
    """Save the conversation of each kept message. Belongs inside write(), as all changes here."""
    rows.many(
        "insert into conversations_in_mailboxes (account_id, conversation_id, message_id) "
        "values (?, ?, ?) on conflict do nothing",
        [(account_id, conversation_id, own_id) for own_id, conversation_id in found.items()],
    )


def candidates_of(
    rows: Rows, account_id: str, conversation_ids: Collection[str]
) -> dict[str, list[str]]:
    """The candidates with whom a mailbox has each of these conversations."""
    ids = {"account": account_id, "ids": [*conversation_ids]}
    return grouped(rows.all(tuple, CANDIDATES, ids))


def add(rows: Rows, account_id: str, found: Iterable[tuple[str, str, Stranger]]) -> None:
    """Save questions: candidate, folded address, stranger. One that was answered stays so."""
    rows.many(
        "insert into suggested_addresses "
        "(account_id, candidate_id, folded, address, name, seen_at) "
        "values (?, ?, ?, ?, ?, ?) on conflict do nothing",
        [
            (account_id, candidate_id, folded, each.address, each.name, each.received_at)
            for candidate_id, folded, each in found
        ],
    )


def suggestions(rows: Rows, candidate_id: str, *, user_id: str) -> list[Suggestion]:
    """The open questions about a candidate, each for a mailbox that the person decides for."""
    return rows.all(Suggestion, OPEN, {"user": user_id, "candidate": candidate_id})


def decline(rows: Rows, candidate_id: str, folded: str, *, user_id: str, now: datetime) -> int:
    return rows.execute(
        DECLINE, {"now": now, "candidate": candidate_id, "folded": folded, "user": user_id}
    )
