"""All SQL about shared mailboxes and their owners."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from portal.errors import NotFound
from portal.shared_mailboxes.models import Account, KnownBy, Owner, SharedMailbox
from portal.storage.rows import Rows

MAILBOXES = """
select s.account_id, a.object_id, a.address, a.display_name as name, a.is_enabled, a.kept_out,
    s.known_by, s.added_by, s.added_at, s.was_off,
    case when o.user_id is null then 1 else 0 end as is_syncing,
    m.last_success_at, m.failure, c.since as closed_since, x.absent_since,
    case when v.user_id is null then 0 else 1 end as is_covered,
    r.name as reader_name, r.since as reader_since, r.loss as reader_loss
from mailbox_sources s join accounts a on a.id = s.account_id
left join mailbox_states m on m.user_id = a.id
left join email_opt_outs o on o.user_id = a.id
left join closed_mailboxes c on c.user_id = a.id
left join absent_mailboxes x on x.user_id = a.id
left join covered_people v on v.user_id = a.id
left join mailbox_readings r on r.account_id = a.id
"""


def mailboxes(rows: Rows) -> list[SharedMailbox]:
    """By address, those that are read first."""
    sql = f"{MAILBOXES} order by a.is_enabled desc, a.folded_address, a.id"
    return _with_owners(rows, rows.all(SharedMailbox, sql))


def mailbox(rows: Rows, account_id: str) -> SharedMailbox:
    found = rows.all(SharedMailbox, f"{MAILBOXES} where s.account_id = ?", [account_id])
    if not found:
        raise NotFound
    return _with_owners(rows, found)[0]


def mailbox_with(rows: Rows, object_id: str) -> SharedMailbox | None:
    """The shared mailbox with this object id, also one that was removed."""
    found = rows.all(SharedMailbox, f"{MAILBOXES} where a.object_id = ?", [object_id])
    return next(iter(_with_owners(rows, found)), None)


def _with_owners(rows: Rows, found: list[SharedMailbox]) -> list[SharedMailbox]:
    if not found:
        return []
    owners: dict[str, list[Owner]] = {each.account_id: [] for each in found}
    for account_id, *owner in rows.all(
        tuple,
        "select o.account_id, p.id, p.display_name, p.address, "
        "case when p.role = 'limited' then 0 else p.is_enabled end "
        "from mailbox_ownerships o join people p on p.id = o.user_id "
        "where o.account_id in :accounts order by p.folded_address, p.id",
        {"accounts": [*owners]},
    ):
        user_id, name, address, decides = owner
        owners[account_id].append(Owner(user_id, name, address, decides=bool(decides)))
    return [replace(each, owners=tuple(owners[each.account_id])) for each in found]


def undecided(rows: Rows) -> list[str]:
    """Addresses of the mailboxes that are read without an owner who decides."""
    return [each.address for each in mailboxes(rows) if each.is_enabled and not each.deciders]


def account(rows: Rows, account_id: str, *, decided_by: str) -> Account:
    """A shared mailbox that this person decides for. Anybody else's is not found."""
    found = rows.one(
        Account,
        "select a.id, a.address, a.display_name as name, a.is_shared, a.is_enabled, a.kept_out "
        "from accounts a "
        "join mailbox_ownerships o on o.account_id = a.id join people p on p.id = o.user_id "
        "where a.id = ? and p.id = ? and p.role <> 'limited'",
        [account_id, decided_by],
    )
    if found is None:
        raise NotFound
    return found


def mailboxes_decided_by(rows: Rows, user_id: str) -> list[SharedMailbox]:
    """The shared mailboxes that a person decides for, by address."""
    sql = (
        f"{MAILBOXES} join mailbox_ownerships w on w.account_id = a.id "
        "join people p on p.id = w.user_id where p.id = ? and p.role <> 'limited' "
        "order by a.folded_address, a.id"
    )
    return _with_owners(rows, rows.all(SharedMailbox, sql, [user_id]))


def person_with(rows: Rows, object_id: str) -> str | None:
    """The name of the person here who has this entry of the directory."""
    sql = "select display_name from people where object_id = ?"
    return rows.value(str, sql, [object_id])


def possible_owners(rows: Rows) -> list[Owner]:
    """The people who recruit and can sign in, by name."""
    return rows.all(
        Owner,
        "select id as user_id, display_name as name, address, is_enabled as decides from people "
        "where is_enabled = 1 and role <> 'limited' order by lower(display_name), id",
    )


def add(rows: Rows, account_id: str, *, known_by: KnownBy, added_by: str, now: datetime) -> None:
    """Belongs inside write(), as all changes that follow."""
    rows.execute(
        "insert into mailbox_sources (account_id, known_by, added_by, added_at) "
        "values (?, ?, ?, ?) on conflict (account_id) do update set "
        "known_by = excluded.known_by, added_by = excluded.added_by, added_at = excluded.added_at",
        [account_id, known_by, added_by, now],
    )


def save_was_off(rows: Rows, account_id: str, *, was_off: bool) -> None:
    """Save whether its owners had sync off, for the day on which it is added again."""
    rows.execute(
        "update mailbox_sources set was_off = ? where account_id = ?", [was_off, account_id]
    )


def save_owners(
    rows: Rows, account_id: str, user_ids: Collection[str], *, added_by: str, now: datetime
) -> None:
    rows.execute(
        "delete from mailbox_owners where account_id = :account and user_id not in :owners",
        {"account": account_id, "owners": list(user_ids)},
    )
    rows.many(
        "insert into mailbox_owners (account_id, user_id, added_by, added_at) "
        "values (?, ?, ?, ?) on conflict (account_id, user_id) do nothing",
        [(account_id, each, added_by, now) for each in user_ids],
    )
