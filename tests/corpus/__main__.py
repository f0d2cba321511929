"""`python -m tests.corpus [BOX | calendars ...]`: the whole comparison, with its figures."""

import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.corpus import comparison, threads
from tests.corpus.calendars import comparison as calendars

CALENDARS = "calendars"


def main() -> int:
    if not threads.is_available():
        print("No mail corpus was found; name its parent folder in PORTAL_SHARED.")
        return 2
    wanted = sys.argv[1:] or [*threads.BOXES, CALENDARS]
    is_exact = calendars.run(say=print) if CALENDARS in wanted else True
    for box in [each for each in wanted if each != CALENDARS]:
        as_mail, say = comparison.plan(box), partial(print, flush=True)
        plans = (
            ("as mail", as_mail, False),
            ("with a shared mailbox", as_mail, True),
            ("untouched", comparison.untouched_plan(box), False),
        )
        for how, plan, is_shared in plans:
            say(f"{box}, {how}")
            with tempfile.TemporaryDirectory() as folder:
                place = Path(folder)
                results = comparison.run(plan, place, say=say, has_shared_mailbox=is_shared)
            is_exact = is_exact and all(result.is_exact for result in results)
    return 0 if is_exact else 1


if __name__ == "__main__":
    sys.exit(main())
