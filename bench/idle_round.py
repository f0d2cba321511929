"""Goal 8: one round of polling idle mailboxes."""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

from bench import product
from bench.measure import Outcome, canned, folder, report
from portal.clock import text, utc_now
from portal.services import Services
from portal.worker.loop import Worker

MAILBOXES = 100
# The goal is 1.6 s for 1,000 mailboxes.
WANTED = 1.6 / 1000


def idle_round() -> Iterator[Outcome]:
    """Wall and processor time a mailbox, with 80 ms a request and ten mailboxes at a time."""
    with canned(messages=0, delay=0.08) as root, folder() as place:
        found = report("bench.idle_round", root, str(place))
    ms, cpu = found["seconds"] / MAILBOXES * 1000, found["cpu"] / MAILBOXES * 1000
    what = "polling an idle mailbox, wall, in a round of a hundred"
    yield Outcome("8", what, f"{ms:.1f} ms", "<= 1.6 ms", ms <= WANTED * 1000)
    yield Outcome("8", "the same, processor", f"{cpu:.2f} ms", "<= 0.15 ms", cpu <= 0.15)


def main() -> None:
    """Take ROOT FOLDER; print the seconds of one round."""
    root, place = sys.argv[1], Path(sys.argv[2])
    services = product.services_for(place, root)
    for number in range(MAILBOXES):
        product.add_mailbox(services, number + 1)
    worker = Worker(services)
    thread = threading.Thread(target=worker.run)
    thread.start()
    while product.done(services)["following"] < MAILBOXES or not _is_idle(services):
        time.sleep(0.1)
    seconds, cpu = _round(services)
    worker.stop()
    thread.join()
    print(orjson.dumps({"seconds": seconds, "cpu": cpu}).decode())


def _is_idle(services: Services) -> bool:
    count = services.rows.value(
        int,
        "select count(*) from mailboxes where claimed_by is not null or due_at <= ?",
        [text(utc_now())],
    )
    return count == 0


def _round(services: Services) -> tuple[float, float]:
    with services.rows.write():
        services.rows.execute("update mailboxes set due_at = ?", [text(utc_now())])
    started, cpu = time.perf_counter(), time.process_time()
    while not _is_idle(services):
        time.sleep(0.01)
    return time.perf_counter() - started, time.process_time() - cpu


if __name__ == "__main__":
    main()
