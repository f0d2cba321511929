"""All SQL about what entries taken off the organization's list kept out of mailboxes."""

from collections.abc import Collection, Iterable
from datetime import datetime

from portal.errors import NotFound
from portal.privacy.models import Entry, HeldEntry
from portal.storage.claims import SKEW
from portal.storage.ids import new_id
from portal.storage.rows import Rows


def add(
    rows: Rows, owners: Iterable[str], taken_off: Entry, *, asked_by: str, now: datetime
) -> None:
    """Ask these owners about what an entry kept out. Belongs inside write(), as all changes."""
    rows.many(
        "insert into held_entries (id, user_id, folded, is_domain, asked_at, asked_by) "
        "values (?, ?, ?, ?, ?, ?)",
        [
            (new_id(), user_id, taken_off.folded, taken_off.is_domain, now, asked_by)
            for user_id in owners
        ],
    )


def entries(rows: Rows, user_id: str) -> list[HeldEntry]:
    """The held entries of one mailbox: those that wait first, the newest first."""
    return rows.all(
        HeldEntry,
        "select * from held_entries where user_id = ? "
        "order by refused_at is not null, asked_at desc, folded, id",
        [user_id],
    )


def count_waiting(rows: Rows, user_id: str) -> int:
    return counts_waiting(rows, [user_id]).get(user_id, 0)


def counts_waiting(rows: Rows, account_ids: Collection[str]) -> dict[str, int]:
    """How many entries wait for a decision, by account. Without those of which none does."""
    sql = (
        "select user_id, count(*) from held_entries where user_id in :accounts "
        "and refused_at is null group by user_id"
    )
    return dict(rows.all(tuple, sql, {"accounts": list(account_ids)}))


def entry(rows: Rows, entry_id: str, *, owner: str) -> HeldEntry:
    found = rows.one(
        HeldEntry, "select * from held_entries where id = ? and user_id = ?", [entry_id, owner]
    )
    if found is None:
        raise NotFound
    return found


def bring_in(rows: Rows, entry_id: str) -> int:
    return rows.execute("delete from held_entries where id = ?", [entry_id])


def refuse(rows: Rows, entry_id: str, *, now: datetime) -> int:
    return rows.execute(
        "update held_entries set refused_at = ? where id = ? and refused_at is null",
        [now, entry_id],
    )


def undo_future(rows: Rows, *, now: datetime) -> bool:
    """Mail of the future is new, whatever a clock running ahead said. True if there was some."""
    ahead = now + SKEW
    sql = "select 1 from held_entries where asked_at > ? limit 1"
    if rows.value(int, sql, [ahead]) is None:
        return False
    with rows.write():
        rows.execute("update held_entries set asked_at = ? where asked_at > ?", [now, ahead])
    return True
