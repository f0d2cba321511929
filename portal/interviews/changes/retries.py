"""Try again what failed, invite everybody again, or discard what was never scheduled."""

from dataclasses import replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict
from portal.interviews import claims, store
from portal.interviews.audited import audited
from portal.interviews.changes import checks, generations, homes
from portal.interviews.models import Goal, Interview, Place, State

# A reason that begins like this asks for new invitations.
LINK_CHANGED = "Microsoft changed the Teams link"


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
        act.record(Action.INTERVIEW_TRIED_AGAIN, before.label, candidate=audited(before))
    return begun


def invite_again(act: Act, interview_id: str, *, version: int | None) -> Interview:
    """Make the events again at the same time and place, so that everybody has the same link."""
    with act.rows.write():
        before = checks.current(act.rows, interview_id, version=version)
        require_inviting_again(before, now=act.now)
        begun = generations.remade(act, before)
        act.record(Action.INTERVIEW_INVITED_AGAIN, before.label, candidate=audited(before))
    return begun


def require_inviting_again(interview: Interview, *, now: datetime) -> None:
    """Raise Conflict unless people have different links to one Teams meeting."""
    homes.require_changeable(interview, now=now)
    if interview.state is not State.ASKS or not has_other_link(interview):
        raise Conflict("Everybody has the present Teams link.")


def has_other_link(interview: Interview) -> bool:
    """Whether it asks because Microsoft changed its link after people were told."""
    return interview.place is Place.TEAMS and interview.reason.startswith(LINK_CHANGED)


def require_retriable(interview: Interview, *, now: datetime) -> None:
    """Raise Conflict if there is nothing to try again, or it is too late."""
    checks.require_state(interview, (State.ASKS, State.FAILED))
    if has_other_link(interview):
        raise Conflict("Trying again would leave the old link. Invite everybody again instead.")
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
        act.record(Action.INTERVIEW_DISCARDED, before.label, candidate=audited(before))
    return ended
