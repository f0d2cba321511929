"""All SQL between entries of the directory and users: who is new, changed, or to be disabled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from portal import clock
from portal.users import store
from portal.users.models import WAITING, Entry, LeftOut, Meeting, User

BATCH = 1000
# Who was invited is kept out only when Microsoft itself would not let them in any more.
BLOCKED = ", ".join(f"'{reason}'" for reason in LeftOut if reason.is_blocked)
TO_DISABLE = f"""
    from directory_entries e join users u on u.tenant_id = :tenant and u.object_id = e.object_id
    where e.is_settled = 0 and e.left_out <> '' and u.is_enabled = 1
    and (u.source = 'directory' or e.left_out in ({BLOCKED}))
"""  # put together from constants
UNDECIDED = """
    not exists (select 1 from directory_doubts d
        where d.user_id = u.id and d.decision is not null)
"""


def count_to_disable(db: Database, tenant_id: str) -> int:
    """Those about whom an administrator has not decided."""
    sql = f"select count(*) {TO_DISABLE} and {UNDECIDED}"
    return int(db.execute(sql, {"tenant": tenant_id}).fetchone()[0])


def count_enabled(db: Database, tenant_id: str) -> int:
    sql = "select count(*) from users where tenant_id = ? and is_enabled = 1"
    return int(db.execute(sql, [tenant_id]).fetchone()[0])


def doubt(db: Database, tenant_id: str, *, now: datetime) -> None:
    """Ask about everybody who would be disabled; those who are not concerned any more leave."""
    drop_doubts(db, tenant_id)
    db.execute(
        "insert into directory_doubts (user_id, left_out, asked_at) "
        f"select u.id, e.left_out, :now {TO_DISABLE} "  # put together from constants
        "on conflict (user_id) do nothing",
        {"tenant": tenant_id, "now": clock.text(now)},
    )


def drop_doubts(db: Database, tenant_id: str) -> None:
    kept = f"select u.id {TO_DISABLE}"
    db.execute(
        f"delete from directory_doubts where decision is null and user_id not in ({kept})",  # noqa: S608  # constants
        {"tenant": tenant_id},
    )


def drop_open_doubts(db: Database) -> None:
    db.execute("delete from directory_doubts where decision is null")


def count_doubts(db: Database) -> int:
    sql = "select count(*) from directory_doubts where decision is null"
    return int(db.execute(sql).fetchone()[0])


def doubts(db: Database, *, limit: int, offset: int = 0) -> list[tuple[User, LeftOut]]:
    """Whom the guard asks about, by name."""
    rows = db.query(
        "select u.*, d.left_out from directory_doubts d join users u on u.id = d.user_id "
        "where d.decision is null order by lower(u.display_name), u.id limit ? offset ?",
        [limit, offset],
    )
    return [(store.user_in(row), LeftOut(row["left_out"])) for row in rows]


def count_waiting(db: Database) -> int:
    """New people whom nobody has enabled yet."""
    sql = "select count(*) from users where kept_out = ? and is_enabled = 0"
    return int(db.execute(sql, [WAITING]).fetchone()[0])


def decide(db: Database, decision: str) -> int:
    decided = db.execute(
        "update directory_doubts set decision = ? where decision is null", [decision]
    )
    return int(decided.rowcount)


def next_batch(db: Database, after: str) -> str | None:
    """The object id at which the next entries to be settled end; None when there are none."""
    rows = db.execute(
        "select max(object_id) from (select object_id from directory_entries "
        "where is_settled = 0 and object_id > ? order by object_id limit ?)",
        [after, BATCH],
    )
    found: str | None = rows.fetchone()[0]
    return found


def meetings(db: Database, tenant_id: str, *, after: str, upto: str) -> list[Meeting]:
    rows = db.query(
        "select u.*, e.address as entry_address, e.display_name as entry_name, "
        "e.left_out as left_out, d.decision as decision "
        "from directory_entries e "
        "join users u on u.tenant_id = ? and u.object_id = e.object_id "
        "left join directory_doubts d on d.user_id = u.id "
        "where e.is_settled = 0 and e.object_id > ? and e.object_id <= ?",
        [tenant_id, after, upto],
    )
    return [_meeting(row) for row in rows]


def _meeting(row: Mapping[str, Any]) -> Meeting:
    reason = LeftOut(row["left_out"]) if row["left_out"] else None
    entry = Entry(row["object_id"], row["entry_address"], row["entry_name"], reason)
    return Meeting(entry, store.user_in(row), row["decision"])


def add_new(
    db: Database, tenant_id: str, *, after: str, upto: str, enabled: bool, now: datetime
) -> int:
    """Everybody of a batch who may come and is not here yet: a member, never more."""
    added = db.execute(
        "insert into users (id, tenant_id, object_id, address, display_name, role, source, "
        "is_enabled, kept_out, created_at) "
        "select e.new_user_id, :tenant, e.object_id, e.address, e.display_name, 'member', "
        "'directory', :enabled, :kept_out, :now from directory_entries e "
        "where e.is_settled = 0 and e.left_out = '' and e.object_id > :after "
        "and e.object_id <= :upto and not exists (select 1 from users u "
        "where u.tenant_id = :tenant and u.object_id = e.object_id)",
        {
            "tenant": tenant_id,
            "enabled": int(enabled),
            "kept_out": None if enabled else WAITING,
            "now": clock.text(now),
            "after": after,
            "upto": upto,
        },
    )
    return int(added.rowcount)


def save_settled(db: Database, tenant_id: str, *, after: str, upto: str) -> None:
    """With what was decided about these people: it held for this change of theirs."""
    db.execute(
        "delete from directory_doubts where user_id in (select u.id from users u "
        "where u.tenant_id = ? and u.object_id > ? and u.object_id <= ?)",
        [tenant_id, after, upto],
    )
    db.execute(
        "update directory_entries set is_settled = 1 "
        "where is_settled = 0 and object_id > ? and object_id <= ?",
        [after, upto],
    )


def save_kept_out(db: Database, user_id: str, reason: str) -> None:
    db.execute("update users set is_enabled = 0, kept_out = ? where id = ?", [reason, user_id])


def take_over(db: Database, user_id: str) -> None:
    db.execute("update users set source = 'directory' where id = ?", [user_id])


def coming(db: Database, tenant_id: str, *, limit: int, offset: int) -> list[dict[str, Any]]:
    """Who would come by an import, by name, and whether they are here already."""
    return list(
        db.query(
            "select e.display_name, e.address, u.id is not null as is_here "
            "from directory_entries e left join users u "
            "on u.tenant_id = ? and u.object_id = e.object_id where e.left_out = '' "
            "order by lower(e.display_name), e.object_id limit ? offset ?",
            [tenant_id, limit, offset],
        )
    )


def left_out(db: Database, reason: LeftOut, *, limit: int, offset: int) -> list[dict[str, Any]]:
    return list(
        db.query(
            "select display_name, address, 0 as is_here from directory_entries "
            "where left_out = ? order by lower(display_name), object_id limit ? offset ?",
            [reason.value, limit, offset],
        )
    )
