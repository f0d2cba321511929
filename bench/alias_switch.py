"""Switch an alias many times a second, as its page does, and time each switch."""

import sys
import time
from pathlib import Path

import orjson

from bench import product
from portal.audit.act import Act
from portal.clock import utc_now
from portal.email import aliases, settings_store

RATE = 200
COUNT = 1000


def main() -> None:
    """Take ROOT FOLDER USER ALIAS; print the seconds of each switch."""
    root, folder, user, alias = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    rows = product.services_for(folder, root).rows
    seconds = []
    started = time.perf_counter()
    for number in range(COUNT):
        time.sleep(max(0.0, started + number / RATE - time.perf_counter()))
        begun = time.perf_counter()
        known = settings_store.alias(rows, alias, owner=user)
        aliases.set_inclusion(
            Act(rows, product.ACTOR, utc_now()),
            known,
            included=number % 2 == 0,
            from_now=True,
        )
        seconds.append(time.perf_counter() - begun)
    print(orjson.dumps({"seconds": seconds}).decode())


if __name__ == "__main__":
    main()
