"""Whether Microsoft shows a room as free some minutes after it was invited."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from portal.calendars import store as rooms
from portal.interviews.models import Attends, Interview, Reply, Told
from portal.interviews.plan.columns import Free
from portal.interviews.rooms import free_rooms, room_store
from portal.interviews.rooms.free_rooms import Wanted
from portal.interviews.rooms.models import Check, Finding
from portal.services import Services

# Rooms answer at once as a rule, and Microsoft promises no time.
FIRST_CHECK = timedelta(minutes=5)
BOOKED = (Reply.ACCEPTED, Reply.TENTATIVE)
FINDINGS = {
    Free.FREE: Finding.FREE,
    Free.MAYBE: Finding.TENTATIVE,
    Free.BUSY: Finding.TAKEN,
    Free.NOT_KNOWN: Finding.UNKNOWN,
}


def room_in(told: Iterable[Told]) -> Told | None:
    """The invitation of the room."""
    return next((each for each in told if each.role is Attends.ROOM), None)


def check(services: Services, one: Interview, room: Told | None, *, now: datetime) -> Check | None:
    """Ask whether an invited room is free. None while that says nothing, or nothing new.

    A room that answered needs no question.
    """
    if room is None or room.reply in (*BOOKED, Reply.DECLINED) or now < room.told_at + FIRST_CHECK:
        return None
    before = known(services, one.id, room)
    finding, failure = _asked(services, one)
    is_same = before is not None and before.finding is finding
    return Check(
        interview_id=one.id,
        folded=room.folded,
        told_at=room.told_at,
        finding=finding,
        failure=failure,
        since=before.since if is_same and before else now,
        checked_at=now,
    )


def known(services: Services, interview_id: str, room: Told) -> Check | None:
    """The last check of the room after this invitation."""
    found = room_store.check(services.rows, interview_id)
    return found if found is not None and is_of(found, room) else None


def is_of(check: Check, room: Told) -> bool:
    """Whether it was a check of this room since it was last invited."""
    return (check.folded, check.told_at) == (room.folded, room.told_at)


def _asked(services: Services, one: Interview) -> tuple[Finding, str]:
    room = rooms.room(services.rows, one.room_id or "")
    if room is None:
        return Finding.UNKNOWN, free_rooms.NOT_LISTED
    wanted = Wanted((one.starts_at, one.ends_at), seats=0, interview_id=one.id)
    invited = replace(room, address=one.room_address)
    found = free_rooms.at(services, invited, wanted, askers(one))
    return FINDINGS[found.state], found.because_not


def askers(one: Interview) -> list[str]:
    """The people in whose name Microsoft may be asked: who organizes, then who scheduled it."""
    return [each for each in (one.organizer_id, one.scheduled_by) if each]


def is_settled(room: Told | None, check: Check | None) -> bool:
    """Whether nothing more is to be found out about the room. One that declined may accept yet."""
    if room is None or room.reply in BOOKED:
        return True
    return room.reply is Reply.UNKNOWN and check is not None and check.finding is Finding.TAKEN


def next_read(due_at: datetime | None, room: Told | None, *, now: datetime) -> datetime | None:
    """When the event is read again: in time for the first check of its room."""
    if due_at is None or room is None or now >= room.told_at + FIRST_CHECK:
        return due_at
    return min(due_at, room.told_at + FIRST_CHECK)
