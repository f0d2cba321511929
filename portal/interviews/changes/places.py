"""Another place for an interview: new events with new invitations, or only another room."""

from dataclasses import dataclass, replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.calendars import store as rooms
from portal.calendars.models import Room
from portal.errors import Conflict, Invalid
from portal.group_calendars import store as group_calendars
from portal.interviews import claims, readiness, store
from portal.interviews.audited import audited
from portal.interviews.changes import checks, generations, homes, moves
from portal.interviews.models import Home, Interview, Place, State
from portal.storage.rows import Rows

# The field of a form that belongs to each kind of place.
FIELDS = {
    Place.TEAMS: "panel_room",
    Place.ROOM: "room",
    Place.PHONE: "phone",
    Place.ADDRESS: "address",
}
WITH_ROOM = (Place.TEAMS, Place.ROOM)
NO_TEXT = {
    Place.PHONE: "Enter the number to call.",
    Place.ADDRESS: "Enter the place.",
}


@dataclass(frozen=True)
class Chosen:
    """A place with its room, or with its number or address."""

    place: Place
    text: str = ""
    room: Room | None = None


def chosen(rows: Rows, place: Place, value: str) -> Chosen:
    """The place with what its field says. Raises Invalid for a room that cannot be invited."""
    if place not in WITH_ROOM:
        if not value.strip():
            raise Invalid(NO_TEXT[place], field=FIELDS[place])
        return Chosen(place, text=value.strip())
    if not value:
        if place is Place.ROOM:
            raise Invalid("Choose a room.", field=FIELDS[place])
        return Chosen(place)
    room = rooms.room(rows, value)
    if room is None:
        raise Invalid(
            "This room is gone, or it cannot be invited. Choose another one.", field=FIELDS[place]
        )
    return Chosen(place, room=room)


def change_place(
    act: Act,
    interview_id: str,
    *,
    version: int | None,
    wanted: Chosen,
    override: bool = False,
) -> Interview:
    """Hold an interview elsewhere. Its text and link change, so its events are made again.

    Another room alone is one update. Does nothing if the place is this one already. Raises
    Invalid if the organizer cannot organize there, and claims.Taken for a room.
    """
    rows = act.rows
    with rows.write():
        before = checks.current(rows, interview_id, version=version)
        after = possible(rows, before, wanted, now=act.now)
        if after == before:
            return before
        changed = _saved(act, before, after, override=override)
        act.record(
            Action.INTERVIEW_PLACE_CHANGED,
            before.label,
            old=_said(before),
            new=_said(changed),
            candidate=audited(before),
        )
    return changed


def possible(rows: Rows, before: Interview, wanted: Chosen, *, now: datetime) -> Interview:
    """The interview at this place. Raises Conflict or Invalid if it cannot be there now."""
    homes.require_changeable(before, now=now)
    after = replace(
        moves.with_room(before, wanted.room), place=wanted.place, place_text=wanted.text
    )
    if _needs_events(before, after):
        _require_organizer(rows, after)
    return after


def _needs_events(before: Interview, after: Interview) -> bool:
    is_elsewhere = (after.place, after.place_text) != (before.place, before.place_text)
    return is_elsewhere or before.state is State.FAILED


def _require_organizer(rows: Rows, after: Interview) -> None:
    """Refuse a place for which the organizer lacks something, such as a connection for Teams."""
    if after.organizer_id is None:
        raise Conflict(generations.NO_ORGANIZER)
    if after.calendar is Home.GROUP and after.calendar_id is None:
        raise Conflict(generations.NO_CALENDAR)
    group = group_calendars.calendar(rows, after.calendar_id) if after.calendar_id else None
    found = readiness.organizer(rows, after.organizer_id, after.place, group)
    if found is None:
        raise Conflict(generations.NO_ORGANIZER)
    if not found.can_organize:
        raise Invalid(f"{found.sentence} Or choose another organizer first.", field="place")


def _saved(act: Act, before: Interview, after: Interview, *, override: bool) -> Interview:
    if after.state not in (State.NEEDS_TIME, State.FAILED):
        # The time of the panel is held already, so only a room can be taken.
        claims.take(act.rows, after, store.panel(act.rows, after.id), override=True)
    if _needs_events(before, after):
        return generations.remade(act, after, override=override)
    return checks.changed(act, checks.begun(after))


def _said(interview: Interview) -> str:
    words = (interview.place.label, interview.place_text, interview.room_name)
    return ", ".join(each for each in words if each)
