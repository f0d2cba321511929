"""Interviews in the practice tenant's rooms, and how these answer."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from portal import clock
from portal.calendars import delegates, store
from portal.calendars.models import Room
from portal.interviews.models import Reply
from portal.interviews.rooms import room_store
from portal.interviews.rooms.alert import RoomAlert, alert
from portal.interviews.rooms.models import Check, Trouble
from tests.interviews.microsoft.conftest import stage
from tests.interviews.microsoft.stage import Stage
from tests.microsoft365.conftest import env, microsoft
from tests.support import consents

__all__ = ["env", "microsoft", "stage"]
AURORA, BOREALIS, CIRRUS = (
    f"room-{name}@northwind.example" for name in ("aurora", "borealis", "cirrus")
)
FACTS = (
    ("Aurora", AURORA, "Harbour House", 8),
    ("Borealis", BOREALIS, "Harbour House", 4),
    ("Cirrus", CIRRUS, "Mill Yard", 12),
    ("Dune", "room-dune@northwind.example", "Mill Yard", 2),
)


@dataclass(frozen=True)
class House:
    """Priya's interviews in Aurora, one of four rooms in two buildings."""

    stage: Stage

    def schedule(self, *, calendar: str = "organizer", **columns: Any) -> None:
        usual: dict[str, Any] = {"place": "room", "room_id": "Aurora", "room_name": "Aurora"}
        self.stage.schedule(calendar=calendar, **usual | {"room_address": AURORA} | columns)
        self.stage.hold("room", AURORA, self.stage.one)
        assert self.stage.work() == ""
        self.stage.env.sandbox.control("DELETE", "invitations")

    def switch(self, **switches: object) -> None:
        self.stage.env.sandbox.control("PATCH", "meetings", switches)

    def choose_sync_user(self) -> None:
        """Let rooms be asked as the room sync user, by the organization's consent."""
        body = {"roles": ["Place.Read.All", "Calendars.Read"], "scopes": []}
        self.stage.env.sandbox.control("POST", "consent", body)
        consents.prove(self.stage.env.services)
        delegates.choose(self.stage.act, "sam")

    def later(self, **time: float) -> None:
        """Let time pass, and do what is due then."""
        self.stage.pass_time(**time)
        assert self.stage.work() == ""

    def after_five_minutes(self) -> None:
        self.later(minutes=1)
        self.later(minutes=4)

    def remove_copy(self, address: str = AURORA) -> None:
        """Take the request off a room's calendar, as its owner may."""
        state = self.stage.env.sandbox.state
        with state.write():
            state.execute(
                "delete from events where owner = ?", (self.stage.env.sandbox.oid(address),)
            )

    def book(self, address: str, at: datetime | None = None, **more: str) -> None:
        """Give a room to another meeting for an hour, as a rule at the interview's time."""
        start = at or self.stage.one.starts_at
        times = {"start": clock.text(start), "end": clock.text(start + timedelta(hours=1))}
        self.stage.env.sandbox.control("POST", f"mailboxes/{address}/events", times | more)

    def answer(self, response: str) -> None:
        """The room's answer as the event on the organizer's calendar has it."""
        state, event = self.stage.env.sandbox.state, self.stage.event()
        row = state.row("select item from events where id = ?", (event.graph_id,))
        assert row is not None
        item = json.loads(row["item"])
        [room] = [each for each in item["attendees"] if AURORA in str(each["emailAddress"])]
        room["status"] = {"response": response, "time": "2026-11-30T10:00:00Z"}
        with state.write():
            values = (json.dumps(item), event.graph_id)
            state.execute("update events set item = ? where id = ?", values)

    @property
    def rooms(self) -> list[Room]:
        return store.rooms(self.stage.rows, limit=9)

    @property
    def reply(self) -> Reply:
        return self.stage.ledger[AURORA].reply

    @property
    def check(self) -> Check | None:
        return room_store.check(self.stage.rows, "first")

    @property
    def trouble(self) -> Trouble | None:
        return room_store.troubles(self.stage.rows, ["first"]).get("first")

    @property
    def alert(self) -> RoomAlert | None:
        return alert(self.stage.env.services, "first", reader_id="priya", now=clock.utc_now())

    @property
    def offered(self) -> str:
        """The room that the page offers. Empty if it offers none."""
        found = self.alert
        return found.offered.name if found and found.offered else ""


@pytest.fixture
def house(stage: Stage) -> House:
    found = [Room(name, name, address, place, "", seats) for name, address, place, seats in FACTS]
    with stage.rows.write():
        store.replace_rooms(stage.rows, found, now=clock.utc_now())
    return House(stage)
