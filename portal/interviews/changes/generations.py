"""The events of an interview's present generation, before they are at Microsoft."""

from dataclasses import replace

from portal.audit.act import Act
from portal.errors import Conflict
from portal.group_calendars import store as group_calendars
from portal.interviews import claims, store
from portal.interviews.changes import checks
from portal.interviews.models import Event, Goal, Home, Interview, Role, State
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.users import store as users

NO_CALENDAR = "The group calendar of this interview was removed. Choose another calendar first."
RETIRING = "The group calendar of this interview is being removed. Choose another calendar first."
NO_ORGANIZER = "The organizer of this interview is gone. Choose another organizer first."


# Perhaps nobody was told yet.
EARLY = (State.WRITING, State.ASKS)


def remade(act: Act, wanted: Interview, *, override: bool = False) -> Interview:
    """Save an interview whose events are made again. A worker cancels the old ones after that.

    One without a time, or that ends, gets no events. One that failed takes its times again.
    Belongs inside write().
    """
    if wanted.goal is not Goal.SCHEDULED or wanted.state is State.NEEDS_TIME:
        return checks.changed(act, wanted)
    if wanted.state is State.FAILED:
        claims.take(act.rows, wanted, store.panel(act.rows, wanted.id), override=override)
    saved = checks.changed(
        act,
        replace(
            wanted,
            state=_state(act.rows, wanted),
            generation=wanted.generation + 1,
            join_url="",
            ended_at=None,
        ),
    )
    plan(act.rows, saved)
    return saved


def _state(rows: Rows, wanted: Interview) -> State:
    """Writing while nobody knows of it, so that a failure leaves nothing behind."""
    if wanted.state is State.FAILED:
        return State.WRITING
    is_known = any(each.withdrawn_at is None for each in store.ledger(rows, wanted.id))
    return State.WRITING if wanted.state in EARLY and not is_known else State.CHANGING


def plan(rows: Rows, interview: Interview) -> None:
    """Plan the events of the present generation. Belongs inside write()."""
    if interview.organizer_id is None:
        raise Conflict(NO_ORGANIZER)
    organizer = users.user(rows, interview.organizer_id)
    group_id = _group_of(rows, interview)
    roles = [Role.INTERNAL] if interview.is_one_event else [Role.INTERNAL, Role.CANDIDATE]
    for role in roles:
        store.save_event(
            rows,
            Event(
                id=new_id(),
                interview_id=interview.id,
                role=role,
                generation=interview.generation,
                group_id=group_id,
                owner_user_id=organizer.id,
            ),
        )


def _group_of(rows: Rows, interview: Interview) -> str | None:
    if interview.calendar is Home.ORGANIZER:
        return None
    if interview.calendar_id is None:
        raise Conflict(NO_CALENDAR)
    calendar = group_calendars.calendar(rows, interview.calendar_id)
    if calendar.is_retiring:
        raise Conflict(RETIRING)
    return calendar.group_id
