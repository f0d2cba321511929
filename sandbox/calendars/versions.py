"""Earlier versions of events, for reads that lag behind.

`calendarDelay` and `eventDelay` are in seconds, and `staleReads` is a number of reads.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from flask import has_request_context, request

from sandbox.database import Row, State

SCHEMA = """
    create table if not exists event_versions (
        event_id text not null,
        replaced_at text not null,
        row text not null
    );
    create index if not exists event_versions_by_event on event_versions (event_id, replaced_at);
    create table if not exists stale_reads (
        owner text primary key,
        shown_at text not null,
        reads_left integer not null
    )
"""
# Delays views and free/busy; and events that are read by id or listed.
OF_VIEWS, OF_EVENTS = "calendarDelay", "eventDelay"
# The number of reads that do not show a change of the calendar yet.
READS = "staleReads"
SHOWN_AT = "sandbox.shown_at"


def keep(state: State, rows: Sequence[Row]) -> None:
    """Keep the present versions of events that these rows are about to replace."""
    if not any(map(state.setting, (OF_VIEWS, OF_EVENTS, READS))):
        return
    found = state.rows(
        "select * from events where id in (select value from json_each(?))",
        (orjson.dumps([row["id"] for row in rows]).decode(),),
    )
    now = _written(state.now())
    state.execute_many(
        "insert into event_versions values (?, ?, ?)",
        [(row["id"], now, orjson.dumps(row).decode()) for row in found],
    )
    for row in rows:
        hide(state, row["owner"], datetime.fromisoformat(row["modified_at"]))


def hide(state: State, owner: str, changed_at: datetime) -> None:
    """Let the next reads of a calendar show it as it was before a change."""
    if number := state.setting(READS):
        moment = _written(changed_at - timedelta(microseconds=1))
        state.execute(
            "insert or replace into stale_reads values (?, ?, ?)", (owner, moment, number)
        )


def begin_read(state: State, owner: str) -> None:
    """Begin a read by Graph. It may be one of those that do not show a change yet."""
    if not state.setting(READS):
        return
    with state.write():
        row = state.row("select * from stale_reads where owner = ? and reads_left > 0", (owner,))
        if row:
            state.execute(
                "update stale_reads set reads_left = reads_left - 1 where owner = ?", (owner,)
            )
            request.environ[SHOWN_AT] = row["shown_at"]


def shown_at(state: State, switch: str = OF_VIEWS) -> str | None:
    """Say which moment a read shows. None is the present."""
    if has_request_context() and (moment := request.environ.get(SHOWN_AT)):
        return str(moment)
    delay = state.setting(switch)
    return _written(state.now() - timedelta(seconds=delay)) if delay else None


def as_of(state: State, owner: str, moment: str) -> list[Row]:
    """List the events of an owner as they were at a moment, whatever became of them since."""
    rows = state.rows(
        "select * from events where owner = ? and created_at <= ?"
        " and (deleted_at is null or deleted_at > ?) order by starts_at, id",
        (owner, moment, moment),
    )
    return [_version(state, row, moment) for row in rows]


def _version(state: State, row: Row, moment: str) -> Row:
    earlier = state.row(
        "select row from event_versions where event_id = ? and replaced_at > ?"
        " order by replaced_at limit 1",
        (row["id"], moment),
    )
    found: Row = orjson.loads(earlier["row"]) if earlier else row
    return found


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
