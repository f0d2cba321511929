"""Strikes at one step after the other, until the work gets through."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.harness import programs
from faults.harness.fault_run import FaultRun


@dataclass
class KillDriver:
    """A program that works in forks, each of which may strike itself at a step."""

    program: subprocess.Popen[bytes]
    below: Path

    def strike(self, work: str, *, at: int = 0, **arguments: str) -> str:
        """ "killed", "failed", or "done" after so many steps."""
        asked = {"work": work, "at": at, "below": str(self.below), "arguments": arguments}
        programs.tell(self.program, json.dumps(asked))
        return programs.line_of(self.program).decode().strip()


@contextmanager
def kill_driver(run: FaultRun) -> Iterator[KillDriver]:
    program = programs.talking(run, "-m", "faults.kills.kill_worker")
    try:
        yield KillDriver(program, run.folder)
    finally:
        program.communicate()


def each_step(
    run: FaultRun,
    strike: Callable[[int], str],
    *,
    before: Callable[[], None],
    after: Callable[[int], None],
    every: int = 1,
) -> int:
    """`strike` at the first step, the next and so on, until the work gets through."""
    at, answer = 0, "killed"
    while answer == "killed" and len(run.wrong) < 5:
        at += every
        before()
        answer = strike(at)
        if answer == "killed":
            run.struck += 1
            after(at)
    if not answer.startswith("done"):
        run.wrong.append(f"it {answer} at step {at}")
        return 0
    return int(answer.split()[1])
