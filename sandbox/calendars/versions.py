"""Earlier versions of events, for reads that lag behind: `calendarDelay` and `eventDelay`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson

from sandbox.database import Row, State

SCHEMA = """
    create table if not exists event_versions (
        event_id text not null,
        replaced_at text not null,
        row text not null
    );
    create index if not exists event_versions_by_event on event_versions (event_id, replaced_at)
"""
# Delays views and free/busy; and events that are read by id or listed.
OF_VIEWS, OF_EVENTS = "calendarDelay", "eventDelay"


def keep(state: State, ids: Sequence[str]) -> None:
    """Keep the present versions of events that are about to change."""
    if not (state.setting(OF_VIEWS) or state.setting(OF_EVENTS)):
        return
    found = state.rows(
        "select * from events where id in (select value from json_each(?))",
        (orjson.dumps(list(ids)).decode(),),
    )
    now = _written(state.now())
    state.execute_many(
        "insert into event_versions values (?, ?, ?)",
        [(row["id"], now, orjson.dumps(row).decode()) for row in found],
    )


def shown_at(state: State, switch: str = OF_VIEWS) -> str | None:
    """Say which moment a read shows. None is the present."""
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
