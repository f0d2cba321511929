"""Sync one mailbox while a person watches: claimed as a worker does, or followed beside one."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal import clock
from portal.email import jobs, settings_store, store
from portal.email.models import SyncStatus
from portal.errors import Conflict, NotFound, PortalError
from portal.graph.errors import MISSING
from portal.services import Services
from portal.storage.claims import Claim, ClaimLost
from portal.worker.retry import setback

# An expired cursor restarts a folder; twenty restarts are no accident.
MOST_LOOKS = 20
EXTEND_SECONDS = 20.0
SECONDS_BETWEEN_LOOKS = 0.5


def sync(services: Services, address: str, show: Callable[[SyncStatus], None]) -> SyncStatus:
    """Sync until the mailbox is followed. `show` is told after each page.

    Shows the progress of a worker that has the mailbox. An address, an alias or a user name names
    the mailbox.
    """
    now = clock.utc_now()
    store.take_over_readable(services.rows, now=now)
    user_id = store.owner_of(services.rows, address)
    if user_id is None:
        raise NotFound(f"No mailbox of {address} is known here. Has this person connected?")
    for _ in range(MOST_LOOKS):
        claim = store.claim_of_person(services.rows, user_id, "flask sync", now=clock.utc_now())
        if claim is not None:
            _work(services, claim, lambda: show(_status(services, user_id)))
        else:
            _watch(services, user_id, address, show)
        if _status(services, user_id).absent_since is not None:
            raise Conflict(f"{address}: {MISSING}")
        if _status(services, user_id).first_sync_finished_at is not None:
            break
    return _status(services, user_id)


def _watch(
    services: Services, user_id: str, address: str, show: Callable[[SyncStatus], None]
) -> None:
    """Show the progress of the worker that has this mailbox, until it is done."""
    if not store.is_worked_on(services.rows, user_id, now=clock.utc_now()):
        raise Conflict(
            f"The mailbox of {address} cannot be synced now: sync is off, or the person is "
            "disabled or has to reconnect. The Jobs page says which."
        )
    while store.is_worked_on(services.rows, user_id, now=clock.utc_now()):
        show(_status(services, user_id))
        time.sleep(SECONDS_BETWEEN_LOOKS)


def kept_count(services: Services, status: SyncStatus) -> int:
    """The messages with candidates in this mailbox, those of searches included."""
    return store.count_messages(services.rows, status.mailbox_id)


def _work(services: Services, claim: Claim, show: Callable[[], None]) -> None:
    def shown_and_not_stopped() -> bool:
        show()
        return False

    try:
        with _kept(services, claim):
            jobs.sync_due_mailbox(services, claim, shown_and_not_stopped)
    except ClaimLost:
        raise
    except PortalError as error:
        jobs.MAILBOXES.fail(services, claim, setback(error), now=clock.utc_now())
        raise
    except KeyboardInterrupt:
        store.CLAIMS.release(services.rows, claim, due_at=clock.utc_now())
        raise


@contextmanager
def _kept(services: Services, claim: Claim) -> Iterator[None]:
    """Extend the claim during the sync, as a worker's loop does."""
    is_over = threading.Event()

    def extend() -> None:
        while not is_over.wait(EXTEND_SECONDS):
            jobs.MAILBOXES.extend(services, claim, now=clock.utc_now())

    thread = threading.Thread(target=extend, name="claim", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _status(services: Services, user_id: str) -> SyncStatus:
    found = settings_store.status(services.rows, user_id, now=clock.utc_now())
    if found is None:
        raise NotFound("The mailbox was removed meanwhile.")
    return found
