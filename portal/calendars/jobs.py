"""The room list as due work."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal import clock
from portal.calendars import rooms, store
from portal.graph.errors import PermissionMissing
from portal.microsoft365 import consent
from portal.microsoft365.permissions import Feature
from portal.services import Services
from portal.storage.claims import Claim


def claim_rooms(services: Services, worker: str, now: datetime) -> Claim | None:
    return store.claim_due(services.rows, worker, now=now)


def refresh_rooms(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    try:
        rooms.refresh(services.rows, services.microsoft365, claim, should_stop=should_stop)
    except PermissionMissing:
        consent.ask_again(services.rows, now=clock.utc_now())  # it may have been taken back
        raise


def extend_rooms(services: Services, claim: Claim, now: datetime) -> None:
    store.CLAIMS.extend(services.rows, claim, now=now)


def fail_rooms(
    services: Services,
    claim: Claim,
    sentence: str,
    *,
    waits: Callable[[int], timedelta],
    is_throttled: bool,
    now: datetime,
) -> None:
    with services.rows.write():
        is_ours = store.CLAIMS.fail(
            services.rows, claim, sentence, waits=waits, is_throttled=is_throttled, now=now
        )
        if is_ours and not is_throttled:
            consent.failed(services.rows, Feature.ROOMS, sentence, now)
