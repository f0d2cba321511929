"""The order of steps: no invitation before the link, and proofs at the end."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.interviews.microsoft import attendees
from portal.interviews.microsoft.models import Do, Known
from portal.interviews.microsoft.next_step import next_step
from portal.interviews.models import Event, Goal, Place, Role, State, Step
from tests.interviews.microsoft.sample import AT, ONE

EARLIER = AT - timedelta(days=1)


def event(role: Role, step: Step, *, generation: int = 1, **facts: Any) -> Event:
    made = Event(f"{role}-{generation}", "first", role, generation, None, "priya", step)
    agreed = {"agreed_starts_at": ONE.starts_at, "agreed_ends_at": ONE.ends_at}
    return replace(made, **agreed | facts)


def known(*steps: Step, old: Step | None = None, **changes: Any) -> Known:
    events = [event(role, step) for role, step in zip(Role, steps, strict=False)]
    if old is not None:
        events = [replace(each, generation=2) for each in events]
        events.append(event(Role.INTERNAL, old))
        changes |= {"generation": 2}
    return informed(Known(replace(ONE, **changes), (), tuple(events), ()))


def informed(one: Known) -> Known:
    """Everybody who was invited was told the present version."""
    events = [each for each in one.present if each.step is Step.INVITED]
    told = [each for event in events for each in attendees.told(one, event, now=EARLIER)]
    return replace(one, ledger=tuple(told))


@pytest.mark.parametrize(
    ("internal", "candidates", "does", "about"),
    [
        (Step.PLANNED, Step.PLANNED, Do.CREATE, Role.INTERNAL),
        (Step.EMPTY, Step.PLANNED, Do.LINK, Role.INTERNAL),
        (Step.LINKED, Step.PLANNED, Do.CREATE, Role.CANDIDATE),
        (Step.LINKED, Step.LINKED, Do.INVITE, Role.INTERNAL),
        (Step.INVITED, Step.LINKED, Do.INVITE, Role.CANDIDATE),
        (Step.INVITED, Step.INVITED, Do.SETTLE, None),
    ],
)
def test_steps_follow_each_other(
    internal: Step, candidates: Step, does: Do, about: Role | None
) -> None:
    found = next_step(known(internal, candidates), now=EARLIER)

    assert (found.do, found.event and found.event.role) == (does, about)


def test_a_new_generation_is_planned() -> None:
    old = replace(known(Step.INVITED, Step.INVITED), interview=replace(ONE, generation=2))

    assert next_step(old, now=EARLIER).do is Do.PLAN


def test_one_event_for_all_is_settled_alone() -> None:
    assert next_step(known(Step.LINKED, is_one_event=True), now=EARLIER).do is Do.INVITE
    assert next_step(known(Step.INVITED, is_one_event=True), now=EARLIER).do is Do.SETTLE


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.ASKS])
def test_what_a_person_decides_is_not_written(state: State) -> None:
    assert next_step(known(Step.LINKED, Step.LINKED, state=state), now=EARLIER).do is Do.NOTHING


def test_an_earlier_generation_that_nobody_knows_is_discarded_at_the_end() -> None:
    left = known(Step.INVITED, Step.INVITED, old=Step.EMPTY)
    done = known(Step.INVITED, Step.INVITED, old=Step.GONE)

    found = next_step(left, now=EARLIER)
    assert (found.do, found.of.generation) == (Do.DISCARD, 1)
    assert next_step(done, now=EARLIER).do is Do.SETTLE


def test_its_time_passed() -> None:
    assert next_step(known(Step.LINKED, Step.LINKED), now=AT).do is Do.GIVE_UP
    assert next_step(known(Step.INVITED, Step.INVITED), now=AT).do is Do.SETTLE


def test_a_proof_is_waited_for() -> None:
    due_at = EARLIER + timedelta(minutes=1)
    invited = event(Role.INTERNAL, Step.INVITED, invited_at=EARLIER, proof_due_at=due_at)
    waits = Known(replace(ONE, state=State.SCHEDULED, place=Place.PHONE), (), (invited,), ())

    before, after = next_step(waits, now=EARLIER), next_step(waits, now=due_at)

    assert (before.do, before.at) == (Do.WAIT, due_at)
    assert (after.do, after.event) == (Do.PROVE, invited)


def test_a_step_without_an_event_says_so() -> None:
    with pytest.raises(ValueError, match="about no event"):
        _ = next_step(known(Step.INVITED, Step.INVITED), now=EARLIER).of


def test_a_new_time_changes_the_panels_event_first() -> None:
    moved: dict[str, Any] = {
        "starts_at": AT + timedelta(hours=2),
        "ends_at": AT + timedelta(hours=3),
        "version": 2,
    }
    told = known(Step.INVITED, Step.INVITED)
    both = replace(told, interview=replace(ONE, state=State.CHANGING, **moved))

    found = next_step(both, now=EARLIER)

    assert (found.do, found.of.role) == (Do.UPDATE, Role.INTERNAL)
    assert next_step(both, now=AT + timedelta(hours=2)).do is Do.GIVE_UP


def test_an_event_that_nobody_knows_gets_a_new_time_before_its_invitations() -> None:
    later = known(Step.LINKED, Step.LINKED, starts_at=AT + timedelta(hours=1))

    assert next_step(later, now=EARLIER).do is Do.UPDATE


def test_a_new_version_is_compared_with_both_events() -> None:
    told = known(Step.INVITED, Step.INVITED)
    newer = replace(told, interview=replace(ONE, version=2))

    assert next_step(newer, now=EARLIER).do is Do.UPDATE
    assert next_step(informed(newer), now=EARLIER).do is Do.SETTLE


def test_the_old_events_leave_before_the_new_invitations() -> None:
    both = known(Step.LINKED, Step.LINKED, old=Step.INVITED)

    found = next_step(both, now=EARLIER)

    assert (found.do, found.of.generation) == (Do.CANCEL, 1)


@pytest.mark.parametrize("goal", [Goal.CANCELLED, Goal.NEEDS_TIME])
@pytest.mark.parametrize(
    ("step", "does"),
    [
        (Step.PLANNED, Do.DISCARD),
        (Step.EMPTY, Do.DISCARD),
        (Step.LINKED, Do.DISCARD),
        (Step.INVITED, Do.CANCEL),
        (Step.GONE, Do.END),
    ],
)
def test_every_event_leaves_the_calendar(goal: Goal, step: Step, does: Do) -> None:
    one = known(step, Step.GONE, goal=goal, state=State.CHANGING)

    assert next_step(one, now=EARLIER).do is does


def test_a_cancellation_that_fails_until_the_start_asks() -> None:
    facts: dict[str, Any] = {"goal": Goal.CANCELLED, "state": State.CHANGING}
    one = known(Step.INVITED, Step.INVITED, **facts)
    failing = known(Step.INVITED, Step.INVITED, failing_since=EARLIER, reason="No", **facts)

    assert next_step(one, now=AT).do is Do.CANCEL
    assert next_step(failing, now=AT).do is Do.GIVE_UP
