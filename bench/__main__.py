"""`python -m bench [GOAL ...]`: ratios against floors that are measured in the same run."""

import os
import platform
import sys
from collections.abc import Callable, Iterator

from bench import pages, polling, syncing, users
from bench.measure import Outcome

PARTS: dict[str, Callable[[], Iterator[Outcome]]] = {
    "1": syncing.first_syncs,
    "3": syncing.throttled,
    "5": users.against_the_floor,
    "6": syncing.memory,
    "6 users": users.memory,
    "8": polling.idle_round,
    "9": pages.settings_page,
    "10": pages.switches,
    "11": pages.notifications,
}


def main() -> int:
    cores = os.cpu_count()
    print(f"Python {platform.python_version()}, {cores} cores, {platform.machine()}", flush=True)
    for name, part in PARTS.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        for outcome in part():
            print(outcome, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
