"""An interview that gets another time, room or panel: its form, and what the change does. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from portal.calendars.models import Room
from portal.interviews.changes.consequences import (
    NOBODY_KNOWS,
    Known,
    everybody,
    of_room,
    of_room_update,
)
from portal.interviews.models import Attends, Interview, Panelist, Place, State
from portal.interviews.plan.draft import GROUP, OWN, Draft
from portal.interviews.plan.typed import first_day
from portal.storage.ids import new_id
from portal.wording import listed, verb


def draft_of(
    interview: Interview, panel: Sequence[Panelist], *, zone_name: str, zone: tzinfo, now: datetime
) -> Draft:
    """The form that a person begins with. A time that was lost or has passed is not chosen."""
    has_time = interview.state is not State.NEEDS_TIME and interview.starts_at > now
    day = interview.starts_at.astimezone(zone).date() if has_time else first_day(now, zone)
    return Draft(
        form_number=new_id(),
        day=day,
        zone=zone_name,
        kind_id=interview.kind_id or "",
        title=interview.title,
        minutes=int(interview.length.total_seconds() // 60),
        panel=tuple(each.user_id for each in panel),
        optional=frozenset(each.user_id for each in panel if not each.is_required),
        place=interview.place,
        room_id=interview.room_id or "",
        place_text=interview.place_text,
        calendar=f"{GROUP}{interview.calendar_id}" if interview.calendar_id else OWN,
        organizer_id=interview.organizer_id or "",
        starts_at=interview.starts_at if has_time else None,
        candidate_zone=interview.candidate_zone,
        version=interview.version,
    )


def at(draft: Draft, starts_at: datetime, ends_at: datetime, *, zone: tzinfo) -> Draft:
    """The form with another time chosen, such as one that somebody proposed."""
    return replace(
        draft,
        day=starts_at.astimezone(zone).date(),
        minutes=int((ends_at - starts_at).total_seconds() // 60),
        starts_at=starts_at,
    )


def kept(interview: Interview, draft: Draft) -> Draft:
    """A form's draft, without what only a new interview can choose."""
    return Draft(
        form_number=draft.form_number,
        day=draft.day,
        zone=draft.zone,
        kind_id=interview.kind_id or "",
        title=interview.title,
        minutes=draft.minutes,
        panel=draft.panel,
        optional=draft.optional,
        place=interview.place,
        room_id=draft.room_id if interview.place in (Place.TEAMS, Place.ROOM) else "",
        place_text=interview.place_text,
        starts_at=draft.starts_at,
        candidate_zone=draft.candidate_zone or interview.candidate_zone,
        override=draft.override,
        version=draft.version,
    )


def said(known: Known, draft: Draft, panel: Sequence[Panelist], room: Room | None) -> list[str]:
    """Sentences about who is told what, and what becomes of the room."""
    interview = known.interview
    if not known.invited:
        again = interview.state is State.NEEDS_TIME
        return ["Everybody gets one new invitation." if again else NOBODY_KNOWS]
    before, after = {each.user_id for each in known.panel}, {each.user_id for each in panel}
    is_moved = (draft.starts_at, draft.ends_at) != (interview.starts_at, interview.ends_at)
    found = []
    stay = [
        each
        for each in known.invited
        if each.role is Attends.CANDIDATE or (each.user_id in after and each.user_id in before)
    ]
    if is_moved and stay:
        gets = verb(len(stay), "gets", "get")
        found.append(f"{everybody(stay)} {gets} one update with the new time.")
    joins = [each.name for each in panel if each.user_id not in before]
    leaves = [each.name for each in known.panel if each.user_id not in after]
    if joins:
        found.append(f"{listed(joins)} {verb(len(joins), 'gets', 'get')} an invitation.")
    if leaves:
        found.append(f"{listed(leaves)} {verb(len(leaves), 'gets', 'get')} a cancellation.")
    is_elsewhere = (room.id if room else None) != interview.room_id
    if is_elsewhere and not is_moved:
        found += of_room_update(interview, stay)
    return [*found, *_of_room(interview, room, is_moved=is_moved)] or ["Nothing changes."]


def _of_room(interview: Interview, room: Room | None, *, is_moved: bool) -> list[str]:
    if room is not None and room.id == interview.room_id:
        return [f"{room.name} is asked for the new time."] if is_moved else []
    return of_room(interview, room.id if room else None, room.name if room else "")
