"""Small work around the mailboxes: subscriptions, and rows that nobody needs any more."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.candidates import imports as importing
from portal.microsoft365 import app_registration as registering
from portal.microsoft365 import consent, consent_store
from portal.microsoft365 import jobs as microsoft365
from portal.services import Services
from portal.storage import sessions
from portal.storage.claims import Claim
from portal.worker import store


def due_consent(services: Services, worker: str, now: datetime) -> Claim | None:
    is_ours = consent.claim(services.rows, by=worker, now=now)
    return Claim(consent_store.ID, worker) if is_ours else None


def look_at_consent(services: Services, _claim: Claim, _stop: Callable[[], bool]) -> None:
    microsoft365.look_at_consent(services.microsoft365, services.rows)


def warn_of_expiry(services: Services, now: datetime) -> None:
    registering.warn_of_expiry(services.rows, now=now)


def leave_subscription(
    _services: Services,
    _claim: Claim,
    _sentence: str,
    *,
    waits: Callable[[int], timedelta],
    is_throttled: bool,
    now: datetime,
) -> None:
    """What Microsoft refused, the work noted itself; after a fault of ours the claim runs out."""


def extend_nothing(_services: Services, _claim: Claim, _now: datetime) -> None:
    """Opening a subscription takes less time than its claim lasts."""


def prune(services: Services, now: datetime) -> None:
    """Sessions that are over also go when nobody signs in any more."""
    idle = now - timedelta(minutes=services.config.idle_minutes)
    old = now - timedelta(hours=services.config.absolute_hours)
    with services.rows.write():
        sessions.delete_lapsed(services.rows, seen_before=idle, created_before=old)
        importing.prune(services.rows, now=now)
    store.forget_silent(services.rows, now=now)
