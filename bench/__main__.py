"""`python -m bench [--full] [PART ...]`: print ratios to floors of the same run.

`--full` adds the parts that take minutes; a named part always runs.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterator

from bench import (
    email_sync,
    full_table,
    idle_round,
    notifications,
    pages,
    user_sync,
    watch_round,
)
from bench.measure import Outcome

PARTS: dict[str, Callable[[], Iterator[Outcome]]] = {
    "1": email_sync.first_syncs,
    "3": email_sync.throttled,
    "5": user_sync.against_the_floor,
    "6": email_sync.memory,
    "6 users": user_sync.memory,
    "8": idle_round.idle_round,
    "9": pages.settings_page,
    "10": pages.switches,
    "11": notifications.notifications,
    "12": notifications.many_notifications,
    "13": watch_round.watch_round,
}
FULL: dict[str, Callable[[], Iterator[Outcome]]] = {
    "2 o365": email_sync.against_o365,
    "6 million": email_sync.memory_of_a_million,
    "7": full_table.full_table,
    "9 million": pages.settings_page_of_a_full_portal,
}


def main() -> int:
    cores = os.cpu_count()
    print(f"Python {platform.python_version()}, {cores} cores, {platform.machine()}", flush=True)
    for part in _asked_for(sys.argv[1:]):
        for outcome in part():
            print(outcome, flush=True)
    return 0


def _asked_for(arguments: list[str]) -> list[Callable[[], Iterator[Outcome]]]:
    named = [each for each in arguments if each != "--full"]
    known = PARTS | FULL
    if unknown := [each for each in named if each not in known]:
        sys.exit(f"There is no part {unknown[0]!r}. There are: {', '.join(known)}.")
    parts = known if "--full" in arguments else PARTS
    return [known[name] for name in named or parts]


if __name__ == "__main__":
    sys.exit(main())
