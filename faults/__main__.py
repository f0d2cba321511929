"""`python -m faults [--full] [NAME ...]`: inject faults, check, print a line each and a sum."""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from faults.suite import FAULTS, run

AT_ONCE = 2
FULL = "--full"


def main() -> int:
    is_full = FULL in sys.argv
    names = [each for each in sys.argv[1:] if each != FULL] or list(FAULTS)
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        print(f"There is no fault {', '.join(unknown)}; there are {', '.join(FAULTS)}.")
        return 2
    # Two processes at a time: faults share nothing and mostly wait.
    with ProcessPoolExecutor(
        AT_ONCE, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        outcomes = list(pool.map(partial(run, is_full=is_full), names))
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


if __name__ == "__main__":
    sys.exit(main())
