"""Edits of an event as somebody makes them in Outlook, for its forms and for control."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sandbox.calendars import meetings
from sandbox.calendars.instances import Instance
from sandbox.calendars.owners import Owner
from sandbox.database import State
from sandbox.directory import store as people
from sandbox.meetings import teams

Item = dict[str, Any]
ROOM, RESOURCE = "room", "resource"
# What becomes of the Teams link: it goes, or another one takes its place.
DROP, ANOTHER = "drop", "another"
LINKS = (DROP, ANOTHER)
REPEATS = ("daily", "weekly")


def attendee(state: State, address: str) -> Item:
    """Build an attendee. A room is a resource, as Outlook adds it."""
    person = people.owner_of(state, address)
    is_room = bool(person and person["purpose"] == ROOM)
    return {"emailAddress": {"address": address}, "type": RESOURCE if is_room else "required"}


def with_people(
    state: State, item: Item, *, add: Iterable[str] = (), remove: Collection[str] = ()
) -> list[Item]:
    """Return the attendees of an event with some added and some removed, each by address."""
    gone = {address.lower() for address in remove}
    kept = [one for one in item["attendees"] if _address(one) not in gone]
    known = {_address(one) for one in kept}
    return kept + [attendee(state, one) for one in add if one.lower() not in known]


def repeated(kind: str, day: date) -> Item:
    """Build the recurrence of an event of that day, as one of `REPEATS`, without an end."""
    days = {"daysOfWeek": [f"{day:%A}".lower()]} if kind == "weekly" else {}
    return {"pattern": {"type": kind, "interval": 1, **days}, "range": {"type": "noEnd"}}


def with_room(state: State, item: Item, room: str) -> Item:
    """Return the members that the choice of a room sets. Another room is no attendee any more."""
    others = [_address(one) for one in item["attendees"] if one["type"] == RESOURCE]
    person = people.owner_of(state, room)
    place = {"displayName": person["display_name"] if person else room}
    return {
        "location": place | {"locationEmailAddress": room},
        "attendees": with_people(state, item, add=[room], remove=set(others) - {room.lower()}),
    }


def _address(one: Item) -> str:
    return str(one["emailAddress"]["address"]).lower()


def change(
    state: State,
    owner: Owner,
    found: Instance,
    asked: Item,
    *,
    is_sent: bool = True,
    link: str | None = None,
) -> Instance:
    """Change an event, and its Teams link. On an attendee's calendar only their copy changes."""
    if link in LINKS and found.item["onlineMeeting"]:
        asked = asked | {"body": teams.body_without_link(found.item)}
    if link == ANOTHER:
        with state.write():
            bare = meetings.change(state, owner, found, asked, is_sent=False)
            asked = {"body": bare.item["body"], **_named(asked)}
            return meetings.change(state, owner, bare, asked, is_sent=is_sent)
    return meetings.change(state, owner, found, asked, is_sent=is_sent)


def _named(asked: Item) -> Item:
    return {name: value for name, value in asked.items() if name != "body"}
