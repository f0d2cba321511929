"""`python -m tests.corpus [BOX ...]`: the whole comparison, with its figures."""

import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.corpus import comparison, threads


def main() -> int:
    if not threads.is_available():
        print("No mail corpus was found; name its parent folder in PORTAL_SHARED.")
        return 2
    is_exact = True
    for box in sys.argv[1:] or threads.BOXES:
        plans = {"as mail": comparison.plan(box), "untouched": comparison.untouched_plan(box)}
        for how, plan in plans.items():
            print(f"{box}, {how}", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                results = comparison.run(plan, Path(folder), say=partial(print, flush=True))
            is_exact = is_exact and all(result.is_exact for result in results)
    return 0 if is_exact else 1


if __name__ == "__main__":
    sys.exit(main())
