"""Try again what failed, or discard an interview that was never scheduled."""

from dataclasses import replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict
from portal.interviews import claims, store
from portal.interviews.changes import checks, generations
from portal.interviews.models import Goal, Interview, State


def try_again(
    act: Act, interview_id: str, *, version: int | None, override: bool = False
) -> Interview:
    """Let a worker go on, from where it stopped. One that failed begins with new events."""
    rows = act.rows
    with rows.write():
        before = checks.current(rows, interview_id, version=version)
        require_retriable(before, now=act.now)
        if before.state is State.FAILED:
            begun = generations.remade(act, before, override=override)
        else:
            if before.goal is Goal.SCHEDULED:
                claims.take(rows, before, store.panel(rows, interview_id), override=override)
            begun = checks.changed(act, checks.begun(before))
        act.record(Action.INTERVIEW_TRIED_AGAIN, before.label)
    return begun


def require_retriable(interview: Interview, *, now: datetime) -> None:
    """Raise Conflict if there is nothing to try again, or it is too late."""
    checks.require_state(interview, (State.ASKS, State.FAILED))
    if interview.goal is Goal.SCHEDULED:
        checks.require_candidate(interview)
        if interview.starts_at <= now:
            raise Conflict("Its time is past. Choose a later one, or end the interview.")


def require_discardable(interview: Interview, *, now: datetime) -> None:  # noqa: ARG001  # as the others
    """Raise Conflict if somebody may know of it."""
    checks.require_state(interview, (State.FAILED,))


def discard(act: Act, interview_id: str, *, version: int | None) -> Interview:
    """End an interview that was never scheduled. Nobody knows of it, so nobody is told."""
    with act.rows.write():
        before = checks.current(act.rows, interview_id, version=version)
        require_discardable(before, now=act.now)
        ended = checks.changed(
            act,
            replace(before, state=State.CANCELLED, goal=Goal.CANCELLED, ended_at=act.now),
        )
        store.free_claims(act.rows, interview_id)
        act.record(Action.INTERVIEW_DISCARDED, before.label)
    return ended
