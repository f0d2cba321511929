"""A room that Microsoft no longer lists makes the interviews in it ask, once."""

from datetime import datetime

from flask import Flask

from portal.calendars import store as rooms
from portal.calendars.models import Room
from portal.interviews import store
from portal.interviews.models import State
from portal.storage.rows import Rows
from tests.interviews.effects.arranged import acts, chore
from tests.support import builders

SETTLE = "interviews that lost something"
AURORA = Room("aurora", "Aurora", "aurora@northwind.example", "Harbour House")
REASON = (
    "Microsoft no longer lists the room Aurora. Choose another room, or keep the interview as it "
    "is."
)


def list_rooms(rows: Rows, *found: Room, now: datetime) -> None:
    with rows.write():
        rooms.replace_rooms(rows, found, now=now)


def test_an_interview_in_a_room_that_is_gone_asks_once(
    app: Flask, rows: Rows, tomorrow: datetime, now: datetime
) -> None:
    there: dict[str, str] = {"room_name": "Aurora", "room_id": "aurora"}
    builders.interview(rows, "first", at=tomorrow, panel=["sam"], **there)
    waits: dict[str, str] = {**there, "state": "needs_time", "goal": "needs_time"}
    builders.interview(rows, "waits", at=tomorrow, panel=["sam"], **waits)
    leaves: dict[str, str] = {**waits, "state": "changing"}
    builders.interview(rows, "leaves", at=tomorrow, panel=["sam"], **leaves)
    list_rooms(rows, AURORA, now=now)
    chore(app, SETTLE)
    assert store.interview(rows, "first").state is State.SCHEDULED

    list_rooms(rows, now=now)
    for _ in range(2):
        chore(app, SETTLE)

    one, waiting = store.interview(rows, "first"), store.interview(rows, "waits")
    assert (one.state, one.reason) == (State.ASKS, REASON)
    assert (one.room_id, one.room_name) == (None, "Aurora")
    assert (waiting.state, waiting.room_id) == (State.NEEDS_TIME, None)
    leaving = store.interview(rows, "leaves")
    assert (leaving.state, leaving.room_id) == (State.CHANGING, None)
    assert acts(rows, "interview asks") == [
        ("interview asks", "Interview with ⟨candidate⟩", None, REASON)
    ]
