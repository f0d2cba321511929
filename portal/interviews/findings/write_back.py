"""Portal's own, written back to an event after a person decided so: read first, then one write."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal import clock
from portal.addresses import fold
from portal.errors import PortalError
from portal.graph.errors import Conflicting, Refused, Unavailable
from portal.interviews import access
from portal.interviews.access import Calendar
from portal.interviews.findings import finding_store
from portal.interviews.findings.differences import is_room, wanted_subject
from portal.interviews.findings.models import Finding, FindingKind, FindingState
from portal.interviews.microsoft import attendees, calendar_events, comparison
from portal.interviews.microsoft.attendees import Invited
from portal.interviews.microsoft.calendar_events import Attendee, Found, address_of
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.next_step import FIRST_PROOF
from portal.interviews.microsoft.texts import text
from portal.interviews.microsoft.work import Work
from portal.interviews.models import (
    Attends,
    Certainty,
    Event,
    Interview,
    Place,
    Proof,
    State,
    Told,
)

STALE = "Microsoft still shows an earlier version of the event. We will try again."
MOVED = "The event has another time in Outlook. Portal looks at that first."
REFUSED = "Microsoft did not let Portal put the event back."
# Members whose change Microsoft tells everybody on the event.
NEWS = ("subject", "location")


def write_back(work: Work, known: Known, found: Next) -> None:
    """Write what was put back on one event. Those who are invited again are told once."""
    one, event = known.interview, found.of
    wanted = _wanted(work, event)
    try:
        written, body = access.write(
            work.services, one, event, lambda each: _written(work, each, known, event, wanted)
        )
    except Conflicting:
        raise
    except Refused as refusal:
        _reopen(work, wanted, refusal)
        return
    now = clock.utc_now()
    joined = [fold(each.address) for each in joining(known, event, wanted)]
    is_told = not body.keys().isdisjoint(NEWS)
    with work.rows.write():
        work.save(
            _done(event, written, now, is_again=bool(joined), is_told=is_told),
            told=_told(known, event, joined, now, is_told=is_told),
        )
        finding_store.end(work.rows, [each.id for each in wanted], now=now)


def _wanted(work: Work, event: Event) -> list[Finding]:
    several = finding_store.of_event(work.rows, event.id)
    return [each for each in several if each.is_being_written]


def _written(
    work: Work, calendar: Calendar, known: Known, event: Event, wanted: Collection[Finding]
) -> tuple[Found, dict[str, Any]]:
    """The event as it is wanted, and what was written for that."""
    present = calendar_events.read(calendar, event.graph_id or "")
    if comparison.is_stale(event, present):
        raise Unavailable(STALE)
    if (present.starts_at, present.ends_at) != (event.agreed_starts_at, event.agreed_ends_at):
        raise Unavailable(MOVED)
    body = patch(known, event, present, wanted)
    if not body:
        return present, body
    if "attendees" in body:
        work.begin(event, told=_asked(known, event, joining(known, event, wanted)))
    return calendar_events.change(calendar, event.graph_id or "", body), body


def patch(
    known: Known, event: Event, present: Found, wanted: Collection[Finding]
) -> dict[str, Any]:
    """The members to write. Empty if a lost answer, or somebody in Outlook, did it already."""
    kinds = {each.kind for each in wanted}
    body: dict[str, Any] = {}
    subject = wanted_subject(known, event)
    if FindingKind.SUBJECT in kinds and present.subject != subject:
        body["subject"] = subject
    people = _people(known, event, present, wanted)
    if {address_of(each) for each in people} != present.addresses:
        body["attendees"] = people
    if FindingKind.ROOM in kinds:
        body |= _place(known, event, present, people)
    return body


def _people(
    known: Known, event: Event, present: Found, wanted: Collection[Finding]
) -> list[Attendee]:
    """The list as Microsoft has it, without those who were added, and with those removed."""
    off = {each.subject for each in wanted if each.kind is FindingKind.ATTENDEE_ADDED}
    ours = {fold(each.address) for each in attendees.invited(known, event)}
    is_room_wanted = any(each.kind is FindingKind.ROOM for each in wanted)
    kept = [
        attendees.plain(each)
        for each in present.attendees
        if address_of(each) not in off
        and not (is_room_wanted and is_room(each) and address_of(each) not in ours)
    ]
    return attendees.together(kept, joining(known, event, wanted))


def joining(known: Known, event: Event, wanted: Iterable[Finding]) -> list[Invited]:
    """Those who are invited again, if they still belong to the interview."""
    wanted = [*wanted]
    back = {each.subject for each in wanted if each.kind is FindingKind.ATTENDEE_REMOVED}
    has_room = any(each.kind is FindingKind.ROOM for each in wanted)
    return [
        each
        for each in attendees.invited(known, event)
        if fold(each.address) in back or (has_room and each.role is Attends.ROOM)
    ]


def _place(known: Known, event: Event, present: Found, people: list[Attendee]) -> dict[str, Any]:
    one = known.interview
    link = "" if present.is_online else one.join_url
    location = text(known, event.role, join_url=link, base_url="").location
    rooms = {address_of(each) for each in people if is_room(each)}
    is_other_room = rooms != {address_of(each) for each in present.attendees if is_room(each)}
    is_other_place = one.place is not Place.TEAMS and present.place != location["displayName"]
    return {"location": location} if is_other_room or is_other_place else {}


def _asked(known: Known, event: Event, invited: Iterable[Invited]) -> Iterator[Told]:
    """The ledger's rows of those whom the call invites, should its answer be lost."""
    again = {fold(each.address) for each in invited}
    for each in attendees.told(known, event, now=clock.utc_now()):
        if each.folded in again:
            yield replace(each, certainty=Certainty.UNKNOWN)


def _told(
    known: Known, event: Event, joined: Collection[str], now: datetime, *, is_told: bool
) -> Iterator[Told]:
    """The ledger after the write: those invited again, and those with an old time who were told."""
    old = {
        each.folded
        for each in comparison.told_by(known, event)
        if (each.starts_at, each.ends_at) != (event.agreed_starts_at, event.agreed_ends_at)
    }
    for each in attendees.told(known, event, now=now):
        if each.folded in joined or (is_told and each.folded in old):
            yield each


def _done(event: Event, written: Found, now: datetime, *, is_again: bool, is_told: bool) -> Event:
    """The event as it was written. Its time is not ours to confirm here."""
    done = replace(event, etag=written.etag, modified_at=written.modified_at)
    if is_told:
        done = replace(done, moved_version=None, moved_at=None, copies_due_at=None, patched_at=None)
    if is_again:
        done = replace(done, invited_at=now, proof_due_at=now + FIRST_PROOF, proof=Proof.WAITS)
    return done


def _reopen(work: Work, wanted: Iterable[Finding], refusal: PortalError) -> None:
    """Leave it to a person again, with Microsoft's reason on the page."""
    opened = [
        replace(each, state=FindingState.OPEN, decided_by=None, decided_by_name="", decided_at=None)
        for each in wanted
    ]
    with work.rows.write():
        work.save(interview=lambda one: _with_reason(one, f"{REFUSED} {refusal}"))
        finding_store.save(work.rows, opened)


def _with_reason(one: Interview, reason: str) -> Interview:
    return replace(one, reason=reason) if one.state is State.SCHEDULED else one
