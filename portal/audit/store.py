"""All SQL for the audit log. Rows are added and read, never changed."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from portal import clock
from portal.audit.models import Actor, AuditedCandidate, Entry, Wanted, hidden, shown
from portal.storage.rows import Rows
from portal.storage.statements import containing

DAY = timedelta(days=1)
NAME = "(select name from candidate_names where candidate_names.id = candidate_id)"
SEARCHED = """
    (lower(actor_name) like :search escape '!' or lower(target) like :search escape '!'
    or lower(action) like :search escape '!'
    or candidate_id in (select id from candidate_names where lower(name) like :search escape '!'))
"""


def add(rows: Rows, entry: Entry) -> None:
    """Add an entry. It keeps no name and no address of the candidate that it is about."""
    about = entry.candidate
    words = _words(rows, about) if about else ()
    rows.execute(
        "insert into audit_log (id, at, actor_id, actor_name, action, target, tenant_id, peer, "
        "request_id, result, old_value, new_value, candidate_id) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            entry.id,
            entry.at,
            entry.actor.id,
            entry.actor.name,
            entry.action,
            hidden(entry.target, words),
            entry.actor.tenant_id,
            entry.actor.peer,
            entry.actor.request_id,
            entry.result,
            entry.old and hidden(entry.old, words),
            entry.new and hidden(entry.new, words),
            about.id if about else None,
        ],
    )


def _words(rows: Rows, about: AuditedCandidate) -> tuple[str, ...]:
    """Names and addresses of a candidate: those that were given, and those they have now."""
    present = rows.all(
        str,
        "select name as word from candidate_names where id = :id "
        "union select address from addresses_of_candidates where candidate_id = :id",
        {"id": about.id},
    )
    return (*about.words, *present)


def entries(rows: Rows, wanted: Wanted, *, limit: int = 50, offset: int = 0) -> Iterator[Entry]:
    """Entries, newest first. `search` matches actor, action, target and a candidate's name."""
    found = rows.all(
        dict,
        f"select audit_log.*, {NAME} as candidate from audit_log where {_conditions(wanted)} "  # noqa: S608  # constants
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


def is_recorded(rows: Rows, action: str, new: str) -> bool:
    """Whether an entry of this action has this new value."""
    sql = "select 1 from audit_log where action = ? and new_value = ? limit 1"
    return rows.value(int, sql, [action, new]) is not None


def results(rows: Rows) -> list[str]:
    """Every result that occurs."""
    return rows.all(str, "select distinct result from audit_log order by result")


def actions(rows: Rows) -> list[str]:
    """Every action that occurs."""
    return rows.all(str, "select distinct action from audit_log order by action")


def _entry(row: Mapping[str, Any]) -> Entry:
    name = row["candidate"]
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
        target=shown(row["target"], name),
        result=row["result"],
        old=row["old_value"] and shown(row["old_value"], name),
        new=row["new_value"] and shown(row["new_value"], name),
        candidate=AuditedCandidate(row["candidate_id"]) if row["candidate_id"] else None,
    )
