"""Meetings: events together with the copies and the mail of their attendees."""

import dataclasses
from typing import Any

from sandbox.calendars import changes, event_resource, zones
from sandbox.calendars.instances import Instance
from sandbox.calendars.owners import Owner
from sandbox.database import Row, State
from sandbox.meetings import invitations, later
from sandbox.meetings.store import PROPOSED

Item = dict[str, Any]


def add(state: State, owner: Owner, asked: Item) -> Row:
    """Add an event and invite its attendees."""
    with state.write():
        row = changes.create(state, owner, asked)
        later.expect_link(state, row)
        invitations.invite(state, owner, row)
    return row


def change(
    state: State, owner: Owner, found: Instance, asked: Item, *, is_sent: bool = True
) -> Instance:
    """Change an event. An organizer's change reaches the attendees, unless it is not sent."""
    is_told = found.item["isOrganizer"] and is_sent
    with state.write():
        known = _asked_again(found, asked) if is_told else found
        changed = changes.change(state, known, asked)
        later.expect_link(state, changed.row)
        if is_told:
            invitations.tell_of_change(state, owner, found.item, changed, set(asked))
    return changed


def _asked_again(found: Instance, asked: Item) -> Instance:
    """Forget the answers to a meeting that gets another time."""
    is_moved = any(
        zones.moment(asked[name], name) != zones.moment(found.item[name], name)
        for name in ("start", "end")
        if name in asked
    )
    if not is_moved:
        return found
    status = {"response": "none", "time": event_resource.NO_TIME}
    attendees = [
        {name: value for name, value in one.items() if name != PROPOSED} | {"status": status}
        for one in found.item["attendees"]
    ]
    return dataclasses.replace(found, item=found.item | {"attendees": attendees})


def drop(state: State, owner: Owner, found: Instance, *, comment: str = "") -> None:
    """Take an event, or one date of a series, from its owner and from all attendees."""
    with state.write():
        changes.remove(state, found)
        if found.item["isOrganizer"]:
            invitations.cancel(state, owner, found, comment)
