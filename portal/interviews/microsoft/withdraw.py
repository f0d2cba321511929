"""An event that people were invited to, cancelled: they are told once, and it is gone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from portal import clock
from portal.interviews import access
from portal.interviews.access import Calendar
from portal.interviews.microsoft import calendar_events, comparison
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Event, Goal, Role, Step, Told


def cancel(work: Work, known: Known, found: Next) -> None:
    """Cancel an event. The comment goes to the candidate, with what they are on."""
    one, event = known.interview, found.of
    access.write(work.services, one, event, lambda calendar: _cancel(work, known, event, calendar))
    now = clock.utc_now()
    gone = replace(event, step=Step.GONE, proof_due_at=None, cancel_asked_at=now)
    work.save(gone, told=_withdrawn(known, event, now))


def _cancel(work: Work, known: Known, event: Event, calendar: Calendar) -> None:
    """Cancel it, unless an earlier call whose answer was lost did."""
    if event.cancel_asked_at is None:
        work.begin(replace(event, cancel_asked_at=clock.utc_now()))
    elif not calendar_events.by_mark(calendar, event.id):
        return
    calendar_events.cancel(calendar, event.graph_id or "", _comment(known, event))


def _comment(known: Known, event: Event) -> str:
    one = known.interview
    is_candidates = event.role is Role.CANDIDATE or one.is_one_event
    return one.comment if is_candidates and one.goal is not Goal.SCHEDULED else ""


def _withdrawn(known: Known, event: Event, now: datetime) -> Iterator[Told]:
    for each in comparison.told_by(known, event):
        yield replace(each, version=known.interview.version, told_at=now, withdrawn_at=now)
