"""When work that failed is tried again, and what is said about it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import NotAllowed, NotFound, PortalError
from portal.graph.errors import (
    MailboxFenced,
    MailboxMissing,
    NeedsReconnect,
    PermissionMissing,
    Throttled,
)
from portal.worker.due import KINDS
from portal.worker.queue import Setback

SHORTEST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)
# Its row is due again as soon as the person reconnects.
AFTER_RECONNECT = timedelta(minutes=1)
# Exchange keeps a refusal for that long, and asking earlier may prolong it.
AFTER_CLOSED = timedelta(minutes=30)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OF_OURS = (
    "Something went wrong in Portal. It tries again automatically. The worker's log has "
    "the details."
)


def setback(error: Exception) -> Setback:
    if not isinstance(error, PortalError):
        return Setback(OF_OURS, backoff)
    least = timedelta(seconds=error.retry_after or 0)
    if isinstance(error, MailboxFenced):
        least = max(least, AFTER_CLOSED)
    return replace(_setback(error, least), at_least=least)


def _setback(error: PortalError, least: timedelta) -> Setback:
    if isinstance(error, Throttled):
        return Setback(str(error), _exactly(least) if least else backoff, is_throttled=True)
    if isinstance(error, NeedsReconnect):
        return Setback(str(error), _exactly(AFTER_RECONNECT))
    if isinstance(error, MailboxMissing):
        return Setback(str(error), _exactly(DAY))
    if isinstance(error, MailboxFenced):
        return Setback(str(error), _exactly(least))
    if isinstance(error, PermissionMissing) and least:
        # The organization's consent may be back any moment.
        return Setback(str(error), lambda times: min(HOUR, least * (1 << min(times - 1, 6))))
    if isinstance(error, PermissionMissing | NotAllowed):
        return Setback(str(error), _exactly(HOUR))
    return Setback(str(error), lambda times: max(least, backoff(times)))


def backoff(times: int) -> timedelta:
    """Twice as long each time, up to an hour."""
    return min(LONGEST, SHORTEST * (1 << min(times - 1, 10)))


def _exactly(wait: timedelta) -> Callable[[int], timedelta]:
    return lambda _: wait


def try_again(act: Act, part: str, job_id: str) -> None:
    """Make one row of the Jobs page due. A worker takes it up within a second."""
    of_part = [kind for kind in KINDS if kind.part.name == part]
    with act.rows.write():
        if not any(kind.make_due(act.rows, job_id, now=act.now) for kind in of_part):
            raise NotFound
        act.record(
            Action.JOB_TRIED_AGAIN,
            f"{part} {job_id}",
        )
