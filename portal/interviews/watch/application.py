"""Changes seen in Outlook become the rows of Portal. Each belongs inside write()."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.interviews import claims, store, times
from portal.interviews.audited import audited
from portal.interviews.findings import seen
from portal.interviews.microsoft.create import as_written
from portal.interviews.microsoft.models import Known
from portal.interviews.microsoft.work import SCHEDULER, known
from portal.interviews.models import Event, Goal, Interview, State, Step
from portal.interviews.outside import history
from portal.interviews.watch.judgement import Judged, Kind, Verdict
from portal.storage.rows import Rows

COPIES_READ_AFTER = timedelta(minutes=2)
BEATEN = (
    "Portal was about to move it to {wanted}. The move in Outlook came first, so that one counts. "
    "Choose another time if it should not."
)


def apply(rows: Rows, before: Known, verdict: Verdict, *, calendar: str, now: datetime) -> None:
    """Keep all that follows from one read of the events of an interview."""
    one = before.interview
    if one.goal is not Goal.SCHEDULED:
        return
    _note_reads(rows, verdict.judged, now)
    if verdict.moved:
        _follow(rows, before, verdict.moved, calendar, now)
    elif verdict.reason:
        _ask(rows, before, verdict, now)
    elif verdict.is_mended:
        _go_on(rows, before, verdict.judged, now)
    after = known(rows, one.id)
    events = {each.id: each for each in after.present}
    for each in verdict.judged:
        if each.kind is Kind.GONE:
            seen.deleted(rows, after, events[each.event.id], now)
        elif each.sight.found is not None and each.kind not in (Kind.EARLY, Kind.MISSING):
            seen.look(rows, after, events[each.event.id], each.sight.found, now)


def _note_reads(rows: Rows, judged: Iterable[Judged], now: datetime) -> None:
    """Keep which version of each event was read, or since when it is missing."""
    for each in judged:
        event, found = each.event, each.sight.found
        if each.sight.is_missing:
            noted = replace(event, missing_since=event.missing_since or now)
        elif each.kind is Kind.EARLY or found is None:
            continue
        else:
            noted = replace(event, missing_since=None, seen_etag=found.etag)
        if noted != event:
            store.save_event(rows, noted)


def _follow(
    rows: Rows, before: Known, moved: Sequence[Judged], calendar: str, now: datetime
) -> None:
    """The interview and what it holds move. The old times stay held until all events agree."""
    old, found = before.interview, moved[0].sight.found
    if found is None:
        raise ValueError("an event that was moved was found")
    events = [_moved(each, old.version + 1, now) for each in moved]
    state = _state_after(before, events)
    after = replace(
        old,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        state=state,
        version=old.version + 1,
        reason=_reason_after(before, state),
        failing_since=None,
        changed_at=now,
    )
    store.save(rows, after)
    for each in events:
        store.save_event(rows, each)
    store.add_claims(rows, claims.wanted(after, before.panel))
    store.make_due(rows, after.id, now=now)
    history.keep_outside_move(rows, old, after, calendar=calendar, now=now)
    Act(rows, SCHEDULER, now).record(
        Action.INTERVIEW_MOVED_OUTSIDE,
        old.label,
        old=_said(old),
        new=_said(after),
        candidate=audited(old),
    )


def _moved(judged: Judged, version: int, now: datetime) -> Event:
    event, found = judged.event, judged.sight.found
    if found is None:
        return event
    there = replace(as_written(event, found), seen_etag=found.etag)
    return moved_outside(there, version, now)


def moved_outside(event: Event, version: int, now: datetime) -> Event:
    """The event at a time that Portal did not give it.

    Whether its people know of that, their own copies tell.
    """
    if event.step is not Step.INVITED:
        return event
    return replace(
        event,
        moved_version=version,
        moved_at=now,
        copies_due_at=now + COPIES_READ_AFTER,
        patched_at=None,
    )


def _state_after(before: Known, moved: Iterable[Event]) -> State:
    """A new time answers what was asked about these events, and no other question."""
    one, ids = before.interview, {each.id for each in moved}
    if one.state is State.WRITING:
        return State.WRITING
    asked = {each.id for each in before.present if each.asks_since}
    is_answered = bool(asked) and asked <= ids
    return State.ASKS if one.state is State.ASKS and not is_answered else State.CHANGING


def _reason_after(before: Known, state: State) -> str:
    """The reason of a question that stays, or the move of ours that this one beats."""
    one = before.interview
    is_moving = any(
        each.step is Step.INVITED
        and (each.agreed_starts_at, each.agreed_ends_at) != (one.starts_at, one.ends_at)
        for each in before.present
    )
    if one.state is State.CHANGING and is_moving:
        return BEATEN.format(wanted=_said(one))
    return one.reason if state is State.ASKS else ""


def _said(one: Interview) -> str:
    return times.span(one.starts_at, one.ends_at, one.zone)


def _ask(rows: Rows, before: Known, verdict: Verdict, now: datetime) -> None:
    """A person decides. What they decide is written over the time that is there."""
    one = before.interview
    for each in verdict.asking:
        store.save_event(rows, _asked(each, now))
    is_other_question = one.state is State.ASKS and not any(e.asks_since for e in before.present)
    reason = f"{verdict.reason} {one.reason}" if is_other_question else verdict.reason
    store.save(
        rows, replace(one, state=State.ASKS, reason=reason, failing_since=None, changed_at=now)
    )
    Act(rows, SCHEDULER, now).record(
        Action.INTERVIEW_ASKS, one.label, new=verdict.reason, candidate=audited(one)
    )


def _asked(judged: Judged, now: datetime) -> Event:
    event, found = judged.event, judged.sight.found
    if found is None or judged.kind is Kind.GONE:
        return replace(event, asks_since=now, missing_since=event.missing_since or now)
    there = replace(as_written(event, found), seen_etag=found.etag)
    return replace(there, asks_since=now)


def _go_on(rows: Rows, before: Known, judged: Iterable[Judged], now: datetime) -> None:
    """Nothing is left to decide: what was asked about is as it should be again."""
    one = before.interview
    for each in judged:
        found = each.sight.found
        if each.kind is Kind.MENDED and found is not None:
            there = replace(as_written(each.event, found), seen_etag=found.etag)
            store.save_event(rows, there)
    if one.state is State.ASKS:
        store.save(rows, replace(one, state=State.CHANGING, reason="", changed_at=now))
        store.make_due(rows, one.id, now=now)
