"""Two workers, whose clocks run fast, are killed again and again during the work."""

import random
import subprocess
import time
from collections.abc import Callable

from faults.harness import programs
from faults.harness.fault_run import FaultRun
from faults.kills.each_step import Recoverable

# Ten minutes of searches or proofs pass in 15 seconds, and a killed worker's claim in three.
PACE = 40


def kill_two_workers(
    made: Recoverable,
    begin: Callable[[int], None],
    *,
    kills: int,
    seed: int,
    waits: tuple[float, float],
    what: str,
    seconds: float,
) -> None:
    """Begin a piece of work before each kill, then let both workers finish all of it."""
    dice = random.Random(seed)  # noqa: S311  # the same moments each time, as far as a machine allows
    started = time.monotonic()
    workers = [_worker(made.run, started) for _ in range(2)]
    for number in range(kills):
        begin(number)
        time.sleep(dice.uniform(*waits))
        place = dice.randrange(2)
        workers[place].kill()
        workers[place].wait()
        made.run.struck += 1
        workers[place] = _worker(made.run, started)
    made.run.until(lambda: not made.is_under_way, what, seconds=seconds)
    for each in workers:
        each.terminate()
        each.wait(60)


def _worker(run: FaultRun, started: float) -> subprocess.Popen[bytes]:
    """A worker whose clock is where that of the other worker is."""
    ahead = (time.monotonic() - started) * (PACE - 1)
    arguments = ("-m", "faults.harness.clock_worker", str(ahead), str(PACE), "50")
    return programs.start(run, *arguments)
