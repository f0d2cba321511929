"""Put an interview on another calendar, or under another organizer, with new events."""

from dataclasses import replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, Invalid
from portal.group_calendars import store as group_calendars
from portal.interviews import readiness
from portal.interviews.audited import audited
from portal.interviews.changes import checks, generations
from portal.interviews.communication import Communication
from portal.interviews.models import CalendarSource, Interview, State

CHANGEABLE = tuple(each for each in State if each is not State.CANCELLED)
GONE = "Choose one of the list."


def change_home(
    act: Act,
    interview_id: str,
    *,
    version: int | None,
    calendar: Communication,
    organizer_id: str,
    override: bool = False,
) -> Interview:
    """Make the events again on this calendar. The old ones are cancelled once those are ready.

    Does nothing if nothing would differ. Raises Invalid for somebody who cannot organize there,
    and claims.Taken for one that was never scheduled and whose time is taken by now.
    """
    rows = act.rows
    with rows.write():
        before = checks.current(rows, interview_id, version=version)
        require_changeable(before, now=act.now)
        organizer = readiness.organizer(rows, organizer_id, before.place, calendar.group)
        if organizer is None or not organizer.can_organize:
            raise Invalid(organizer.sentence if organizer else GONE, field="organizer")
        wanted = replace(
            before,
            calendar=calendar.home,
            calendar_id=calendar.calendar_id,
            organizer_id=organizer.user_id,
            organizer_name=organizer.name,
        )
        if wanted == before:
            return before
        return put(act, before, wanted, override=override)


def put(act: Act, before: Interview, wanted: Interview, *, override: bool = False) -> Interview:
    """Put an interview on the calendar that `wanted` names, and record it. Inside write()."""
    chosen = replace(wanted, calendar_source=CalendarSource.INTERVIEW)
    changed = generations.remade(act, chosen, override=override)
    act.record(
        Action.INTERVIEW_CALENDAR_CHANGED,
        before.label,
        old=_said(act, before),
        new=_said(act, changed),
        candidate=audited(before),
    )
    return changed


def require_changeable(interview: Interview, *, now: datetime) -> None:
    """Raise Conflict if its events cannot be made again now."""
    checks.require_state(interview, CHANGEABLE)
    checks.require_goal(interview)
    checks.require_candidate(interview)
    if interview.state is not State.NEEDS_TIME and interview.starts_at <= now:
        raise Conflict("Its time is past. Choose a later one, or end the interview.")


def _said(act: Act, interview: Interview) -> str:
    if interview.calendar_id is None:
        return f"own calendar of {interview.organizer_name}"
    calendar = group_calendars.calendar(act.rows, interview.calendar_id)
    return f"{calendar.label}, organized by {interview.organizer_name}"
