"""An interview that cannot be written: tried for an hour, then given up, or left to a person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from portal import clock
from portal.audit.actions import Action
from portal.interviews import store
from portal.interviews.audited import audited
from portal.interviews.microsoft import create, unsure
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.work import Work, is_same
from portal.interviews.models import OVER, Event, Goal, Interview, State, Step
from portal.storage.rows import Rows

TRIED_FOR = timedelta(hours=1)
# An event that nobody was invited to may be left where Portal cannot delete it.
LEFT_AFTER = 2 * TRIED_FOR
LEFT = "An empty event may be left in the calendar. Its owner can delete it."


def is_over(work: Work, sentence: str) -> bool:
    """Note a failure. True if there was nothing but failures for an hour."""
    now = clock.utc_now()
    with work.rows.write():
        work.renew()
        since = note(work.rows, work.claim.row_id, sentence, now=now)
    return since is not None and now - since >= TRIED_FOR


def note(rows: Rows, interview_id: str, sentence: str, *, now: datetime) -> datetime | None:
    """Keep why an interview is not written yet, and since when. None if nothing waits for it.

    After two hours a person decides. Belongs inside write().
    """
    one = store.interview(rows, interview_id)
    if one.state not in (State.WRITING, State.CHANGING):
        return None
    since = one.failing_since or now
    noted = replace(one, failing_since=since, reason=sentence)
    if now - since >= LEFT_AFTER:
        noted = replace(noted, state=State.ASKS, reason=f"{sentence} {LEFT}")
    store.save(rows, noted)
    return since


def give_up(work: Work, known: Known, found: Next) -> None:
    """Delete the events that nobody knows of, and free the times. If people know, ask a person."""
    before = known.interview
    for each in known.events:
        if each.is_unsure:
            unsure.check(work, known, replace(found, event=each))
    if not is_same(store.interview(work.rows, before.id), before):
        return
    events = [*_until(work.rows, before)]
    if before.state is State.CHANGING or any(each.step is Step.INVITED for each in events):
        ask(work, before, found.reason)
        return
    for each in events:
        if each.step not in OVER:
            create.withdraw(work, known, each)
    with work.rows.write():
        one = work.save(interview=lambda one: _failed(one, before, found.reason))
        if one.state is State.FAILED:
            store.free_claims(work.rows, one.id)
            _record(work, one)


def ask(work: Work, before: Interview, reason: str, *events: Event) -> None:
    """Leave it to a person, with the reason.

    Does nothing if a page changed the interview since `before`: that is written first.
    """
    with work.rows.write():
        work.renew()
        if is_same(store.interview(work.rows, before.id), before):
            one = work.save(*events, interview=lambda one: _ended(one, State.ASKS, reason))
            _record(work, one)


def _until(rows: Rows, before: Interview) -> Iterator[Event]:
    """The events of an interview, without those that a page plans during the write."""
    found = store.events(rows, before.id)
    return (each for each in found if each.generation <= before.generation)


def _failed(one: Interview, before: Interview, reason: str) -> Interview:
    """The interview without events. What a page wanted during the write needs new ones."""
    if is_same(one, before):
        return _ended(one, State.FAILED, reason)
    if one.generation == before.generation and one.goal is Goal.SCHEDULED:
        return replace(one, generation=one.generation + 1, join_url="")
    return one


def _ended(one: Interview, state: State, reason: str) -> Interview:
    return replace(one, state=state, reason=reason, failing_since=None)


def _record(work: Work, one: Interview) -> None:
    work.act.record(
        Action.INTERVIEW_NOT_WRITTEN,
        one.label,
        result="failed",
        new=f"{one.state}: {one.reason}",
        candidate=audited(one),
    )
