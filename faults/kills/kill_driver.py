"""Kill one piece of work at its first step, its second and so on, until it gets through."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.harness import programs
from faults.harness.fault_run import FaultRun
from portal.storage.copies import copy_database, overwrite_database

MOST_WRONG = 5


@dataclass
class KillDriver:
    """A worker that does each piece of work in a fork, which can kill itself at a step."""

    program: subprocess.Popen[bytes]
    below: Path

    def do(self, work: str, *, kill_at: int = 0, **arguments: str) -> str:
        """Return "killed", "failed", or "done" with the number of steps."""
        asked = {
            "work": work, "kill_at": kill_at, "below": str(self.below), "arguments": arguments,
        }  # fmt: skip  # the line that is sent
        programs.write_line(self.program, json.dumps(asked))
        return programs.read_line(self.program).decode().strip()

    def do_due(self, kind: str = "") -> str:
        """Do what is due, of one kind of work or of all."""
        return self.do("due", kind=kind)


@contextmanager
def kill_driver(run: FaultRun) -> Iterator[KillDriver]:
    program = programs.talking(run, "-m", "faults.kills.kill_worker")
    try:
        yield KillDriver(program, run.folder)
    finally:
        program.communicate()


def kill_at_each_step(
    run: FaultRun,
    work: Callable[[int], str],
    *,
    before: Callable[[], None],
    after: Callable[[int], None],
    every: int = 1,
) -> int:
    """Call `work` with the step to die at, until it gets through; return the number of steps."""
    step, answer = 0, "killed"
    while answer == "killed" and len(run.wrong) < MOST_WRONG:
        step += every
        before()
        answer = work(step)
        if answer == "killed":
            run.struck += 1
            after(step)
    if not answer.startswith("done"):
        run.wrong.append(f"it {answer} at step {step}")
        return 0
    return int(answer.split()[1])


def kill_from_same_rows(
    run: FaultRun,
    driver: KillDriver,
    work: str,
    *,
    check: Callable[[], None],
    every: int,
    **arguments: str,
) -> int:
    """Kill at each step, always from the present rows; what `check` finds names the step."""
    database, pristine = run.services.config.database_file, run.folder / "pristine.db"
    copy_database(database, pristine)

    def check_step(step: int) -> None:
        before = len(run.wrong)
        check()
        run.wrong[before:] = [f"step {step}: {each}" for each in run.wrong[before:]]

    return kill_at_each_step(
        run,
        lambda step: driver.do(work, kill_at=step, **arguments),
        before=lambda: overwrite_database(pristine, database),
        after=check_step,
        every=every,
    )
