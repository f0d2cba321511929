"""A worker whose clock is off by some seconds, or runs too fast.

At a pace of 60 an hour passes in a minute, for the time it reads and for its own waits. The
practice tenant answers at normal speed.
"""

import sys
import time
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partialmethod
from types import SimpleNamespace

from portal import clock
from portal.email import sync
from portal.graph.client import GraphClient
from portal.worker import loop

sleep, monotonic = time.sleep, time.monotonic


def main(offset: float, pace: float, page: int) -> None:
    _set_clock(offset, pace)
    sync.PAGE_SIZE = f"odata.maxpagesize={page}"
    import wsgi  # reads the clock while it is imported

    loop.run_until_told(wsgi.app.extensions["portal"])


def _set_clock(offset: float, pace: float) -> None:
    started = monotonic()

    def now(tz: tzinfo | None = None) -> datetime:
        ahead = offset + (monotonic() - started) * (pace - 1)
        return datetime.now(tz) + timedelta(seconds=ahead)

    def wait(seconds: float) -> None:
        sleep(seconds / pace)

    # portal.clock is the only reader of the clock, and uses no more of these two.
    fast_datetime = SimpleNamespace(now=now, fromisoformat=datetime.fromisoformat)
    fast_time = SimpleNamespace(
        monotonic=lambda: monotonic() * pace,
        time_ns=lambda: int(now(UTC).timestamp() * 1e9),
    )
    vars(clock).update(datetime=fast_datetime, time=fast_time)
    vars(time).update(sleep=wait)
    GraphClient.__init__ = partialmethod(GraphClient.__init__, wait=wait)  # type: ignore[assignment]  # its waits run fast too
    loop.LOOK_SECONDS /= min(pace, 10)  # polling at the full pace would measure only the machine


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
