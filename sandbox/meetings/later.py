"""Later events in meetings: links of Teams that come late, and the answers of rooms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask

from sandbox import acts
from sandbox.calendars import changes, store
from sandbox.calendars.instances import of_row
from sandbox.database import Row, State, current_state
from sandbox.directory import store as people
from sandbox.meetings import rooms, switches, teams

SCHEMA = """
    create table if not exists later_in_meetings (
        event_id text not null,
        what text not null,
        due_at text not null,
        primary key (event_id, what)
    )
"""
LINK, ROOM = "link", "room"


def expect_link(state: State, row: Row) -> None:
    """Bring the link of a Teams meeting that has none yet, after the seconds of the switch."""
    if _waits_for_link(store.item_of(row)) and teams.mode(state, row["owner"]) == switches.LATE:
        put(state, row, LINK, seconds=switches.present(state).teams_seconds)


def expect_answer(state: State, ical_uid: str, address: str) -> None:
    """Let a room answer the request that it got, after the seconds of the switch."""
    seconds = switches.present(state).room_answer_seconds
    owner = people.owner_of(state, address)
    if seconds is None or owner is None or owner["purpose"] != "room":
        return
    if copy := store.copy_of(state, ical_uid, owner["id"]):
        put(state, copy, ROOM, seconds=seconds)


def _waits_for_link(item: dict[str, Any]) -> bool:
    is_without = item["isOnlineMeeting"] and not item["onlineMeeting"]
    return bool(is_without and item["isOrganizer"] and not item.get(teams.DROPPED))


def put(state: State, row: Row, what: str, *, seconds: float) -> None:
    """Do something about an event after some seconds of the tenant's clock, once."""
    due_at = state.now() + timedelta(seconds=seconds)
    state.execute(
        "insert or ignore into later_in_meetings values (?, ?, ?)",
        (row["id"], what, due_at.isoformat(timespec="microseconds")),
    )


def install(app: Flask) -> None:
    """Do what is due before each request: every reader then finds it."""

    def do_due() -> None:
        state = current_state()
        now = state.now().isoformat(timespec="microseconds")
        if state.row("select 1 from later_in_meetings where due_at <= ?", (now,)) is None:
            return
        with state.write(), acts.automatic():
            for row in _taken(state, now):
                event = state.row("select * from events where id = ?", (row["event_id"],))
                if event and event["deleted_at"] is None:
                    ACTS[row["what"]](state, event)

    app.before_request(do_due)


def _taken(state: State, now: str) -> list[Row]:
    """Take what is due. No two requests get the same."""
    rows = state.rows("select * from later_in_meetings where due_at <= ? order by due_at", (now,))
    state.execute("delete from later_in_meetings where due_at <= ?", (now,))
    return rows


def _bring_link(state: State, row: Row) -> None:
    """Give an event its link. Nobody is told, and copies stay without it."""
    found = of_row(row)
    if _waits_for_link(found.item):
        changes.save(state, found, found.item | teams.linked(state, row["owner"], found.item))


ACTS: dict[str, Callable[[State, Row], None]] = {LINK: _bring_link, ROOM: rooms.answer}
