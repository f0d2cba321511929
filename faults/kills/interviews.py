"""kill -9 at each step of writing an interview, with lost answers, and of two workers at random."""

from collections.abc import Callable
from functools import partial

from faults.harness.interviews import InterviewRun, interviews
from faults.harness.outcome import Faults, Outcome
from faults.kills.at_random import kill_two_workers
from faults.kills.each_step import killed_at_each_step
from faults.kills.kill_driver import kill_driver

KIND = "interviews"
WRITES = ("POST", "PATCH")
SECONDS = 180


def killed(prepare: Callable[[InterviewRun, int], str], *, every: int = 1) -> Outcome:
    """One event a role, one invitation a person, and no claim left behind."""
    with interviews() as made, kill_driver(made.run) as driver:
        return killed_at_each_step(
            made,
            driver,
            KIND,
            prepare=partial(prepare, made),
            wrong=made.wrong,
            checked="each invited once",
            every=every,
        )


def _schedule(made: InterviewRun, number: int) -> str:
    return made.schedule(number)


def _schedule_and_lose(made: InterviewRun, number: int) -> str:
    """An interview on the organizer's own calendar; the answer to each first write is lost."""
    for method in WRITES:
        lost = {"method": method, "times": 1, "carriedOut": True, "reset": True}
        made.run.inject("/events", **lost)
    return made.schedule(number, calendar="organizer")


def killed_at_random(*, kills: int = 12) -> Outcome:
    """Two workers, whose clocks run fast, are killed again and again during the work."""
    with interviews() as made:
        ids: list[str] = []
        kill_two_workers(
            made,
            lambda number: ids.append(made.schedule(number)),
            kills=kills,
            seed=14,
            waits=(0.3, 2.0),
            what="every interview was written",
            seconds=SECONDS,
        )
        wrong = [*made.run.wrong, *(each for one in ids for each in made.wrong(one))]
        return Outcome(made.run.struck, f"{len(ids)} interviews, each once", tuple(wrong))


FAULTS: Faults = {
    "interview-killed": partial(killed, _schedule),
    "interview-answers-lost-killed": partial(killed, _schedule_and_lose, every=2),
    "interviews-killed-at-random": killed_at_random,
}
