"""Meetings: events together with the copies and the mail of their attendees."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import quirks
from sandbox.calendars import changes, copies, event_resource, store, zones
from sandbox.calendars.instances import Instance
from sandbox.calendars.owners import Owner
from sandbox.database import Row, State
from sandbox.mail import extended_properties
from sandbox.meetings import invitations, later, switches
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
    with state.write():
        item = changes.item_after(state, found, asked)
        telling = Telling(frozenset(asked), is_sent, extended_properties.of_message(asked))
        return save(state, owner, found, item, telling)


@dataclass(frozen=True)
class Telling:
    """The members that a change named, whether it is sent, and the properties that it sets."""

    names: frozenset[str]
    is_sent: bool
    properties: extended_properties.Properties = field(default_factory=list)


def save(state: State, owner: Owner, found: Instance, item: Item, telling: Telling) -> Instance:
    """Store the new item of an event, and tell the attendees of an organizer's."""
    if found.item["isOrganizer"]:
        item = _tracked(state, found.item, item, telling)
    changed = changes.save(state, found, item, telling.properties)
    later.expect_link(state, changed.row)
    if found.item["isOrganizer"] and telling.is_sent:
        invitations.tell_of_change(state, owner, found.item, changed, telling.names)
    elif found.item["isOrganizer"] and switches.present(state).unsent_changes_copies:
        copies.send(state, owner, changes.meeting_of(state, changed))
    return changed


def _tracked(state: State, before: Item, item: Item, telling: Telling) -> Item:
    """Mark a meeting as sent or not, and forget the answers to another time."""
    if item["attendees"] and not telling.names.isdisjoint(invitations.TELLING):
        is_unsent = not telling.is_sent
        item |= {"isDraft": is_unsent != quirks.UNRELIABLE_DRAFT.is_on(state)}
    is_moved = any(
        zones.moment(item[name], name) != zones.moment(before[name], name)
        for name in ("start", "end")
    )
    if not is_moved or not telling.is_sent:
        return item
    status = {"response": "none", "time": event_resource.NO_TIME}
    attendees = [
        {name: value for name, value in one.items() if name != PROPOSED} | {"status": status}
        for one in item["attendees"]
    ]
    return item | {"attendees": attendees}


def drop(
    state: State, owner: Owner, found: Instance, *, comment: str = "", is_sent: bool | None = None
) -> None:
    """Delete an event, or one date of a series.

    An organizer cancels it for everybody, an attendee declines it, unless that is not sent. With
    None, it is sent as Exchange does when a program deletes an event.
    """
    is_organizer = found.item["isOrganizer"]
    if is_sent is None:
        is_sent = is_organizer or switches.present(state).deleted_copies_decline
    with state.write():
        if is_sent and _is_declined(found):
            copies.answer(
                state, found.row, "declined", is_sent=True, keeps_declined=False, comment=comment
            )
            return
        changes.remove(state, found)
        if is_organizer and is_sent:
            invitations.cancel(state, owner, found, comment)


def _is_declined(found: Instance) -> bool:
    """Whether the deletion of an event can decline it: the copy of a meeting, and all of it."""
    is_copy = not found.item["isOrganizer"] and not found.item["isCancelled"]
    return is_copy and found.kind in (store.SINGLE, store.MASTER)
