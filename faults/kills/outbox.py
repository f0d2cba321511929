"""kill -9 at each step of sending and of a search for a copy, and of two workers at random."""

from collections.abc import Callable
from functools import partial

from faults.harness.outbox import OutboxRun, outbox
from faults.harness.outcome import Faults, Outcome
from faults.kills.at_random import kill_two_workers
from faults.kills.each_step import killed_at_each_step
from faults.kills.kill_driver import KillDriver, kill_driver

KIND = "sending"
LOST = {"path": "/sendMail", "times": 1, "carriedOut": True, "reset": True}


def killed(prepare: Callable[[OutboxRun, KillDriver], str], *, every: int = 1) -> Outcome:
    """Each mail arrives once, or its row says that only a person can tell."""
    with outbox() as made, kill_driver(made.run) as driver:
        return killed_at_each_step(
            made,
            driver,
            KIND,
            prepare=lambda _: prepare(made, driver),
            wrong=lambda mail_id: made.wrong([mail_id]),
            checked="each mail once",
            every=every,
        )


def _write(made: OutboxRun, _driver: KillDriver) -> str:
    return made.write().id


def _lose(made: OutboxRun, driver: KillDriver) -> str:
    """A mail that arrived, whose answer was lost, and that is to be searched for."""
    mail = made.write()
    made.run.sandbox.control("POST", "faults", LOST)
    driver.do_due(KIND)
    made.make_due()
    return mail.id


def killed_at_random(*, kills: int = 100) -> Outcome:
    """Two workers, whose clocks run fast, are killed again and again while members write."""
    with outbox() as made:
        mails: list[str] = []
        kill_two_workers(
            made,
            lambda number: mails.append(made.write(number).id),
            kills=kills,
            seed=12,
            waits=(0.5, 2.5),
            what="all mail was decided",
            seconds=240,
        )
        wrong = [*made.run.wrong, *made.wrong(mails)]
        return Outcome(made.run.struck, f"{len(mails)} mails, each once", tuple(wrong))


FAULTS: Faults = {
    "mail-killed": partial(killed, _write),
    "mail-search-killed": partial(killed, _lose),
    "mail-killed-at-random": killed_at_random,
}
# With --full: longer runs of the same.
FULL: Faults = {"mail-killed-at-random": partial(killed_at_random, kills=1000)}
