"""kill -9 at each step of sending and of a search for a copy, and of two workers at random."""

import random
import subprocess
import time
from collections.abc import Callable
from functools import partial

from faults.harness import invariants, programs
from faults.harness.outbox import OutboxRun, outbox
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import KillDriver, kill_at_each_step, kill_driver
from portal.storage.copies import copy_database, overwrite_database

KIND = "sending"
# Six searches, a second attempt, and searches for its copy.
MOST_ROUNDS = 12
LOST = {"path": "/sendMail", "times": 1, "carriedOut": True, "reset": True}
# Ten minutes of searches pass in 15 seconds, and a killed worker's claim in three.
PACE = 40


def killed(prepare: Callable[[OutboxRun, KillDriver], str], *, every: int = 1) -> Outcome:
    """Each mail arrives once, or its row says that only a person can tell."""
    with outbox() as made, kill_driver(made.run) as driver:
        database, pristine = made.run.services.config.database_file, made.run.folder / "before.db"
        copy_database(database, pristine)
        mails: list[str] = []

        def before() -> None:
            overwrite_database(pristine, database)
            mails.append(prepare(made, driver))

        def after(step: int) -> None:
            _recover(made, driver)
            made.run.wrong += [f"step {step}: {each}" for each in made.wrong(mails[-1:])]

        steps = kill_at_each_step(
            made.run,
            lambda step: driver.do("due", kill_at=step, kind=KIND),
            before=before,
            after=after,
            every=every,
        )
        _recover(made, driver)
        wrong = [*made.run.wrong, *made.wrong(mails[-1:])]
        wrong += invariants.secrets_in(made.run.log, made.run)
        return Outcome(made.run.struck, f"all {steps} steps; each mail once", tuple(wrong))


def _write(made: OutboxRun, _driver: KillDriver) -> str:
    return made.write().id


def _lose(made: OutboxRun, driver: KillDriver) -> str:
    """A mail that arrived, whose answer was lost, and that is to be searched for."""
    mail = made.write()
    made.run.sandbox.control("POST", "faults", LOST)
    driver.do_due(KIND)
    made.make_due()
    return mail.id


def _recover(made: OutboxRun, driver: KillDriver) -> None:
    """Let others take over until nothing is under way."""
    for _ in range(MOST_ROUNDS):
        made.make_due()
        driver.do_due(KIND)
        if not _is_under_way(made):
            return


def _is_under_way(made: OutboxRun) -> bool:
    sql = "select count(*) from outbox where state in ('waiting', 'sending', 'unknown', 'accepted')"
    return made.run.value(sql) > 0


def killed_at_random(*, kills: int = 100) -> Outcome:
    """Two workers, whose clocks run fast, are killed again and again while members write."""
    dice = random.Random(12)  # noqa: S311  # the same moments each time, as far as a machine allows
    with outbox() as made:
        began = time.monotonic()
        workers = [_worker(made, began) for _ in range(2)]
        mails = []
        for number in range(kills):
            mails.append(made.write(number).id)
            time.sleep(dice.uniform(0.5, 2.5))
            place = dice.randrange(2)
            workers[place].kill()
            workers[place].wait()
            made.run.struck += 1
            workers[place] = _worker(made, began)
        made.run.until(lambda: not _is_under_way(made), "all mail was decided", seconds=240)
        for each in workers:
            each.terminate()
            each.wait(60)
        wrong = [*made.run.wrong, *made.wrong(mails)]
        return Outcome(made.run.struck, f"{len(mails)} mails, each once", tuple(wrong))


def _worker(made: OutboxRun, began: float) -> subprocess.Popen[bytes]:
    """A worker whose clock is where that of the other worker is."""
    ahead = (time.monotonic() - began) * (PACE - 1)
    arguments = ("-m", "faults.harness.clock_worker", str(ahead), str(PACE), "50")
    return programs.start(made.run, *arguments)


FAULTS: Faults = {
    "mail-killed": partial(killed, _write),
    "mail-search-killed": partial(killed, _lose),
    "mail-killed-at-random": killed_at_random,
}
# With --full: longer runs of the same.
FULL: Faults = {"mail-killed-at-random": partial(killed_at_random, kills=1000)}
