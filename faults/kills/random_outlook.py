"""Two workers are killed at random while people change interviews in Portal and in Outlook."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from faults.harness.fault_run import ACTOR, FaultRun
from faults.harness.interviews import KIM, SAM, InterviewRun, interviews
from faults.harness.outcome import Faults, Outcome
from faults.kills.at_random import kill_two_workers
from portal.clock import utc_now
from portal.interviews.models import Panelist, State
from tests.interviews.random import ends
from tests.interviews.random.changes import LOST_ONCE, NUMBERS, OFTEN, Changing, change

AT_ONCE = 8
# No two of them overlap at first.
HOURS_APART = 24
FAULTY = 0.3
# At the pace of the workers that is more than the ten minutes in which copies are read.
QUIET_SECONDS = 18.0
SECONDS = 240
CALENDARS = ("group", "organizer")
PLACES = ("phone", "teams", "phone")


@dataclass
class Several:
    """Interviews that are changed at once. Those that are over are replaced."""

    made: InterviewRun
    dice: random.Random
    every: list[Changing] = field(default_factory=list)
    present: list[Changing] = field(default_factory=list)
    quiet_since: float | None = None

    @property
    def run(self) -> FaultRun:
        return self.made.run

    @property
    def is_under_way(self) -> bool:
        """Whether workers still write, or may not have looked yet."""
        now = time.monotonic()
        if self.made.is_under_way:
            self.quiet_since = None
        elif self.quiet_since is None:
            self.quiet_since = now
        return self.quiet_since is None or now - self.quiet_since < QUIET_SECONDS

    def make_due(self) -> None:
        self.made.make_due()

    def begin(self, number: int) -> None:
        """Schedule an interview, or change one, perhaps with a lost answer."""
        if number < AT_ONCE:
            self.present.append(self._scheduled())
            return
        place = number % AT_ONCE
        if self.present[place].one.state in (State.CANCELLED, State.FAILED):
            self.present[place] = self._scheduled()
            return
        if self.dice.random() < FAULTY:
            self.run.inject("/events", **self.dice.choice(LOST_ONCE))
        change(self.present[place], self.dice.choice(OFTEN), self.dice.randrange(NUMBERS))

    def _scheduled(self) -> Changing:
        made, number = self.made, len(self.every)
        interview_id = made.schedule(
            number * HOURS_APART,
            calendar=CALENDARS[number % len(CALENDARS)],
            place=PLACES[number % len(PLACES)],
        )
        people = {
            made.panel: Panelist(made.panel, "Sam Reed", SAM),
            made.kim: Panelist(made.kim, "Kim Field", KIM),
        }
        rows, sandbox = self.run.services.rows, self.run.sandbox
        one = Changing(rows, sandbox, interview_id, people, ACTOR, utc_now)
        self.every.append(one)
        return one

    def wrong(self) -> Sequence[str]:
        """Sentences about all of them, with what was done to each."""
        return [
            f"{each.interview_id}: {sentence} after {', '.join(each.done)}"
            for each in self.every
            for sentence in ends.wrong(each)
        ]


def killed_at_random(*, kills: int = 100, seed: int = 16) -> Outcome:
    """Portal, calendar and ledger agree at the end, or an interview asks with a reason."""
    with interviews() as made:
        several = Several(made, random.Random(seed))  # noqa: S311  # the same changes each time
        kill_two_workers(
            several,
            several.begin,
            kills=kills,
            seed=seed,
            waits=(0.3, 1.5),
            what="every change was carried out",
            seconds=SECONDS,
        )
        asking = sum(each.one.state is State.ASKS for each in several.every)
        checked = f"{len(several.every)} interviews, {asking} ask"
        return Outcome(made.run.struck, checked, (*made.run.wrong, *several.wrong()))


FAULTS: Faults = {"interview-outlook-killed-at-random": killed_at_random}
# With --full: a longer run of the same.
FULL: Faults = {"interview-outlook-killed-at-random": partial(killed_at_random, kills=1000)}
