"""All faults by their names, and one of them at its work."""

import logging
import time
from collections.abc import Callable

from faults import (
    answers,
    clocks,
    consented,
    copies,
    directory,
    keys,
    killed,
    machine,
    mailbox,
    microsoft,
    rubbish,
    tokens,
    upkeep,
    web,
    worker,
)
from faults.outcome import Outcome

PARTS = (
    killed, worker, upkeep, copies, microsoft, clocks, tokens,
    answers, mailbox, machine, keys, web, rubbish, consented, directory,
)  # fmt: skip  # one to a line says no more
FAULTS: dict[str, Callable[[], Outcome]] = {
    name: fault for part in PARTS for name, fault in part.FAULTS.items()
}


def run(name: str) -> Outcome:
    logging.disable()  # what the portal's own programs log is read; here it would hide the lines
    started = time.monotonic()
    try:
        outcome = FAULTS[name]()
    except Exception as error:
        outcome = Outcome(0, "did not get to its end", (f"{type(error).__name__}: {error}",))
    print(f"{name} ({time.monotonic() - started:.0f} s): {outcome}", flush=True)
    return outcome
