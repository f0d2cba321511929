"""One event brought to what its interview says now: its time, its people and its place."""

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal import clock
from portal.addresses import fold
from portal.errors import PortalError
from portal.graph.errors import Conflicting, Refused, Unavailable
from portal.graph.links import kept_link, segment
from portal.group_calendars.roster.pool import REFUSALS
from portal.interviews import access, store
from portal.interviews.access import Calendar
from portal.interviews.changes.retries import LINK_CHANGED
from portal.interviews.microsoft import (
    attendees,
    calendar_events,
    comparison,
    failures,
    link,
    restore,
)
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.create import as_written
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.next_step import FIRST_PROOF
from portal.interviews.microsoft.work import Work, is_same
from portal.interviews.models import Certainty, Event, Interview, Place, Proof, Role, Step, Told
from portal.interviews.watch.application import apply, moved_outside
from portal.interviews.watch.judgement import judge
from portal.interviews.watch.models import Sight
from portal.interviews.watch.names import CalendarName

# Somebody else changed the event between our read and our write.
TRIES = 3
# What Microsoft tells everybody on an event. Other attendees are told to those who come and go.
NEWS = ("start", "location")
STUCK = (
    "What Microsoft took does not make the invitations agree with the interview. Somebody on the "
    "panel may have the candidate's address."
)
STALE = "Microsoft still shows an earlier version of the event. We will try again."
OTHER_LINK = (
    f"{LINK_CHANGED}, and {{name}} has the old one. “Invite everybody again” makes new events with "
    "one link for all."
)
log = logging.getLogger(__name__)


class MovedOutside(Exception):
    """The event has a time that neither Portal nor its interview knows."""

    def __init__(self, present: Found) -> None:
        super().__init__()
        self.present = present


def update(work: Work, known: Known, found: Next) -> None:
    """Change an event and tell its people once, or put everything back if Microsoft refuses."""
    one, event = known.interview, found.of
    try:
        written, body = access.write(
            work.services, one, event, lambda calendar: _changed(work, calendar, known, event)
        )
    except MovedOutside as moved:
        _judge(work, known, event, moved.present)
        return
    except Refused as refusal:
        is_known = event.step is Step.INVITED
        if isinstance(refusal, Conflicting) or event.role is Role.CANDIDATE or not is_known:
            raise
        restore.put_back(work, known, event, refusal)
        _ask_if_behind(work, event, refusal)
        return
    trouble = _follow_meeting(work, one, event, written)
    now = clock.utc_now()
    is_news = _is_news(one, event, body)
    done = _done(known, event, written, now, is_news=is_news)
    news = written.addresses if is_news else set()
    told = tuple(_told(known, event, done, now, news=news))
    _require_progress(known, done, told)
    work.save(done, told=told)
    if trouble:
        failures.ask(work, one, trouble)


def _is_news(one: Interview, event: Event, body: dict[str, Any]) -> bool:
    """Whether this write told everybody, or an earlier one whose answer was lost."""
    was_asked = (event.asked_starts_at, event.asked_ends_at) == (one.starts_at, one.ends_at)
    is_done = comparison.is_elsewhere(one, event) and was_asked
    return is_done or not body.keys().isdisjoint(NEWS)


def _ask_if_behind(work: Work, event: Event, refusal: PortalError) -> None:
    """Leave it to a person if what was put back would only be refused again."""
    known = work.known
    is_back = known.interview.reason  # none after a page changed it during the write
    if is_back and comparison.is_behind(known, event):
        failures.ask(work, known.interview, f"Microsoft refused the change. {refusal}")


def _require_progress(known: Known, done: Event, told: Iterable[Told]) -> None:
    """Raise Unavailable if this write would leave as many events behind as before."""
    ledger = {each.folded: each for each in (*known.ledger, *told)}
    events = tuple(done if each.id == done.id else each for each in known.events)
    after = replace(known, events=events, ledger=tuple(ledger.values()))
    if _behind(after) >= _behind(known):
        raise Unavailable(STUCK)


def _behind(known: Known) -> int:
    return sum(comparison.is_behind(known, each) for each in known.present)


def _changed(
    work: Work, calendar: Calendar, known: Known, event: Event
) -> tuple[Found, dict[str, Any]]:
    """The event as it is wanted, and what was written.

    It is read before each write, so that nobody is told twice.
    """
    graph_id = event.graph_id or ""
    asked: dict[str, Any] = {}
    for left in reversed(range(TRIES)):
        present = calendar_events.read(calendar, graph_id)
        if comparison.is_stale(event, present):
            raise Unavailable(STALE)
        if comparison.was_changed_outside(known, event, present):
            raise MovedOutside(present)
        body = comparison.patch(known, event, present)
        if not body:
            return present, asked
        asked = body
        told = comparison.asked(known, event, now=clock.utc_now()) if "attendees" in body else ()
        work.begin(_asking(known.interview, event, body), told=told)
        try:
            return calendar_events.change(calendar, graph_id, body), body
        except Conflicting:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def _asking(one: Interview, event: Event, body: dict[str, Any]) -> Event:
    """The event before a call. Should its answer be lost, its times are no one else's."""
    if "start" not in body:
        return event
    return replace(event, asked_starts_at=one.starts_at, asked_ends_at=one.ends_at)


def _judge(work: Work, known: Known, event: Event, present: Found) -> None:
    """Changes in Outlook come before ours.

    Does nothing if a page changed the interview since it was read: that is written first.
    """
    calendar, now = CalendarName.of(work.rows, known.interview, event), clock.utc_now()
    verdict = judge(known, [Sight(event, present)], calendar=calendar.quoted, now=now)
    if not (verdict.moved or verdict.reason):
        raise Unavailable(STALE)
    with work.rows.write():
        work.renew()
        if is_same(store.interview(work.rows, known.interview.id), known.interview):
            apply(work.rows, known, verdict, calendar=calendar.name, now=now)


def _follow_meeting(work: Work, one: Interview, event: Event, written: Found) -> str:
    """Move the online meeting too, and check its link. A sentence if people have another one."""
    is_of_teams = one.place is Place.TEAMS and event.role is Role.INTERNAL
    if not is_of_teams or event.step is not Step.INVITED or not comparison.is_elsewhere(one, event):
        return ""
    if written.is_online:
        seen = written if written.join_url == event.join_url else _seen(work, one, event)
        join_url = seen.join_url
    else:
        join_url = _move_meeting(work, one) or event.join_url
    return "" if join_url == event.join_url else OTHER_LINK.format(name=one.candidate_name)


def follow_moved(work: Work, known: Known) -> None:
    """Move the online meeting beside an event that was moved in Outlook. It would lapse there."""
    one, event = known.interview, known.event(Role.INTERNAL)
    if event is None or one.place is not Place.TEAMS or event.moved_version != one.version:
        return
    present = access.read(
        work.services,
        one,
        event,
        lambda calendar: calendar_events.read(calendar, event.graph_id or ""),
    )
    if not present.is_online:
        _move_meeting(work, one)


def _seen(work: Work, one: Interview, event: Event) -> Found:
    return access.read(work.services, one, event, lambda each: link.wait(work, each, event))


def _move_meeting(work: Work, one: Interview) -> str:
    """The link of the meeting beside the event, which lapses some time after its end.

    Empty if the organizer's connection does not open it: the link works all the same.
    """
    wanted = link.wanted(one)
    try:
        graph = access.meetings(work.services, one)
        meeting = graph.post("onlineMeetings/createOrGet", wanted)
        moved = {name: wanted[name] for name in ("startDateTime", "endDateTime")}
        graph.patch(f"onlineMeetings/{segment(str(meeting.get('id') or ''))}", moved)
    except (*link.REFUSALS, *REFUSALS) as refusal:
        _note(refusal)
        return ""
    return kept_link(meeting.get("joinWebUrl"))


def _note(refusal: PortalError) -> None:
    log.info("the online meeting keeps its old time: %s", type(refusal).__name__)


def _done(known: Known, event: Event, written: Found, now: datetime, *, is_news: bool) -> Event:
    """The event as Microsoft has it now. Copies are read again if people were told."""
    done = as_written(event, written)
    if event.step is not Step.INVITED:
        return done
    if is_news:  # a move in Outlook is told with it, if it was not before
        done = replace(done, moved_version=None, moved_at=None, copies_due_at=None, patched_at=None)
    elif comparison.is_elsewhere(known.interview, event):
        done = moved_outside(done, known.interview.version, now)
    if not is_news and not _joining(known, event):
        return done
    return replace(done, invited_at=now, proof_due_at=now + FIRST_PROOF, proof=Proof.WAITS)


def _joining(known: Known, event: Event) -> bool:
    before = {each.folded for each in comparison.surely_told(known, event)}
    return any(fold(each.address) not in before for each in attendees.invited(known, event))


def _told(
    known: Known, event: Event, done: Event, now: datetime, *, news: Collection[str]
) -> Iterator[Told]:
    """The ledger after the write: news for those whom it told, and else their new version.

    Nobody told those whom somebody took off the event in Outlook.
    """
    if event.step is not Step.INVITED:
        return
    before = {each.folded: each for each in comparison.told_by(known, event)}
    for new in attendees.told(known, done, now=now):
        old = before.pop(new.folded, None)
        is_told = new.folded in news or (bool(news) and new.certainty is Certainty.SEEN)
        if old is None or not comparison.is_sure(old) or (is_told and _has_other_time(old, new)):
            yield new
        else:
            yield replace(old, version=new.version, is_required=new.is_required)
    for left in before.values():
        yield replace(
            left,
            version=known.interview.version,
            told_at=now,
            withdrawn_at=now,
            certainty=Certainty.ASKED,
        )


def _has_other_time(old: Told, new: Told) -> bool:
    return (old.starts_at, old.ends_at) != (new.starts_at, new.ends_at)
