"""A person in Outlook, who moves, edits, deletes and answers meetings of the practice tenant.

An event is its id at Microsoft, or anything with a `graph_id`, such as Portal's own events. `who`
goes into the tenant's record and needs no right there. What is done already is not done again.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.support.sandbox_server import Sandbox

Json = dict[str, Any]
ALEX = "alex@northwind.example"
ASKS = ("request", "update")


@dataclass(frozen=True)
class OutlookHand:
    """A person in the small Outlook of a practice tenant."""

    tenant: Sandbox
    who: str = ALEX

    def move(
        self,
        event: object,
        start: datetime,
        end: datetime,
        *,
        send: bool = True,
        who: str | None = None,
    ) -> None:
        """Drag an event to another time, on its organizer's calendar."""
        found = self.read(event)
        is_there = (found["start"], found["end"]) == (stamp(start), stamp(end))
        if not is_there or found["isAllDay"]:
            times = {"start": stamp(start), "end": stamp(end), "isAllDay": False}
            self._change(event, times, send=send, who=who)

    def send_update(self, event: object) -> None:
        """Press "Send update" later, for a change that was not sent."""
        found = self.read(event)
        self._change(event, {name: found[name] for name in ("start", "end")}, send=True)

    def make_all_day(self, event: object, day: date, *, send: bool = True) -> None:
        times = {"start": f"{day}T00:00:00", "end": f"{day + timedelta(days=1)}T00:00:00"}
        self._change(event, {**times, "isAllDay": True}, send=send)

    def make_series(self, event: object, *, send: bool = True) -> None:
        """Let an event come again every day, without an end."""
        pattern = {"type": "daily", "interval": 1}
        recurrence = {"pattern": pattern, "range": {"type": "noEnd"}}
        self._change(event, {"recurrence": recurrence}, send=send)

    def edit(self, event: object, *, send: bool = True, **members: object) -> None:
        """Set the `subject`, the `place` or the `room` (by address).

        `add` and `remove` attendees, by lists of addresses. `link` is "drop" or "another".
        """
        self._change(event, members, send=send)

    def delete(
        self, event: object, *, send: bool = True, comment: str = "", who: str | None = None
    ) -> None:
        """Delete an event of an organizer: it is cancelled for everybody, if that is sent."""
        if self.is_there(event):
            self._ask("DELETE", event, comment=comment, isSent=json_of(send), by=who or self.who)

    def move_copy(self, event: object, whose: str, start: datetime, end: datetime) -> None:
        """Drag an attendee's own copy. Nobody else's changes."""
        times = {"start": stamp(start), "end": stamp(end)}
        self._change(self.copy_of(event, whose), times, send=False, who=whose)

    def delete_copy(self, event: object, whose: str, *, send: bool = False) -> None:
        """Delete an attendee's own copy, with or without a decline."""
        if whose in self.read(event)["copies"]:
            copy = self.copy_of(event, whose)
            self._ask("DELETE", copy, isSent=json_of(send), by=whose)

    def accept(self, event: object, who: str, *, send: bool = True) -> None:
        self._answer(event, who, "accepted", send=send)

    def decline(self, event: object, who: str, *, send: bool = True) -> None:
        self._answer(event, who, "declined", send=send)

    def forward(self, event: object, who: str, *to: str) -> None:
        """Forward an attendee's invitation. The organizer's event has these people then."""
        copy = self.copy_of(event, who)
        asked = {"to": list(to)}
        self.tenant.control("POST", f"events/{copy}/forward", asked, params={"by": who})

    def decline_room(self, event: object, room: str) -> None:
        """Let a room take its acceptance back, as its owner does there."""
        self._answer(event, room, "declined")

    def propose(self, event: object, who: str, start: datetime, end: datetime) -> None:
        """Answer as perhaps, with another time."""
        times = (stamp(start), stamp(end))
        self._answer(event, who, "tentativelyAccepted", send=True, proposed=times)

    def _answer(
        self,
        event: object,
        who: str,
        response: str,
        *,
        send: bool = True,
        proposed: tuple[str, str] | None = None,
    ) -> None:
        found = self.read(event)
        if found["attendees"].get(who) == response and proposed is None:
            return
        asked = {"icalUid": found["icalUid"], "address": who, "response": response, "isSent": send}
        if proposed:
            asked |= {"proposedStart": proposed[0], "proposedEnd": proposed[1]}
        self.tenant.control("POST", "invitations/answers", asked, params={"by": who})

    def read(self, event: object) -> Json:
        """Read an event as it is: its times, attendees, and the copies of colleagues."""
        found: Json = self.tenant.control("GET", f"events/{id_of(event)}")
        return found

    def is_there(self, event: object) -> bool:
        row = self.tenant.state.row("select deleted_at from events where id = ?", (id_of(event),))
        return row is not None and row["deleted_at"] is None

    def copy_of(self, event: object, whose: str) -> str:
        """Find the id of somebody's own copy."""
        found: str = self.read(event)["copies"][whose]["id"]
        return found

    def mail(self, event: object) -> list[Json]:
        """List the mail about a meeting, in its order. It outlives the event."""
        found: list[Json] = self.tenant.control(
            "GET", "invitations", params={"icalUid": self._uid(event)}
        )["value"]
        return found

    def told(self, event: object) -> dict[str, list[str]]:
        """Map people to the starts that they were told of, in order: requests and updates."""
        found: dict[str, list[str]] = {}
        for one in self.mail(event):
            if one["kind"] in ASKS:
                found.setdefault(one["address"].lower(), []).append(one["startsAt"])
        return found

    def history(self, event: object) -> list[Json]:
        """List what became of an event and of its copies, in order."""
        found: list[Json] = self.tenant.control(
            "GET", "event-history", params={"icalUid": self._uid(event)}
        )["value"]
        return found

    def _uid(self, event: object) -> str:
        row = self.tenant.state.row("select ical_uid from events where id = ?", (id_of(event),))
        assert row is not None, "Microsoft has no such event"
        return str(row["ical_uid"])

    def _change(self, event: object, members: Json, *, send: bool, who: str | None = None) -> None:
        self._ask("PATCH", event, members, isSent=json_of(send), by=who or self.who)

    def _ask(self, method: str, event: object, json: Json | None = None, **query: str) -> None:
        self.tenant.control(method, f"events/{id_of(event)}", json, params=query)


def id_of(event: object) -> str:
    """Read the id at Microsoft of an event, given as it or as an object that has it."""
    found = event if isinstance(event, str) else getattr(event, "graph_id", None)
    assert found, "the event is not at Microsoft"
    return str(found)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def json_of(is_true: bool) -> str:
    return "true" if is_true else "false"
