"""Whether an event is behind what its interview says now, and the write that changes it. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.addresses import fold
from portal.interviews.microsoft import attendees, calendar_events
from portal.interviews.microsoft.attendees import RESOURCE
from portal.interviews.microsoft.calendar_events import Attendee, Found, address_of
from portal.interviews.microsoft.models import Known
from portal.interviews.microsoft.texts import text
from portal.interviews.models import (
    Certainty,
    Event,
    Interview,
    Place,
    Role,
    Step,
    Told,
)


def is_behind(known: Known, event: Event) -> bool:
    """Whether an event has other times, or its people were told another version."""
    if event.step is Step.LINKED:
        return is_elsewhere(known.interview, event)
    if event.step is not Step.INVITED:
        return False
    if is_elsewhere(known.interview, event):
        return True
    version = known.interview.version
    told = {(each.folded, _version(each, event, version)) for each in told_by(known, event)}
    wanted = {(fold(each.address), version) for each in attendees.on_event(known, event)}
    return told != wanted


def _version(told: Told, event: Event, version: int) -> int | None:
    """The version that a person has. A move in Outlook is not ours to tell the event's people."""
    if not is_sure(told):
        return None
    is_of_move = event.moved_version == version == told.version + 1
    return version if is_of_move else told.version


def is_elsewhere(one: Interview, event: Event) -> bool:
    """Whether Microsoft last confirmed another time."""
    return (event.agreed_starts_at, event.agreed_ends_at) != (one.starts_at, one.ends_at)


def told_by(known: Known, event: Event) -> list[Told]:
    """Everybody who has an invitation to this event."""
    return [each for each in known.ledger if attendees.is_of(each, event, known)]


def is_sure(told: Told) -> bool:
    """Whether Microsoft answered the write that told them."""
    return told.certainty is not Certainty.UNKNOWN


def surely_told(known: Known, event: Event) -> list[Told]:
    return [each for each in told_by(known, event) if is_sure(each)]


def asked(known: Known, event: Event, *, now: datetime) -> Iterator[Told]:
    """The ledger's rows of those whom a write is about to invite, should its answer be lost."""
    before = {each.folded for each in surely_told(known, event)}
    starts_at, ends_at = known.interview.starts_at, known.interview.ends_at
    for each in attendees.told(known, event, now=now):
        if each.folded not in before:
            yield replace(each, certainty=Certainty.UNKNOWN, starts_at=starts_at, ends_at=ends_at)


def is_stale(event: Event, present: Found) -> bool:
    """Whether a read is older than our last write. Its list of attendees would undo that."""
    if event.modified_at is None or present.modified_at is None:
        return False
    return present.modified_at.replace(microsecond=0) < event.modified_at


def was_changed_outside(known: Known, event: Event, present: Found) -> bool:
    """Whether somebody else gave the event a third time, which is not ours to overwrite.

    What a person was asked about before is.
    """
    is_odd = present.is_all_day or present.is_series
    if present.is_cancelled or (is_odd and event.asks_since is None):
        return True
    one, there = known.interview, (present.starts_at, present.ends_at)
    return there not in (
        (one.starts_at, one.ends_at),
        (event.agreed_starts_at, event.agreed_ends_at),
        (event.asked_starts_at, event.asked_ends_at),
    )


def patch(known: Known, event: Event, present: Found) -> dict[str, Any]:
    """The members of an event that have to change. Empty if a lost answer did it already.

    Never its text, Teams flag or provider: they drop or change the link.
    """
    one = known.interview
    found: dict[str, Any] = {}
    if (present.starts_at, present.ends_at) != (one.starts_at, one.ends_at):
        found |= calendar_events.times(one)
    if present.is_all_day:
        found |= {**calendar_events.times(one), "isAllDay": False}
    if present.is_series:
        found["recurrence"] = None
    if event.step is Step.INVITED:
        people = _attendees(known, event, present)
        if _compared(people) != _compared(present.attendees):
            found["attendees"] = people
        if _has_other_place(known, event, present, people):
            words = text(known, event.role, join_url=_shown_link(present, one), base_url="")
            found["location"] = words.location
    return found


def _attendees(known: Known, event: Event, present: Found) -> list[Attendee]:
    """The list as Microsoft has it, without those who leave and with those who join.

    Forwarded people, group and writer stay, and people whom Outlook took off are not invited again.
    """
    wanted = {fold(each.address): each for each in attendees.invited(known, event)}
    sure = {each.folded for each in surely_told(known, event)}
    joining = [each for address, each in wanted.items() if address not in sure]
    leaving = {each.folded for each in told_by(known, event)} - set(wanted)
    kept = [
        attendees.plain(each, wanted.get(address_of(each)))
        for each in present.attendees
        if address_of(each) not in leaving
    ]
    return attendees.together(kept, joining)


def _compared(several: Any) -> set[tuple[str, str]]:
    """Address and type of attendees. Microsoft writes names and answers as it likes."""
    return {(address_of(each), str(each.get("type"))) for each in several}


def _has_other_place(known: Known, event: Event, present: Found, people: list[Attendee]) -> bool:
    """Whether the room is another one. The candidate's event names it without inviting it."""
    if event.role is Role.CANDIDATE:
        wanted = text(known, event.role, join_url="", base_url="").location["displayName"]
        return known.interview.place is Place.ROOM and present.place != wanted
    return {*_rooms(people)} != {*_rooms(present.attendees)}


def _rooms(several: Any) -> Iterator[str]:
    for each in several:
        if each.get("type") == RESOURCE:
            yield address_of(each)


def _shown_link(present: Found, one: Interview) -> str:
    """The link in the place of the event. Microsoft writes its own there itself."""
    return "" if present.is_online else one.join_url
