"""A worker's turn on one interview: step after step, until Microsoft agrees with its row."""

import time
from collections.abc import Callable, Mapping

from portal import clock
from portal.errors import PortalError
from portal.graph.errors import Gone
from portal.interviews import access
from portal.interviews.findings import write_back
from portal.interviews.microsoft import (
    create,
    failures,
    invite,
    left,
    link,
    proof,
    settle,
    unsure,
    update,
    vanished,
    withdraw,
    work_store,
)
from portal.interviews.microsoft.models import Do, Known, Next, Pause
from portal.interviews.microsoft.next_step import next_step
from portal.interviews.microsoft.work import Work
from portal.interviews.told import moved
from portal.services import Services
from portal.storage.claims import Claim, ClaimLost

STEPS: Mapping[Do, Callable[[Work, Known, Next], None]] = {
    Do.PLAN: create.plan,
    Do.CREATE: create.create,
    Do.LINK: link.secure,
    Do.CHECK: unsure.check,
    Do.INVITE: invite.invite,
    Do.UPDATE: update.update,
    Do.CANCEL: withdraw.cancel,
    Do.SETTLE: settle.settle,
    Do.END: settle.end,
    Do.DISCARD: create.discard,
    Do.GIVE_UP: failures.give_up,
    Do.WRITE_BACK: write_back.write_back,
    Do.PROVE: proof.prove,
    Do.COPIES: moved.read_copies,
}


def work_through(
    services: Services, claim: Claim, *, should_stop: Callable[[], bool], pause: Pause = time.sleep
) -> None:
    """Take every step that is due. Each is saved before the next, and may be repeated."""
    work = Work(services, claim, pause)
    while not should_stop():
        known = work.known
        found = next_step(known, now=clock.utc_now())
        if found.do in STEPS:
            _take(work, known, found)
        elif _rest(work):
            return
    work_store.CLAIMS.release(services.rows, claim, due_at=clock.utc_now())


def _take(work: Work, known: Known, found: Next) -> None:
    try:
        STEPS[found.do](work, known, found)
    except ClaimLost:
        raise
    except Gone as failure:
        if known.is_anybody_invited and found.event is not None:
            failure.args = (access.not_found(work.services, known.interview, found.event),)
        if not (vanished.start_again(work, known, found) or _gives_up(work, known, found, failure)):
            raise
    except PortalError as failure:
        if not _gives_up(work, known, found, failure):
            raise


def _gives_up(work: Work, known: Known, found: Next, failure: PortalError) -> bool:
    """Note why a write failed, and give up after an hour of failures.

    An event that only its owner could take off is left, so that the interview goes on.
    """
    if not found.do.may_fail_for_an_hour:
        return False
    may_leave = left.may_be_left(known, found, failure)
    is_closed = may_leave and left.is_closed(found.of, failure)
    if not is_closed and not failures.is_over(work, str(failure)):
        return False
    if may_leave:
        left.leave(work, known, found.of)
        return True
    failures.give_up(work, work.known, Next(Do.GIVE_UP, reason=str(failure)))
    return True


def _rest(work: Work) -> bool:
    """Give the claim back. False if a page changed the interview since it was read."""
    with work.rows.write():
        work.renew()
        now = clock.utc_now()
        found = next_step(work.known, now=now)
        if found.do is Do.NOTHING:
            work_store.end(work.rows, work.claim)
        elif found.do is Do.WAIT and found.at is not None:
            work_store.rest(work.rows, work.claim, due_at=found.at, now=now)
        else:
            return False
    return True
