"""Random runs of what people do in Portal and in Outlook end in agreement, or with a question."""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from portal.interviews import store
from portal.interviews.models import State
from tests.interviews.microsoft.stage import BY, Stage
from tests.interviews.random import ends
from tests.interviews.random.changes import LOST_ONCE, NUMBERS, OFTEN, Changing, change
from tests.interviews.random.stops import Killed, Moments
from tests.interviews.watch.watcher import watch

RUNS = 20
STEPS = 8
LOST = (*LOST_ONCE, {"status": 429, "retryAfter": 600})
Wanted = tuple[str, int]
CHANGE = st.tuples(st.sampled_from(OFTEN), st.integers(0, NUMBERS - 1))
MOMENT = st.integers(1, 24)
AGAIN = (61, 61, 61, 61, 61, 61, 660, 61, 61)
LONGER = (600,) * 16


class Runs(RuleBasedStateMachine):
    """One interview from when it is scheduled."""

    stage: Stage
    moments: Moments
    made: Changing
    count = 0

    @initialize(
        calendar=st.sampled_from(("group", "organizer")),
        place=st.sampled_from(("phone", "teams")),
        is_one_event=st.booleans(),
        is_late=st.booleans(),
    )
    def schedule(self, calendar: str, place: str, is_one_event: bool, is_late: bool) -> None:
        type(self).count += 1
        interview_id = f"run-{self.count}"
        self.stage.schedule(
            interview_id,
            calendar=calendar,
            place=place,
            is_one_event=is_one_event,
            at=self.stage.now + timedelta(days=8 if is_late else 2),
        )
        rows = self.stage.rows
        people = {each.user_id: each for each in store.panel(rows, interview_id)}
        self.made = Changing(
            rows, self.stage.env.sandbox, interview_id, people, BY, lambda: self.stage.now
        )
        self.turns()

    def turns(self) -> None:
        """Two kinds of work, as far as they are due."""
        while (claim := self.stage.claim()) is not None:
            self.stage.work(claim)
        watch(self.stage)
        while (claim := self.stage.claim()) is not None:
            self.stage.work(claim)

    @rule(one=CHANGE, other=CHANGE)
    def change(self, one: Wanted, other: Wanted) -> None:
        """Two changes between two looks."""
        for each in (one, other):
            change(self.made, *each)
        self.follow()

    @rule(one=CHANGE, fault=st.sampled_from(LOST), times=st.integers(1, 4))
    def change_with_faults(self, one: Wanted, fault: Mapping[str, Any], times: int) -> None:
        self.stage.fault("/events|calendarView|batch", **{**fault, "times": times})
        self.made.done.append(f"{times} of {fault}")
        change(self.made, *one)
        self.follow()

    @rule(one=CHANGE, reads=st.integers(1, 3))
    def read_late(self, one: Wanted, reads: int) -> None:
        """Microsoft shows changes late, for some reads of one turn."""
        tenant = self.stage.env.sandbox
        tenant.control("PATCH", "tenant", {"staleReads": reads})
        self.made.done.append(f"{reads} late")
        change(self.made, *one)
        self.follow()
        tenant.control("PATCH", "tenant", {"staleReads": 0})
        with tenant.state.write():
            tenant.state.execute("delete from stale_reads")

    @rule(one=CHANGE, seconds=st.sampled_from((1, 5, 130, 660, 3700)))
    def pass_time(self, one: Wanted, seconds: int) -> None:
        change(self.made, *one)
        self.follow(seconds)

    @rule(one=CHANGE, moment=MOMENT)
    def stop(self, one: Wanted, moment: int) -> None:
        """A worker ends in the middle."""
        change(self.made, *one)
        self.interrupt(moment, self.die)

    @rule(one=CHANGE, other=CHANGE, moment=MOMENT)
    def change_during(self, one: Wanted, other: Wanted, moment: int) -> None:
        """A change during a worker's turn."""
        change(self.made, *one)
        self.interrupt(moment, lambda: change(self.made, *other))

    @rule(one=CHANGE, moment=MOMENT, seconds=st.sampled_from((0, 59, 70)))
    def take_over(self, one: Wanted, moment: int, seconds: int) -> None:
        """Another worker works during a turn, also one that lost its claim by then."""
        change(self.made, *one)
        self.interrupt(moment, lambda: self.follow(seconds))

    def follow(self, seconds: int = 61) -> None:
        self.made.done.append(f"{seconds} s")
        self.stage.pass_time(seconds=seconds)
        self.turns()

    def interrupt(self, moment: int, do: Callable[[], object]) -> None:
        self.made.done.append(f"interrupted at {moment}")
        self.stage.pass_time(seconds=61)
        self.moments.at(moment, do)
        try:
            self.turns()
        except Killed:
            self.made.done.append("killed")
        finally:
            self.moments.clear()

    def die(self) -> None:
        raise Killed

    def teardown(self) -> None:
        if not hasattr(self, "made"):
            return
        try:
            self.finish()
            assert ends.wrong(self.made) == [], self.made.done
        finally:
            self.clean()

    def finish(self) -> None:
        """Faults end, time passes, and workers do what is due."""
        self.stage.env.sandbox.control("DELETE", "faults")
        for seconds in AGAIN:
            self.stage.pass_time(seconds=seconds)
            self.turns()
        for seconds in LONGER:
            if self.made.one.state not in (State.WRITING, State.CHANGING):
                return
            self.stage.pass_time(seconds=seconds)
            self.turns()

    def clean(self) -> None:
        """Leave nothing to the next run."""
        state = self.stage.env.sandbox.state
        with state.write():
            for table in ("events", "invitations", "event_history", "requests", "faults"):
                state.execute(f"delete from {table}")  # noqa: S608  # constants
        for table in ("feed_entries", "interview_watches", "interviews"):
            self.stage.change(f"delete from {table}")  # noqa: S608  # constants
        self.stage.offset = timedelta(0)


def test_random_changes_end_in_agreement_or_with_a_question(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = Moments()
    moments.watch(monkeypatch, stage.rows)
    machine = type("Machine", (Runs,), {"stage": stage, "moments": moments})
    runs = int(os.environ.get("RUNS", RUNS))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=runs == RUNS,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=[*HealthCheck],
        ),
    )
