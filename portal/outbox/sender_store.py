"""All SQL about the addresses that people send from, and the candidates they write to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.outbox.models import Mail, Outcome
from portal.storage.rows import Rows

# Each included address of the mailboxes that a person decides for. One whose addresses were
# never read has the address of its account.
SENDERS = """
select a.id as account_id, f.alias_id, coalesce(f.address, a.address) as address,
    a.display_name as name, a.is_shared,
    case when f.alias_id is null then 1 else f.is_primary end as is_primary,
    coalesce(a.tenant_id, m.tenant_id) as tenant_id
from accounts a
join mailbox_deciders d on d.account_id = a.id
join people p on p.id = d.user_id
left join sending_addresses f on f.account_id = a.id
left join microsoft_accounts m on m.user_id = a.id
where d.user_id = :author and p.role <> 'limited' and p.is_enabled = 1
and (a.is_shared = 0 or a.is_enabled = 1)
order by a.is_shared, a.folded_address, a.id,
    case when f.alias_id is null then 1 else f.is_primary end desc, f.folded
"""


@dataclass(frozen=True)
class SenderRow:
    """An address that a person may write from, as the tables have it."""

    account_id: str
    alias_id: str | None
    address: str
    name: str
    is_shared: bool
    is_primary: bool
    tenant_id: str | None


@dataclass(frozen=True)
class ProvenSender:
    """An alias from which mail went out, and the result of the latest one."""

    address: str
    name: str
    primary_address: str
    outcome: Outcome
    from_seen: str
    is_test: bool
    seen_at: datetime


def proven_senders(rows: Rows) -> list[ProvenSender]:
    """Aliases with their proof, those that fell back first."""
    return rows.all(
        ProvenSender,
        "select f.address, a.display_name as name, a.address as primary_address, p.outcome, "
        "p.from_seen, p.is_test, p.seen_at from alias_proofs p "
        "join sending_addresses f on f.alias_id = p.alias_id "
        "join accounts a on a.id = f.account_id where f.is_primary = 0 "
        "order by case p.outcome when 'as_alias' then 1 else 0 end, p.seen_at desc, f.address",
    )


def senders(rows: Rows, author_id: str) -> list[SenderRow]:
    """One's own addresses first, then those of shared mailboxes, primary ones before others."""
    return rows.all(SenderRow, SENDERS, {"author": author_id})


def may_write(rows: Rows, user_id: str) -> bool:
    """Whether a person may write to candidates at all."""
    found = rows.value(
        int,
        "select 1 from people where id = ? and is_enabled = 1 and role <> 'limited'",
        [user_id],
    )
    return found is not None


def latest_tests(rows: Rows, alias_ids: Collection[str]) -> dict[str, Mail]:
    """The latest test of each of these aliases."""
    found = rows.all(
        Mail,
        "select o.* from outbox o where o.kind = 'alias_test' and o.alias_id in :ids "
        "and not exists (select 1 from outbox n where n.kind = 'alias_test' "
        "and n.alias_id = o.alias_id and n.id > o.id)",
        {"ids": [*alias_ids]},
    )
    return {each.alias_id or "": each for each in found}


def times_of_tests(rows: Rows, author_id: str, *, since: datetime) -> list[datetime]:
    """When a person started tests of aliases, the first one first."""
    return rows.all(
        datetime,
        "select created_at from outbox where kind = 'alias_test' and author_id = ? "
        "and created_at > ? order by created_at",
        [author_id, since],
    )


def has_mailbox(rows: Rows, user_id: str) -> bool:
    """Whether a person has a Microsoft account, and Microsoft a mailbox of theirs."""
    found = rows.value(
        int,
        "select 1 from microsoft_accounts m where m.user_id = :user and m.object_id is not null "
        "and not exists (select 1 from absent_mailboxes a where a.user_id = :user) "
        "and not exists (select 1 from guests g "
        "where g.tenant_id = m.tenant_id and g.object_id = m.object_id)",
        {"user": user_id},
    )
    return found is not None


def candidates_with(rows: Rows, forms: Collection[str]) -> list[tuple[str, str, bool]]:
    """Candidates with these folded addresses: id, folded address, whether the person is closed."""
    found = rows.all(
        tuple,
        "select a.candidate_id, a.folded, c.closed_at from addresses_of_candidates a "
        "join candidate_contacts c on c.id = a.candidate_id where a.folded in :forms "
        "order by a.added_at, a.candidate_id",
        {"forms": [*forms]},
    )
    return [(owner, folded, closed_at is not None) for owner, folded, closed_at in found]


def is_candidate(rows: Rows, candidate_id: str) -> bool:
    sql = "select 1 from candidate_names where id = ?"
    return rows.value(int, sql, [candidate_id]) is not None
