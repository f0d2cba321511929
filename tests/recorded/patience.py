"""Waiting for what another program does, however busy the machine is."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.25


def wait_until(holds: Callable[[], bool], *, told: Callable[[], str], quiet: float = 0.0) -> None:
    """Until it holds, and has held for `quiet` seconds; after too long, what is told is raised."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    since: float | None = None
    while True:
        now = time.monotonic()
        since = (now if since is None else since) if holds() else None
        if since is not None and time.monotonic() >= since + quiet:
            return
        if now > deadline:
            raise AssertionError(told())
        time.sleep(PAUSE_SECONDS)


def begin_another_second() -> None:
    """Feeds are in the order of seconds: what comes next has a later one than what came before."""
    time.sleep(1.1)
