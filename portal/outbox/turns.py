"""Work on one sending mailbox: each mail in turn goes, is searched for, or is given up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from portal import clock
from portal.errors import PortalError
from portal.graph.errors import NotConnected, PermissionMissing
from portal.microsoft365 import status
from portal.microsoft365.clients import Microsoft365
from portal.outbox import attempt_store, attempts, automated, limits, looks
from portal.outbox.alias_tests import arrival
from portal.outbox.attempt_store import MOST_LOOKS
from portal.outbox.checks import is_without_candidate
from portal.outbox.models import GIVEN_UP_AFTER, Ended, Kind, Mail, State
from portal.outbox.store import attempts as attempts_of
from portal.outbox.work import Work, refused, take_over, waits, withdrawn
from portal.storage.claims import Claim
from portal.storage.rows import Rows

AFTER_HINDRANCE = timedelta(minutes=1)
AFTER_FAILED_LOOK = timedelta(minutes=1)
GIVEN_UP = "It could not be sent within 24 hours."
USELESS = "It was not sent in time for what it is about."
NO_CANDIDATE = "The candidate was deleted."
CANNOT_TELL = (
    "Microsoft asked Portal to wait, and Portal may not read this mailbox to see whether the "
    "message went out in spite of that."
)


def work_through(
    rows: Rows, microsoft365: Microsoft365, claim: Claim, *, should_stop: Callable[[], bool]
) -> None:
    """Do the due work of a claimed mailbox, and give the claim back."""
    work = Work(rows, microsoft365, claim)
    take_over(work)
    failure = None
    while not should_stop():
        now = clock.utc_now()
        may_send = limits.free_at(rows, work.through_id, now=now) <= now
        mail = attempt_store.next_due(rows, work.through_id, now=now, may_send=may_send)
        if mail is None:
            break
        _turn(work, mail)
    now = clock.utc_now()
    with rows.write():
        failure = attempt_store.waiting_failure(rows, work.through_id, now=now)
        free_at = limits.free_at(rows, work.through_id, now=now)
        attempt_store.end_work(rows, claim, now=now, not_before=free_at, failure=failure)


def _turn(work: Work, mail: Mail) -> None:
    if mail.state is State.WAITING:
        _go(work, mail)
    elif mail.state is State.SEEN:
        arrival.look(work, mail)
    else:
        looks.look(work, mail)


def _go(work: Work, mail: Mail) -> None:
    """Send a mail that waits, unless it has ended or is blocked."""
    if _has_ended(work, mail) or (mail.kind is Kind.AUTOMATED and automated.hold(work, mail)):
        return
    now = clock.utc_now()
    is_configured = work.microsoft365.is_configured
    hindrance = status.in_the_way(work.rows, is_configured=is_configured)
    if hindrance:
        work.save(waits(mail, hindrance, due_at=now + AFTER_HINDRANCE, now=now), was=State.WAITING)
    elif not _was_throttled(work, mail) or _is_not_there(work, mail):
        attempts.send(work, mail)


def _has_ended(work: Work, mail: Mail) -> bool:
    """End a mail that is too late, or that could not go for too long."""
    now = clock.utc_now()
    give_up_at = mail.give_up_at or mail.free_at + GIVEN_UP_AFTER
    if is_without_candidate(mail):
        ended = withdrawn(mail, NO_CANDIDATE, now=now)
    elif mail.useless_at is not None and mail.useless_at <= now:
        ended = withdrawn(mail, _useless(mail), now=now)
    elif give_up_at <= now and (not _was_throttled(work, mail) or _is_not_there(work, mail)):
        ended = refused(mail, f"{GIVEN_UP} {mail.failure or ''}".rstrip(), now=now)
    else:
        return give_up_at <= now
    work.save(ended, was=State.WAITING)
    return True


def _useless(mail: Mail) -> str:
    if mail.kind is Kind.ALIAS_TEST:
        return f"It could not be sent within an hour. {mail.failure or ''}".rstrip()
    return USELESS


def _was_throttled(work: Work, mail: Mail) -> bool:
    """Whether the last call was answered with 429: mail was once delivered in spite of it."""
    before = attempts_of(work.rows, mail.id)
    return bool(before) and before[-1].outcome in (Ended.THROTTLED, Ended.HELD)


def _is_not_there(work: Work, mail: Mail) -> bool:
    """Search for a throttled mail. False if it was found, or the search failed."""
    now = clock.utc_now()
    try:
        found = looks.search(work.rows, work.microsoft365, mail)
    except (PermissionMissing, NotConnected):
        asks = replace(mail, state=State.ASKS, failure=CANNOT_TELL, failed_at=now, due_at=now)
        work.save(replace(asks, is_throttled=False, looks=MOST_LOOKS), was=State.WAITING)
        return False
    except PortalError as error:
        wait = max(timedelta(seconds=error.retry_after or 0), AFTER_FAILED_LOOK)
        is_over = mail.give_up_at is not None and mail.give_up_at <= now
        state = State.ASKS if is_over else State.WAITING
        work.save(replace(mail, state=state, due_at=now + wait, looks=0), was=State.WAITING)
        return False
    return not looks.save_found(work, mail, found.copies)
