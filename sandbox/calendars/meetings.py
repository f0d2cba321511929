"""Meetings: events together with the copies of their attendees."""

from typing import Any

from sandbox.calendars import changes, copies, store
from sandbox.calendars.instances import Instance
from sandbox.calendars.owners import Owner
from sandbox.database import Row, State

ONE_DATE = (store.OCCURRENCE, store.EXCEPTION)


def add(state: State, owner: Owner, asked: dict[str, Any]) -> Row:
    """Add an event and invite its attendees."""
    with state.write():
        row = changes.create(state, owner, asked)
        copies.send(state, owner, row)
    return row


def change(
    state: State, owner: Owner, found: Instance, asked: dict[str, Any], *, is_sent: bool = True
) -> Instance:
    """Change an event. An organizer's change reaches the attendees, unless it is not sent."""
    with state.write():
        changed = changes.change(state, found, asked)
        if found.item["isOrganizer"] and is_sent:
            copies.send(state, owner, changes.meeting_of(state, changed))
    return changed


def drop(state: State, owner: Owner, found: Instance) -> None:
    """Take an event, or one date of a series, from its owner and from all attendees."""
    with state.write():
        changes.remove(state, found)
        if not found.item["isOrganizer"]:
            return
        if found.kind in ONE_DATE:
            copies.send(state, owner, changes.meeting_of(state, found))
        else:
            copies.withdraw_all(state, found.row)
