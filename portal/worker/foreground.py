"""One mailbox synced while somebody looks on: claimed like a worker does, followed to the end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from portal import clock
from portal.email import jobs, settings_store, store
from portal.email.models import SyncStatus
from portal.errors import Conflict, NotFound, PortalError
from portal.services import Services
from portal.storage.claims import Claim, ClaimLost
from portal.worker.retry import setback

# An expired cursor restarts a folder; twenty restarts are no accident.
MOST_LOOKS = 20
EXTEND_SECONDS = 20.0


def sync(services: Services, address: str, show: Callable[[SyncStatus], None]) -> SyncStatus:
    """Until the mailbox is followed; `show` is told after each page. Refuses what a worker has."""
    now = clock.utc_now()
    store.take_over_readable(services.rows, now=now)
    user_id = store.owner_of(services.rows, address)
    if user_id is None:
        raise NotFound(f"No mailbox of {address} is known here. Has this person connected?")
    for _ in range(MOST_LOOKS):
        claim = _claim(services, user_id, address, clock.utc_now())
        _work(services, claim, lambda: show(_status(services, user_id)))
        if _status(services, user_id).first_sync_finished_at is not None:
            break
    return _status(services, user_id)


def _claim(services: Services, user_id: str, address: str, now: datetime) -> Claim:
    claim = store.claim_of_person(services.rows, user_id, "flask sync", now=now)
    if claim is None:
        raise Conflict(
            f"The mailbox of {address} is not free: a worker syncs it now, or sync is off, the "
            "person is disabled or has to reconnect. The Jobs page says which."
        )
    return claim


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
