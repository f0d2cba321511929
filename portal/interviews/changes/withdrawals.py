"""Take an interview off the calendar: cancel it, or find another time later."""

from dataclasses import replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, Invalid
from portal.interviews.audited import audited
from portal.interviews.changes import checks
from portal.interviews.models import LONGEST_COMMENT, Goal, Interview, State
from portal.wording import counted

CANCELLABLE = (State.WRITING, State.SCHEDULED, State.CHANGING, State.ASKS, State.NEEDS_TIME)
POSTPONABLE = (State.WRITING, State.SCHEDULED, State.CHANGING, State.ASKS)
TOO_LONG = f"Write at most {counted(LONGEST_COMMENT, 'character')}."


def cancel(act: Act, interview_id: str, *, version: int | None, comment: str = "") -> Interview:
    """Cancel an interview. Its events leave the calendar, and the invited people are told.

    The comment goes to the candidate alone. Also ends an interview whose candidate was deleted.
    """
    with act.rows.write():
        before = checks.current(act.rows, interview_id, version=version)
        require_cancellable(before, now=act.now)
        ended = _ended(act, before, Goal.CANCELLED, comment)
        act.record(Action.INTERVIEW_CANCELLED, before.label, candidate=audited(before))
    return ended


def find_time(act: Act, interview_id: str, *, version: int | None, comment: str = "") -> Interview:
    """Cancel the events and free the time. The interview stays, and waits for a new time."""
    with act.rows.write():
        before = checks.current(act.rows, interview_id, version=version)
        require_postponable(before, now=act.now)
        ended = _ended(act, before, Goal.NEEDS_TIME, comment)
        act.record(Action.INTERVIEW_WAITS_FOR_A_NEW_TIME, before.label, candidate=audited(before))
    return ended


def require_cancellable(interview: Interview, *, now: datetime) -> None:
    """Raise Conflict if it cannot be cancelled now."""
    checks.require_state(interview, CANCELLABLE)
    if interview.goal is Goal.CANCELLED and interview.state is not State.ASKS:
        raise Conflict(checks.ENDS[Goal.CANCELLED])
    checks.require_before_end(interview, now=now)


def require_postponable(interview: Interview, *, now: datetime) -> None:
    """Raise Conflict if it cannot lose its time now."""
    checks.require_state(interview, POSTPONABLE)
    checks.require_goal(interview)
    checks.require_candidate(interview)
    checks.require_before_end(interview, now=now)


def _ended(act: Act, before: Interview, goal: Goal, comment: str) -> Interview:
    if len(comment) > LONGEST_COMMENT:
        raise Invalid(TOO_LONG, field="comment")
    wanted = replace(before, goal=goal, comment=comment, state=State.CHANGING)
    if before.state is State.NEEDS_TIME:
        # Its events are gone, and its time is free.
        wanted = replace(wanted, state=State.CANCELLED, ended_at=act.now)
    return checks.changed(act, wanted)
