"""The one step that brings Microsoft closer to what an interview says. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from portal.interviews.microsoft import comparison
from portal.interviews.microsoft.models import Do, Known, Next
from portal.interviews.models import OVER, Event, Goal, Place, Proof, Role, State, Step

WRITTEN = (State.WRITING, State.CHANGING)
FIRST_PROOF = timedelta(minutes=1)
LAST_PROOF = timedelta(minutes=10)
# Copies that nobody has are read again once a day, until the interview.
NOT_SEEN_AGAIN = timedelta(days=1)
# Until everybody has answered, or the interview begins.
ANSWERS_AGAIN = timedelta(minutes=30)
TOO_LATE = "Its time came before Portal could tell everybody of the change."
PASSED = "Its time passed before Portal could send the invitations."


def next_step(known: Known, *, now: datetime) -> Next:
    """The first step that is not done. A wait if only a later proof is left."""
    return next(_steps(known, now), Next(Do.NOTHING))


def _steps(known: Known, now: datetime) -> Iterator[Next]:
    if known.interview.state in WRITTEN:
        yield from _writes(known, now)
    yield from _put_back(known, now)
    yield from _proofs(known, now)


def _writes(known: Known, now: datetime) -> Iterator[Next]:
    """Steps towards what people want, in order."""
    one = known.interview
    if one.goal is not Goal.SCHEDULED:
        yield from _withdrawals(known, now)
        return
    if not known.present:
        yield Next(Do.PLAN)
    yield from _checks(known)
    events = [each for each in map(known.event, Role) if each is not None]
    behind = [each for each in events if comparison.is_behind(known, each)]
    if one.starts_at <= now:
        yield from _too_late(events, behind)
    # No link, no invitation: the candidate's event comes after the link that its text has.
    for each in events:
        yield from _preparations(each)
    yield from (Next(Do.UPDATE, each) for each in behind)
    # Nobody has two invitations at once, and the new events are ready.
    yield from (Next(Do.CANCEL, each) for each in _earlier(known) if each.step is Step.INVITED)
    yield from (Next(Do.INVITE, each) for each in events if each.step is Step.LINKED)
    yield from (Next(Do.DISCARD, each) for each in _earlier(known) if each.step not in OVER)
    yield Next(Do.SETTLE)


def _too_late(events: list[Event], behind: list[Event]) -> Iterator[Next]:
    if any(each.step is not Step.INVITED for each in events):
        yield Next(Do.GIVE_UP, reason=PASSED)
    if behind:
        yield Next(Do.GIVE_UP, reason=TOO_LATE)


def _checks(known: Known) -> Iterator[Next]:
    """Whether people were invited is known before anything else is done with an event."""
    return (Next(Do.CHECK, each) for each in known.events if each.is_unsure)


def is_withdrawn(known: Known, event: Event) -> bool:
    """Whether an event is to leave its calendar."""
    one = known.interview
    return one.goal is not Goal.SCHEDULED or event.generation < one.generation


def _earlier(known: Known) -> Iterator[Event]:
    """Events of earlier generations."""
    return (each for each in known.events if each.generation < known.interview.generation)


def _withdrawals(known: Known, now: datetime) -> Iterator[Next]:
    """Steps that take every event off the calendar."""
    one = known.interview
    if one.starts_at <= now and one.failing_since is not None:
        yield Next(Do.GIVE_UP, reason=one.reason)
    yield from _checks(known)
    for each in known.events:
        if each.step is Step.INVITED:
            yield Next(Do.CANCEL, each)
        elif each.step not in OVER:
            yield Next(Do.DISCARD, each)
    yield Next(Do.END)


def _preparations(event: Event) -> Iterator[Next]:
    if event.step is Step.PLANNED:
        yield Next(Do.CREATE, event)
    if event.step is Step.EMPTY:
        yield Next(Do.LINK, event)


def needs_link(known: Known, event: Event) -> bool:
    """Whether an event that was just made has no link yet. The candidate's has it in its text."""
    return known.interview.place is Place.TEAMS and event.role is Role.INTERNAL


def _put_back(known: Known, now: datetime) -> Iterator[Next]:
    """Events to which a person lets Portal write what it had written before."""
    one = known.interview
    if one.goal is Goal.SCHEDULED and one.starts_at > now:
        for each in known.present:
            if each.id in known.to_write_back and each.step is Step.INVITED:
                yield Next(Do.WRITE_BACK, each)


def _proofs(known: Known, now: datetime) -> Iterator[Next]:
    """Reads of answers, and of the copies of an event that somebody moved, in order of time."""
    invited = [each for each in known.present if each.step is Step.INVITED]
    reads = [(each.proof_due_at, Do.PROVE, each) for each in invited]
    if known.interview.state is State.SCHEDULED:
        reads += [(each.copies_due_at, Do.COPIES, each) for each in invited]
    due = [(due_at, do, each) for due_at, do, each in reads if due_at is not None]
    for due_at, do, each in sorted(due, key=lambda one: one[0]):
        yield Next(do, each) if due_at <= now else Next(Do.WAIT, each, at=due_at)


def proof_after(
    event: Event, starts_at: datetime, *, is_answered: bool, now: datetime
) -> datetime | None:
    """When copies and answers are read again after a read at this time. None if never."""
    if event.invited_at is None or now >= starts_at:
        return None
    last = event.invited_at + LAST_PROOF
    if now < last:
        return last
    if event.proof is Proof.NOT_SEEN:
        return now + NOT_SEEN_AGAIN
    return None if is_answered else now + ANSWERS_AGAIN
