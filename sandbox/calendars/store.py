"""Stored events of calendars."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sandbox.database import Row, State

SCHEMA = """
    create table if not exists events (
        id text primary key,
        oid text not null,
        subject text not null,
        location text not null,
        show_as text not null,
        is_private integer not null,
        starts_at text not null,
        ends_at text not null
    );
    create index if not exists events_by_time on events (oid, starts_at)
"""


def add(state: State, oid: str, facts: dict[str, Any]) -> Row:
    row = {
        "id": f"AAMkAEvent{uuid.uuid4().hex}",
        "oid": oid,
        "subject": facts.get("subject", ""),
        "location": facts.get("location", ""),
        "show_as": facts.get("showAs", "busy"),
        "is_private": int(facts.get("isPrivate", False)),
        "starts_at": stamp(facts["start"]),
        "ends_at": stamp(facts["end"]),
    }
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    state.execute(f"insert into events ({names}) values ({marks})", row)
    return row


def of_mailbox(state: State, oid: str) -> list[Row]:
    return state.rows("select * from events where oid = ? order by starts_at, id", (oid,))


def between(state: State, oid: str, start: datetime, end: datetime) -> list[Row]:
    """List the events that overlap a period, in order."""
    return state.rows(
        "select * from events where oid = ? and starts_at < ? and ends_at > ?"
        " order by starts_at, id",
        (oid, stamp(end), stamp(start)),
    )


def remove(state: State, oid: str, event_id: str) -> int:
    return state.execute("delete from events where oid = ? and id = ?", (oid, event_id))


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
