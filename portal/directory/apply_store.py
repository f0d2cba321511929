"""All SQL that compares directory entries with users."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from portal.directory.models import Entry, Meeting, Previewed
from portal.storage.mapping import mapped
from portal.storage.rows import Rows
from portal.users.models import WAITING, LeftOut, User

BATCH = 1000
# An invited user is kept out only if Microsoft itself refuses their sign-in.
BLOCKED = ", ".join(f"'{reason}'" for reason in LeftOut if reason.is_blocked)
TO_DISABLE = f"""
    from directory_entries e join people u on u.tenant_id = :tenant and u.object_id = e.object_id
    where e.is_settled = 0 and e.left_out <> '' and u.is_enabled = 1
    and (u.source = 'directory' or e.left_out in ({BLOCKED}))
"""  # put together from constants
UNDECIDED = """
    not exists (select 1 from directory_doubts d
        where d.user_id = u.id and d.decision is not null)
"""
# A user recruits by their role, and an entry without a user by its tick.
RECRUITS = """
    case when u.role in ('member', 'admin') then 1
        when u.id is null and r.object_id is not null then 1 else 0 end
"""
PREVIEWED = f"""
    select e.object_id, e.display_name, e.address, u.id as user_id,
        case when u.role = 'admin' then 1 else 0 end as is_admin,
        exists (select 1 from absent_mailboxes a where a.user_id = u.id) as is_absent,
        {RECRUITS} as recruits, coalesce(t.recruits, {RECRUITS}) as is_ticked
"""  # noqa: S608  # put together from constants
JOINED = """
    from directory_entries e
    left join people u on u.tenant_id = :tenant and u.object_id = e.object_id
    left join recruits r on r.object_id = e.object_id
    left join recruit_proposals t on t.object_id = e.object_id
"""
TO_COME = f"{PREVIEWED} {JOINED} where e.left_out = ''"


def count_to_disable(rows: Rows, tenant_id: str) -> int:
    """Count users to disable about whom no administrator has decided."""
    sql = f"select count(*) {TO_DISABLE} and {UNDECIDED}"
    return rows.value(int, sql, {"tenant": tenant_id}) or 0


def count_enabled(rows: Rows, tenant_id: str) -> int:
    sql = "select count(*) from people where tenant_id = ? and is_enabled = 1"
    return rows.value(int, sql, [tenant_id]) or 0


def doubt(rows: Rows, tenant_id: str, *, now: datetime) -> None:
    """Ask about every user who would be disabled, and drop questions that no longer apply."""
    drop_doubts(rows, tenant_id)
    rows.execute(
        "insert into directory_doubts (user_id, left_out, asked_at) "
        f"select u.id, e.left_out, :now {TO_DISABLE} "  # put together from constants
        "on conflict (user_id) do nothing",
        {"tenant": tenant_id, "now": now},
    )


def drop_doubts(rows: Rows, tenant_id: str) -> None:
    kept = f"select u.id {TO_DISABLE}"
    rows.execute(
        f"delete from directory_doubts where decision is null and user_id not in ({kept})",  # noqa: S608  # constants
        {"tenant": tenant_id},
    )


def drop_open_doubts(rows: Rows) -> None:
    rows.execute("delete from directory_doubts where decision is null")


def count_doubts(rows: Rows) -> int:
    sql = "select count(*) from directory_doubts where decision is null"
    return rows.value(int, sql) or 0


def asked_at(rows: Rows) -> datetime | None:
    """When the guard asked about the last user it asks about."""
    sql = "select max(asked_at) from directory_doubts where decision is null"
    return rows.value(datetime, sql)


def doubts(rows: Rows, *, limit: int, offset: int = 0) -> list[tuple[User, LeftOut]]:
    """The users the guard asks about, by name."""
    found = rows.all(
        dict,
        "select u.*, d.left_out from directory_doubts d join people u on u.id = d.user_id "
        "where d.decision is null order by lower(u.display_name), u.id limit ? offset ?",
        [limit, offset],
    )
    return [(mapped(User, row), LeftOut(row["left_out"])) for row in found]


def count_waiting(rows: Rows) -> int:
    """Count new users who are not enabled yet."""
    sql = "select count(*) from people where kept_out = ? and is_enabled = 0"
    return rows.value(int, sql, [WAITING]) or 0


def decide(rows: Rows, decision: str) -> int:
    return rows.execute(
        "update directory_doubts set decision = ? where decision is null", [decision]
    )


def next_batch(rows: Rows, after: str) -> str | None:
    """The last object id of the next batch of pending entries. None if there are none."""
    return rows.value(
        str,
        "select max(object_id) from (select object_id from directory_entries "
        "where is_settled = 0 and object_id > ? order by object_id limit ?) as batch",
        [after, BATCH],
    )


def meetings(rows: Rows, tenant_id: str, *, after: str, upto: str) -> list[Meeting]:
    found = rows.all(
        dict,
        "select u.*, e.address as entry_address, e.display_name as entry_name, "
        "e.user_name as entry_user_name, "
        "e.left_out as left_out, d.decision as decision "
        "from directory_entries e "
        "join people u on u.tenant_id = ? and u.object_id = e.object_id "
        "left join directory_doubts d on d.user_id = u.id "
        "where e.is_settled = 0 and e.object_id > ? and e.object_id <= ?",
        [tenant_id, after, upto],
    )
    return [_meeting(row) for row in found]


def _meeting(row: Mapping[str, Any]) -> Meeting:
    reason = LeftOut(row["left_out"]) if row["left_out"] else None
    entry = Entry(
        row["object_id"], row["entry_address"], row["entry_name"], reason, row["entry_user_name"]
    )
    return Meeting(entry, mapped(User, row), row["decision"])


def save_settled(rows: Rows, tenant_id: str, *, after: str, upto: str) -> None:
    """Mark entries as applied and drop the decisions about them."""
    rows.execute(
        "delete from directory_doubts where user_id in (select u.id from people u "
        "where u.tenant_id = ? and u.object_id > ? and u.object_id <= ?)",
        [tenant_id, after, upto],
    )
    rows.execute(
        "update directory_entries set is_settled = 1 "
        "where is_settled = 0 and object_id > ? and object_id <= ?",
        [after, upto],
    )


def coming(rows: Rows, tenant_id: str, *, limit: int, offset: int) -> list[Previewed]:
    """The people an import would add or keep, by name."""
    return rows.all(
        Previewed,
        f"{TO_COME} order by lower(e.display_name), e.object_id limit :limit offset :offset",
        {"tenant": tenant_id, "limit": limit, "offset": offset},
    )


def entries_to_tick(rows: Rows, tenant_id: str, object_ids: Iterable[str]) -> list[Previewed]:
    """Those of these entries whose people are, or may be, imported."""
    return rows.all(
        Previewed,
        f"{PREVIEWED} {JOINED} where e.left_out in ('', 'not_chosen') "
        "and e.object_id in :object_ids order by e.object_id",
        {"tenant": tenant_id, "object_ids": list(object_ids)},
    )


def count_recruits(rows: Rows, tenant_id: str) -> int:
    """Count the people to come who are, or will be, members or administrators."""
    sql = f"select count(*) from ({TO_COME}) as c where c.recruits = 1"  # noqa: S608  # constants
    return rows.value(int, sql, {"tenant": tenant_id}) or 0


def count_new(rows: Rows, tenant_id: str) -> int:
    """Count the people to come who are not in Portal yet."""
    sql = f"select count(*) from ({TO_COME}) as c where c.user_id is null"  # noqa: S608  # constants
    return rows.value(int, sql, {"tenant": tenant_id}) or 0


def count_new_recruits(rows: Rows, tenant_id: str) -> int:
    """Count those of them who will be members."""
    sql = f"select count(*) from ({TO_COME}) as c where c.user_id is null and c.recruits = 1"  # noqa: S608  # constants
    return rows.value(int, sql, {"tenant": tenant_id}) or 0


def left_out(rows: Rows, reason: LeftOut, *, limit: int, offset: int) -> list[Previewed]:
    return rows.all(
        Previewed,
        "select e.object_id, e.display_name, e.address, "
        "s.object_id is not null as is_marked_shared from directory_entries e "
        "left join shared_mailboxes s on s.object_id = e.object_id "
        "where e.left_out = ? order by lower(e.display_name), e.object_id limit ? offset ?",
        [reason, limit, offset],
    )
