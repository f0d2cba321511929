"""The differences of an event in Outlook from its interview, its time left out. Pure."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.addresses import fold
from portal.interviews.findings.models import Finding, FindingKind
from portal.interviews.microsoft import attendees, comparison
from portal.interviews.microsoft.attendees import RESOURCE
from portal.interviews.microsoft.calendar_events import Attendee, Found, address_of
from portal.interviews.microsoft.models import Known
from portal.interviews.microsoft.texts import text
from portal.interviews.models import Attends, Event, Place, Role

LONGEST = 500


def differences(
    known: Known, event: Event, found: Found, *, own: Collection[str] = ()
) -> list[Finding]:
    """Each difference once. `own` are addresses of the calendar itself, which Microsoft may add."""
    return [
        *_added(known, event, found, own),
        *_removed(known, event, found),
        *_proposals(known, event, found),
        *_subject(known, event, found),
        *_room(known, event, found),
        *_link(known, event, found),
    ]


def _finding(known: Known, event: Event, kind: FindingKind, **more: Any) -> Finding:
    return Finding(known.interview.id, event.id, kind, **more)


def _added(known: Known, event: Event, found: Found, own: Collection[str]) -> Iterator[Finding]:
    """People who stand on the event and were not invited by Portal."""
    expected = {*own, *(fold(each.address) for each in attendees.on_event(known, event))}
    expected |= {each.folded for each in comparison.told_by(known, event)}
    for each in _once(found.attendees):
        if address_of(each) not in expected and not is_room(each):
            yield _finding(
                known,
                event,
                FindingKind.ATTENDEE_ADDED,
                subject=address_of(each),
                before_text=str(each.get("type") or ""),
                now_text=_name(each),
            )


def _removed(known: Known, event: Event, found: Found) -> Iterator[Finding]:
    """People whom Portal surely invited, and who do not stand on the event any more."""
    sure = {each.folded for each in comparison.surely_told(known, event)}
    for each in attendees.invited(known, event):
        address = fold(each.address)
        is_person = each.role is not Attends.ROOM
        if is_person and address in sure and address not in found.addresses:
            yield _finding(
                known,
                event,
                FindingKind.ATTENDEE_REMOVED,
                subject=address,
                before_text=each.name,
            )


def _proposals(known: Known, event: Event, found: Found) -> Iterator[Finding]:
    invited = {fold(each.address): each.name for each in attendees.invited(known, event)}
    one = known.interview
    for each in _once(found.attendees):
        times = proposed(each)
        if times is None or address_of(each) not in invited:
            continue
        if times != (one.starts_at, one.ends_at):
            yield _finding(
                known,
                event,
                FindingKind.PROPOSAL,
                subject=address_of(each),
                now_text=invited[address_of(each)],
                starts_at=times[0],
                ends_at=times[1],
            )


def proposed(attendee: Attendee) -> tuple[datetime, datetime] | None:
    """The time that somebody proposes with their answer. None also for a garbled one."""
    given = attendee.get("proposedNewTime")
    try:
        start, end = (
            clock.moment(str(given[name]["dateTime"])).replace(microsecond=0)  # type: ignore[index]  # asked below
            for name in ("start", "end")
        )
    except (KeyError, TypeError, ValueError):
        return None
    return (start, end) if timedelta(0) < end - start else None


def _subject(known: Known, event: Event, found: Found) -> Iterator[Finding]:
    wanted = wanted_subject(known, event)
    if found.subject is not None and _plain(found.subject) != _plain(wanted):
        yield _finding(
            known,
            event,
            FindingKind.SUBJECT,
            before_text=wanted,
            now_text=found.subject[:LONGEST],
        )


def wanted_subject(known: Known, event: Event) -> str:
    return text(known, event.role, join_url="", base_url="").subject


def _plain(line: str) -> str:
    return " ".join(line.split())


def _room(known: Known, event: Event, found: Found) -> Iterator[Finding]:
    """Another room, or another place in words. Microsoft writes those of Teams itself."""
    one = known.interview
    wanted = text(known, event.role, join_url="", base_url="").location["displayName"]
    rooms = {address_of(each): _name(each) for each in found.attendees if is_room(each)}
    ours = {fold(one.room_address)} if one.room_address and event.role is Role.INTERNAL else set()
    others = [address for address in rooms if address not in ours]
    is_other_place = one.place is not Place.TEAMS and _plain(found.place) != _plain(wanted)
    if {*rooms} != ours or is_other_place:
        named = ", ".join(rooms[each] for each in others)
        yield _finding(
            known,
            event,
            FindingKind.ROOM,
            subject=others[0] if len(others) == 1 else "",
            before_text=one.room_name or wanted,
            now_text=named or (found.place[:LONGEST] if is_other_place else ""),
        )


def is_room(attendee: Attendee) -> bool:
    return attendee.get("type") == RESOURCE


def _link(known: Known, event: Event, found: Found) -> Iterator[Finding]:
    """A Teams link that is lost, or another one. A link beside the event stands in its place."""
    is_of_teams = known.interview.place is Place.TEAMS and event.role is Role.INTERNAL
    if not is_of_teams or not event.join_url:
        return
    if found.join_url == event.join_url or event.join_url in found.place:
        return
    yield _finding(
        known,
        event,
        FindingKind.LINK,
        before_text=event.join_url,
        now_text=found.join_url,
    )


def _once(several: Collection[Attendee]) -> Iterator[Attendee]:
    """Each address once. Those without one are nobody to name."""
    seen: set[str] = set()
    for each in several:
        address = address_of(each)
        if address and address not in seen:
            seen.add(address)
            yield each


def _name(attendee: Attendee) -> str:
    given = attendee.get("emailAddress") or {}
    return str(given.get("name") or given.get("address") or "")[:LONGEST]
