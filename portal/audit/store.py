"""All SQL for the audit log. Rows are added and read, never changed."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from portal import clock
from portal.audit.models import Actor, Entry, Wanted
from portal.storage.rows import Rows
from portal.storage.statements import containing

DAY = timedelta(days=1)
SEARCHED = """
    (lower(actor_name) like :search escape '!' or lower(target) like :search escape '!'
    or lower(action) like :search escape '!')
"""


def add(rows: Rows, entry: Entry) -> None:
    rows.execute(
        "insert into audit_log (id, at, actor_id, actor_name, action, target, tenant_id, peer, "
        "request_id, result, old_value, new_value) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            entry.id,
            entry.at,
            entry.actor.id,
            entry.actor.name,
            entry.action,
            entry.target,
            entry.actor.tenant_id,
            entry.actor.peer,
            entry.actor.request_id,
            entry.result,
            entry.old,
            entry.new,
        ],
    )


def entries(rows: Rows, wanted: Wanted, *, limit: int = 50, offset: int = 0) -> Iterator[Entry]:
    """Entries, newest first. `search` matches actor, action and target."""
    found = rows.all(
        dict,
        f"select * from audit_log where {_conditions(wanted)} "  # noqa: S608  # constants
        "order by at desc, id limit :limit offset :offset",
        {
            "search": containing(wanted.search),
            "action": wanted.action,
            "result": wanted.result,
            "first": wanted.first_day,
            "end": wanted.last_day + DAY if wanted.last_day else None,
            "limit": limit,
            "offset": offset,
        },
    )
    return (_entry(row) for row in found)


def _conditions(wanted: Wanted) -> str:
    used = {
        SEARCHED: wanted.search,
        "action = :action": wanted.action,
        "result = :result": wanted.result,
        "at >= :first": wanted.first_day,
        "at < :end": wanted.last_day,
    }
    return " and ".join(condition for condition, value in used.items() if value) or "true"


def results(rows: Rows) -> list[str]:
    """Every result that occurs."""
    return rows.all(str, "select distinct result from audit_log order by result")


def actions(rows: Rows) -> list[str]:
    """Every action that occurs."""
    return rows.all(str, "select distinct action from audit_log order by action")


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        id=row["id"],
        at=clock.moment(row["at"]),
        actor=Actor(
            id=row["actor_id"],
            name=row["actor_name"],
            peer=row["peer"],
            request_id=row["request_id"],
            tenant_id=row["tenant_id"],
        ),
        action=row["action"],
        target=row["target"],
        result=row["result"],
        old=row["old_value"],
        new=row["new_value"],
    )
