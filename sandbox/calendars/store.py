"""Stored events: single ones, series, and the exceptions of a series."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from sandbox.calendars import versions
from sandbox.database import Row, State

SCHEMA = """
    create table if not exists events (
        id text primary key,
        owner text not null,
        kind text not null,
        series_id text,
        original_date text,
        ical_uid text not null,
        starts_at text not null,
        ends_at text not null,
        item text not null,
        properties text not null,
        transaction_id text,
        version integer not null,
        created_at text not null,
        modified_at text not null,
        deleted_at text
    );
    create index if not exists events_by_time on events (owner, starts_at);
    create index if not exists events_by_series on events (series_id);
    create index if not exists events_by_uid on events (ical_uid)
"""
SINGLE, MASTER, EXCEPTION, OCCURRENCE = "singleInstance", "seriesMaster", "exception", "occurrence"
# The end of a series without one.
NEVER = "9999-12-31T00:00:00Z"
PRESENT = "deleted_at is null"


def save(state: State, rows: Sequence[Row]) -> None:
    """Add events, or replace those of the same id."""
    if rows:
        versions.keep(state, rows)
        names, marks = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
        state.execute_many(f"insert or replace into events ({names}) values ({marks})", rows)


def event(state: State, owner: str, event_id: str) -> Row | None:
    row = event_or_deleted(state, owner, event_id)
    return row if row and row["deleted_at"] is None else None


def event_or_lately_deleted(state: State, owner: str, event_id: str) -> Row | None:
    """Read an event that may be in Deleted Items, as long as the tenant says it answers there."""
    row, seconds = event_or_deleted(state, owner, event_id), state.setting("deletedAnswersFor")
    if row is None or row["deleted_at"] is None or not seconds:
        return row
    ends_at = datetime.fromisoformat(row["deleted_at"]) + timedelta(seconds=seconds)
    return row if state.now() < ends_at else None


def event_or_deleted(state: State, owner: str, event_id: str) -> Row | None:
    return state.row("select * from events where owner = ? and id = ?", (owner, event_id))


def stale_event(state: State, owner: str, event_id: str) -> Row | None:
    """Read an event as its readers see it while the tenant has a delay of events."""
    moment = versions.shown_at(state, versions.OF_EVENTS) or ""
    found = versions.as_of(state, owner, moment)
    return next((row for row in found if row["id"] == event_id), None)


def listed(state: State, owner: str) -> list[Row]:
    """List single events and series as their readers see them. The list may lag behind."""
    if moment := versions.shown_at(state, versions.OF_EVENTS):
        found = versions.as_of(state, owner, moment)
        return [row for row in found if row["kind"] != EXCEPTION]
    return of_owner(state, owner)


def of_owner(state: State, owner: str) -> list[Row]:
    """List single events and series, in order of their creation."""
    return state.rows(
        f"select * from events where owner = ? and {PRESENT} and kind <> ? order by rowid",
        (owner, EXCEPTION),
    )


def between(state: State, owner: str, start: datetime, end: datetime) -> list[Row]:
    """List what may lie in a period: events that overlap it, and series that reach into it.

    The list lags behind the calendar while the tenant has a delay.
    """
    if moment := versions.shown_at(state):
        return [
            row
            for row in versions.as_of(state, owner, moment)
            if row["starts_at"] < stamp(end)
            and (row["ends_at"] > stamp(start) or row["starts_at"] >= stamp(start))
        ]
    return state.rows(
        f"select * from events where owner = ? and {PRESENT} and starts_at < ?"
        " and (ends_at > ? or starts_at >= ?) order by starts_at, id",
        (owner, stamp(end), stamp(start), stamp(start)),
    )


def exceptions(state: State, series: Sequence[str]) -> dict[str, list[Row]]:
    """List the exceptions of each series, in order of their dates."""
    found: dict[str, list[Row]] = {series_id: [] for series_id in series}
    moment = versions.shown_at(state)
    rows = state.rows(
        f"select * from events where {PRESENT} and series_id in (select value from json_each(?))"
        " order by original_date",
        (orjson.dumps(list(series)).decode(),),
    )
    for row in rows:
        if moment is None or row["created_at"] <= moment:
            found[row["series_id"]].append(row)
    return found


def of_transaction(state: State, owner: str, transaction_id: str) -> Row | None:
    return state.row(
        f"select * from events where owner = ? and transaction_id = ? and {PRESENT}",
        (owner, transaction_id),
    )


def copies(state: State, row: Row) -> list[Row]:
    """List the events of the same meeting on the calendars of others."""
    return state.rows(
        f"select * from events where ical_uid = ? and owner <> ? and kind <> ? and {PRESENT}",
        (row["ical_uid"], row["owner"], EXCEPTION),
    )


def copy_of(state: State, ical_uid: str, owner: str) -> Row | None:
    return state.row(
        f"select * from events where ical_uid = ? and owner = ? and kind <> ? and {PRESENT}",
        (ical_uid, owner, EXCEPTION),
    )


def remove(state: State, row: Row) -> None:
    """Move an event to Deleted Items, a series with its exceptions."""
    versions.hide(state, row["owner"], state.now())
    state.execute(
        f"update events set deleted_at = ? where (id = ? or series_id = ?) and {PRESENT}",
        (state.now().isoformat(timespec="microseconds"), row["id"], row["id"]),
    )


def remove_exceptions(state: State, series_id: str) -> None:
    state.execute("delete from events where series_id = ?", (series_id,))


def item_of(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(row["item"])
    return found


def stamp(moment: datetime) -> str:
    """Write a time in UTC with a four-digit year, so that texts sort as times do."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
