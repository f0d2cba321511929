"""Kill one kind of work at each of its steps, each time on rows that are made for that kill."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from faults.harness import invariants
from faults.harness.fault_run import FaultRun
from faults.harness.outcome import Outcome
from faults.kills.kill_driver import KillDriver, kill_at_each_step
from portal.storage.copies import copy_database, overwrite_database

T = TypeVar("T")
# Each lost answer is a failure of its own, and searches or proofs come after.
MOST_ROUNDS = 12


class Recoverable(Protocol):
    """A run whose work others take over."""

    @property
    def run(self) -> FaultRun: ...

    @property
    def is_under_way(self) -> bool: ...

    def make_due(self) -> None:
        """Let the time of each wait pass, and end the claim of a killed worker."""


def killed_at_each_step(
    made: Recoverable,
    driver: KillDriver,
    kind: str,
    *,
    prepare: Callable[[int], T],
    wrong: Callable[[T], list[str]],
    checked: str,
    every: int,
) -> Outcome:
    """Prepare, kill and let others take over, at each step; `wrong` judges what was prepared.

    Every kill begins with the database as it is now. `prepare` is given the number of the kill.
    """
    run = made.run
    database, pristine = run.services.config.database_file, run.folder / "before.db"
    copy_database(database, pristine)
    prepared: list[T] = []

    def before() -> None:
        run.clear_faults()
        overwrite_database(pristine, database)
        prepared.append(prepare(len(prepared)))

    def after(step: int) -> None:
        finish(made, driver, kind)
        run.wrong += [f"step {step}: {each}" for each in wrong(prepared[-1])]

    steps = kill_at_each_step(
        run,
        lambda step: driver.do("due", kill_at=step, kind=kind),
        before=before,
        after=after,
        every=every,
    )
    finish(made, driver, kind)
    found = [*run.wrong, *wrong(prepared[-1]), *invariants.secrets_in(run.log, run)]
    return Outcome(run.struck, f"all {steps} steps; {checked}", tuple(found))


def finish(made: Recoverable, driver: KillDriver, kind: str) -> None:
    """Let others take over until nothing is under way."""
    for _ in range(MOST_ROUNDS):
        made.make_due()
        driver.do_due(kind)
        if not made.is_under_way:
            return
