"""A worker inside of a test's process: runs what is due until nothing is."""

from portal import clock
from portal.email import store as mailboxes
from portal.errors import PortalError
from portal.services import Services
from portal.worker.due import KINDS, Kind
from portal.worker.retry import setback

MOST = 200


def work(services: Services, *names: str) -> None:
    """Run all due work of these kinds, or of every kind. What is refused waits."""
    mailboxes.take_over_readable(services.rows, now=clock.utc_now())
    kinds = [each for each in KINDS if not names or each.name in names]
    for _ in range(MOST):
        if sum(_worked(services, each) for each in kinds) == 0:
            return
    raise AssertionError(f"still due after {MOST} rounds: {names}")


def _worked(services: Services, kind: Kind) -> bool:
    claim = kind.claim(services, "test", now=clock.utc_now())
    if claim is None:
        return False
    try:
        kind.work(services, claim, lambda: False)
    except PortalError as error:
        kind.fail(services, claim, setback(error), now=clock.utc_now())
    return True
