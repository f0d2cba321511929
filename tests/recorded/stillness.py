"""Pages are read while no worker changes what they say: it has nothing to do, or it is stopped."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.demo import RunningDemo
from tests.recorded import patience, rows
from tests.recorded.visits import Visit

JOBS = "/admin/jobs"
# A worker looks for new work every second; one that is late still finds it in this time.
QUIET_SECONDS = 2.0
RESTLESS = re.compile(r"^\| [^|]+\| (?:Running|Due) ", re.MULTILINE)


def wait_until_quiet(alex: Visit) -> None:
    """No work is due or under way, every subscription was tried, and none has come up for a while.

    The administrator reads it on the Jobs page.
    """
    patience.wait_until(lambda: _is_quiet(alex), told=alex.text, quiet=QUIET_SECONDS)


def _is_quiet(alex: Visit) -> bool:
    if not alex.sees(JOBS, "Nothing waits for a worker."):
        return False
    text = alex.text()
    return not RESTLESS.search(text) and "to be opened" not in text


@contextmanager
def hold_worker(demo: RunningDemo) -> Iterator[None]:
    """The worker stands still, and not in the middle of a transaction, which would stop us too."""
    worker = next(each.process for each in demo.programs if each.name == "worker")

    def is_held() -> bool:
        worker.send_signal(signal.SIGSTOP)
        if rows.can_be_written(demo.environment.folder):
            return True
        worker.send_signal(signal.SIGCONT)
        return False

    patience.wait_until(is_held, told=lambda: "The worker writes all the time.")
    try:
        yield
    finally:
        worker.send_signal(signal.SIGCONT)
