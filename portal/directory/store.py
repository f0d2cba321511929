"""All SQL for user sync: its state and the directory entries."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from portal import clock
from portal.directory.models import Directory
from portal.storage.claims import SKEW, Claim, Claims, Fence
from portal.storage.mapping import mapped
from portal.storage.rows import Rows
from portal.users.models import LeftOut

ID = "directory"
MAY_SYNC = "exists (select 1 from user_sync_in_force)"
# Restored consent and a new authorization do not wait for the next round.
IS_DUE = """
    s.due_at <= :now
    or exists (select 1 from sync_authorizers a where a.authorized_at > s.last_attempt_at
        and a.authorized_at <= :now)
    or exists (select 1 from granted_roles r
        where r.role = 'User.Read.All' and r.granted_at > s.last_attempt_at
        and r.granted_at <= :now)
"""
CLAIMS = Claims(Fence("directory_sync", "s", may_work=MAY_SYNC), is_due=IS_DUE)
STATE = """
select s.*, a.user_id as authorized_by, a.authorized_at
from directory_sync s left join sync_authorizers a on true
where s.id = ?
"""
# An enabled user who lost their license stays for a while: the reason is kept as pending.
IN_GRACE = """
    (excluded.left_out in ('no_mailbox', 'on_premises')
    and directory_entries.left_out in ('', 'not_chosen')
    and exists (select 1 from people u join directory_sync s on s.tenant_id = u.tenant_id
        where u.object_id = excluded.object_id and u.is_enabled = 1))
"""
# The directory does not know who is chosen, so what it says of an entry leaves that as it is.
NEW_REASON = f"""
    (case when {IN_GRACE} then directory_entries.left_out
        when directory_entries.left_out = 'not_chosen' and excluded.left_out = ''
        then 'not_chosen' else excluded.left_out end)
"""
SAVE_ENTRY = f"""
insert into directory_entries
    (object_id, new_user_id, address, folded_address, user_name, display_name, left_out, round,
    pending_since, is_settled)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
on conflict (object_id) do update set
    address = excluded.address, folded_address = excluded.folded_address,
    user_name = excluded.user_name, display_name = excluded.display_name,
    left_out = {NEW_REASON}, round = excluded.round,
    pending = case when {IN_GRACE} then excluded.left_out else '' end,
    pending_since = case when {IN_GRACE} and directory_entries.pending <> ''
        then directory_entries.pending_since else excluded.pending_since end,
    is_settled = case when directory_entries.address = excluded.address
        and directory_entries.user_name = excluded.user_name
        and directory_entries.display_name = excluded.display_name
        and directory_entries.left_out = {NEW_REASON}
        then directory_entries.is_settled else 0 end
"""  # noqa: S608  # put together from constants


def state(rows: Rows) -> Directory:
    row = rows.one(dict, STATE, [ID]) or {}
    domains = frozenset(row["domains"].split())
    is_claimed = row["claimed_by"] is not None
    return mapped(Directory, {**row, "domains": domains, "is_claimed": is_claimed})


def may_sync(rows: Rows) -> bool:
    """Whether user sync is on and authorized by consent or one person."""
    return bool(rows.value(int, "select count(*) from user_sync_in_force"))


def finish(rows: Rows, claim: Claim, *, due_at: datetime, now: datetime) -> None:
    """Finish a sync. Keeps a `due_at` requested during this run. Belongs inside write()."""
    rows.execute(
        "update directory_sync set claimed_by = null, claimed_until = null, last_success_at = ?, "
        "failure = null, failed_at = null, failure_count = 0, is_throttled = 0, "
        "due_at = case when due_at >= last_attempt_at then due_at else ? end where claimed_by = ?",
        [clock.text(now), clock.text(due_at), claim.by],
    )


def make_due(rows: Rows, *, now: datetime) -> None:
    """Make user sync due now, ending a failure's wait. Belongs inside write()."""
    rows.execute("update directory_sync set due_at = ?", [now])


def save_switch(rows: Rows, name: str, *, on: bool) -> None:
    columns = {"syncs_users": "syncs_users", "enables_new": "enables_new"}
    rows.execute(f"update directory_sync set {columns[name]} = ?", [on])  # noqa: S608  # a fixed list


def save_import(rows: Rows, *, now: datetime) -> None:
    rows.execute("update directory_sync set imported_at = ?", [now])


def save_facts(rows: Rows, domains: Iterable[str], rooms: Iterable[str], *, now: datetime) -> None:
    rows.execute(
        "update directory_sync set domains = ?, facts_read_at = ?",
        [" ".join(sorted(domains)), now],
    )
    rows.execute("delete from directory_rooms")
    rows.many("insert into directory_rooms (address) values (?)", [(each,) for each in rooms])


def rooms(rows: Rows) -> frozenset[str]:
    return frozenset(rows.all(str, "select address from directory_rooms"))


def save_group_addresses(rows: Rows, addresses: Iterable[str]) -> None:
    """Replace the addresses of groups. Belongs inside write()."""
    rows.execute("delete from group_addresses")
    rows.many(
        "insert into group_addresses (folded) values (?)", [(each,) for each in sorted(addresses)]
    )


def shared_mailboxes(rows: Rows) -> frozenset[str]:
    """Object ids of the entries that an administrator marked as shared mailboxes."""
    return frozenset(rows.all(str, "select object_id from shared_mailboxes"))


def save_shared_mailbox(rows: Rows, object_id: str, *, marked_by: str, now: datetime) -> None:
    """Mark an entry, so that nobody is imported for it. Belongs inside write()."""
    rows.execute(
        "insert into shared_mailboxes (object_id, marked_by, marked_at) values (?, ?, ?) "
        "on conflict (object_id) do nothing",
        [object_id, marked_by, now],
    )
    rows.execute(
        "update directory_entries set left_out = ?, is_settled = 0 where object_id = ?",
        [LeftOut.SHARED, object_id],
    )


def delete_shared_mailbox(rows: Rows, object_id: str) -> None:
    rows.execute("delete from shared_mailboxes where object_id = ?", [object_id])


def save_recruit(rows: Rows, object_id: str, *, marked_by: str, now: datetime) -> None:
    """Mark an entry, so that its person comes as a member. Belongs inside write()."""
    rows.execute(
        "insert into recruits (object_id, marked_by, marked_at) values (?, ?, ?) "
        "on conflict (object_id) do nothing",
        [object_id, marked_by, now],
    )


def delete_recruit(rows: Rows, object_id: str) -> None:
    rows.execute("delete from recruits where object_id = ?", [object_id])


def is_source(rows: Rows, object_id: str) -> bool:
    """Whether an entry was added as a shared mailbox and is read."""
    sql = "select 1 from accounts where object_id = ? and is_shared = 1 and is_enabled = 1"
    return rows.value(int, sql, [object_id]) is not None


def entry_label(rows: Rows, object_id: str) -> str | None:
    """Name and address of an entry. None if there is none of this id."""
    found = rows.one(
        tuple,
        "select display_name, address from directory_entries where object_id = ?",
        [object_id],
    )
    return f"{found[0]} <{found[1]}>" if found else None


def begin_anew(rows: Rows, tenant_id: str) -> None:
    """Begin with another organization. Only the users of the former one stay."""
    rows.execute("delete from directory_entries")
    rows.execute("delete from directory_doubts")
    rows.execute("delete from directory_rooms")
    rows.execute("delete from group_addresses")
    rows.execute("delete from shared_mailboxes")
    rows.execute("delete from recruits")
    rows.execute(
        "update directory_sync set tenant_id = ?, domains = '', facts_read_at = null, "
        "stage = 'waiting', next_link = null, cursor = null, imported_at = null, "
        "last_success_at = null",
        [tenant_id],
    )


def forget_place(rows: Rows) -> None:
    """Read everybody again. Known entries stay until then."""
    rows.execute("update directory_sync set stage = 'waiting', next_link = null, cursor = null")


def begin_reading(rows: Rows, cursor: str, *, now: datetime) -> None:
    rows.execute(
        "update directory_sync set stage = 'reading', round = round + 1, next_link = null, "
        "cursor = ?, whole_read_began_at = ?, whole_read_asked_at = null",
        [cursor, now],
    )


def ask_whole_read(rows: Rows, *, now: datetime) -> None:
    """Ask for everybody to be read again. A running read does not count."""
    rows.execute("update directory_sync set whole_read_asked_at = ?, due_at = ?", [now, now])


def save_next_link(rows: Rows, link: str) -> None:
    rows.execute("update directory_sync set next_link = ?", [link])


def save_cursor(rows: Rows, cursor: str) -> None:
    rows.execute("update directory_sync set cursor = ?", [cursor])


def end_reading(rows: Rows, tenant_id: str, *, round: int) -> None:
    """Mark entries and users missing from this round as removed."""
    rows.execute(
        "update directory_entries set left_out = 'removed', is_settled = 0 "
        "where round < ? and left_out not in ('removed', 'deleted')",
        [round],
    )
    rows.execute(
        "insert into directory_entries (object_id, new_user_id, address, folded_address, "
        "display_name, left_out, round, is_settled) "
        "select u.object_id, u.id, u.address, u.folded_address, u.display_name, 'removed', ?, 0 "
        "from people u left join directory_entries e on e.object_id = u.object_id "
        "where u.tenant_id = ? and e.object_id is null",
        [round, tenant_id],
    )
    rows.execute("update directory_sync set stage = 'following', next_link = null")


def entries_of_round(rows: Rows, round: int) -> int:
    sql = "select count(*) from directory_entries where round = ? and left_out <> 'removed'"
    return rows.value(int, sql, [round]) or 0


def save_entries(rows: Rows, found: Iterable[tuple[Any, ...]]) -> None:
    """Save entries. The last one wins.

    Each is: object id, new user id, address, folded, user name, name, reason, round, time.
    """
    rows.many(SAVE_ENTRY, found)


def end_grace(rows: Rows, *, since: datetime) -> None:
    """Leave out those whose license is gone since then or longer. Belongs inside write()."""
    rows.execute(
        "update directory_entries set left_out = pending, pending = '', is_settled = 0 "
        "where pending <> '' and pending_since <= ? and left_out in ('', 'not_chosen')",
        [since],
    )


def mark_removed(rows: Rows, object_id: str, reason: str, *, round: int) -> None:
    """Mark an entry as removed. An unknown one stays unknown."""
    rows.execute(
        "update directory_entries set left_out = ?, is_settled = 0, round = ? "
        "where object_id = ? and left_out <> ?",
        [reason, round, object_id, reason],
    )


def undo_future(rows: Rows, *, now: datetime) -> bool:
    """Read again what a clock running ahead says was read in the future. True if there was some."""
    ahead = now + SKEW
    sql = (
        "select 1 from directory_sync where facts_read_at > :ahead or whole_read_began_at > :ahead"
    )
    if rows.value(int, sql, {"ahead": ahead}) is None:
        return False
    with rows.write():
        rows.execute(
            "update directory_sync set facts_read_at = null, whole_read_began_at = null, "
            "whole_read_asked_at = null"
        )
    return True


def counts(rows: Rows) -> Mapping[str, int]:
    """Count entries by reason. Without a reason they are imported."""
    sql = (
        "select left_out, count(*) as n from directory_entries group by left_out order by left_out"
    )
    return dict(rows.all(tuple, sql))
