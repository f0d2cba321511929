"""`python -m faults [NAME ...]`: strike, recover, check; a line for each and a sum."""

import logging
import sys
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


def main() -> int:
    logging.disable()  # what the portal's own programs log is read; here it would hide the lines
    names = sys.argv[1:] or list(FAULTS)
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        print(f"There is no fault {', '.join(unknown)}; there are {', '.join(FAULTS)}.")
        return 2
    outcomes = [_run(name) for name in names]
    survived = sum(each.is_survived for each in outcomes)
    skipped = sum(bool(each.skipped) for each in outcomes)
    print(
        f"{survived} of {len(outcomes)} faults survived, {skipped} skipped;"
        f" struck {sum(each.struck for each in outcomes)} times,"
        f" {sum(each.inputs for each in outcomes)} bad inputs tried;"
        f" messages lost {sum(each.lost for each in outcomes)},"
        f" doubled {sum(each.doubled for each in outcomes)}"
    )
    return 0 if survived + skipped == len(outcomes) else 1


def _run(name: str) -> Outcome:
    started = time.monotonic()
    try:
        outcome = FAULTS[name]()
    except Exception as error:
        outcome = Outcome(0, "did not get to its end", (f"{type(error).__name__}: {error}",))
    print(f"{name} ({time.monotonic() - started:.0f} s): {outcome}", flush=True)
    return outcome


if __name__ == "__main__":
    sys.exit(main())
