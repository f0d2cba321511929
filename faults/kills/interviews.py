"""kill -9 at each step of writing an interview, with lost answers, and of two workers at random."""

import random
import subprocess
import time
from collections.abc import Callable
from functools import partial

from faults.harness import invariants, programs
from faults.harness.interviews import InterviewRun, interviews
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import KillDriver, kill_at_each_step, kill_driver
from portal.storage.copies import copy_database, overwrite_database

KIND = "interviews"
# Each lost answer is a failure of its own, and a proof comes after.
MOST_ROUNDS = 12
# Ten minutes until the last proof pass in 15 seconds, and a killed worker's claim in two.
PACE = 40
WRITES = ("POST", "PATCH")


def killed(prepare: Callable[[InterviewRun, int], str], *, every: int = 1) -> Outcome:
    """One event a role, one invitation a person, and no claim left behind."""
    with interviews() as made, kill_driver(made.run) as driver:
        database, pristine = made.run.services.config.database_file, made.run.folder / "before.db"
        copy_database(database, pristine)
        ids: list[str] = []

        def before() -> None:
            made.run.clear_faults()
            overwrite_database(pristine, database)
            ids.append(prepare(made, len(ids)))

        def after(step: int) -> None:
            made.run.wrong += [f"step {step}: {each}" for each in _recovered(made, driver, ids[-1])]

        steps = kill_at_each_step(
            made.run,
            lambda step: driver.do("due", kill_at=step, kind=KIND),
            before=before,
            after=after,
            every=every,
        )
        wrong = [*made.run.wrong, *_recovered(made, driver, ids[-1])]
        wrong += invariants.secrets_in(made.run.log, made.run)
        return Outcome(made.run.struck, f"all {steps} steps; each invited once", tuple(wrong))


def _recovered(made: InterviewRun, driver: KillDriver, interview_id: str) -> list[str]:
    """Let others take over until nothing is under way."""
    for _ in range(MOST_ROUNDS):
        made.make_due()
        driver.do_due(KIND)
        if not made.is_under_way:
            break
    return made.wrong(interview_id)


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
    dice = random.Random(14)  # noqa: S311  # the same moments each time, as far as a machine allows
    with interviews() as made:
        began = time.monotonic()
        workers = [_worker(made, began) for _ in range(2)]
        ids = []
        for number in range(kills):
            ids.append(made.schedule(number))
            time.sleep(dice.uniform(0.3, 2.0))
            place = dice.randrange(2)
            workers[place].kill()
            workers[place].wait()
            made.run.struck += 1
            workers[place] = _worker(made, began)
        made.run.until(lambda: not made.is_under_way, "every interview was written", seconds=180)
        for each in workers:
            each.terminate()
            each.wait(60)
        wrong = [*made.run.wrong, *(each for one in ids for each in made.wrong(one))]
        return Outcome(made.run.struck, f"{len(ids)} interviews, each once", tuple(wrong))


def _worker(made: InterviewRun, began: float) -> subprocess.Popen[bytes]:
    """A worker whose clock is where that of the other worker is."""
    ahead = (time.monotonic() - began) * (PACE - 1)
    arguments = ("-m", "faults.harness.clock_worker", str(ahead), str(PACE), "50")
    return programs.start(made.run, *arguments)


FAULTS: Faults = {
    "interview-killed": partial(killed, _schedule),
    "interview-answers-lost-killed": partial(killed, _schedule_and_lose, every=2),
    "interviews-killed-at-random": killed_at_random,
}
