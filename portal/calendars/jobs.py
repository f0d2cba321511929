"""The room list as due work."""

from collections.abc import Callable
from datetime import datetime

from portal import clock
from portal.calendars import rooms, store
from portal.graph.errors import PermissionMissing
from portal.microsoft365 import consent, coverage
from portal.microsoft365.permissions import Feature
from portal.services import Services
from portal.storage.claims import Claim
from portal.worker.queue import ORGANIZATION, WorkKind

REFUSED = (
    "Microsoft refuses the list of rooms. A permission is missing, or so new that Microsoft does "
    "not know of it everywhere yet, which can take an hour. Portal will try again."
)


def plan_rooms(services: Services, now: datetime) -> bool:
    """The list is read for the first time as soon as something permits it."""
    if not store.is_planned(services.rows):
        with services.rows.write():
            store.make_due(services.rows, now=now)
    return True


def refresh_rooms(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    try:
        rooms.refresh(services.rows, services.microsoft365, claim, should_stop=should_stop)
    except PermissionMissing as refusal:
        consent.ask_again(services.rows, now=clock.utc_now())  # it may have been taken back
        raise PermissionMissing(REFUSED, retry_after=consent.SECONDS_AFTER_REFUSAL) from refusal


def note_failure(services: Services, _claim: Claim, sentence: str, now: datetime) -> None:
    coverage.failed(services.rows, Feature.ROOMS, sentence, now)


ROOMS = WorkKind(
    name="rooms",
    part=ORGANIZATION,
    claims=store.CLAIMS,
    listing=store.LISTING,
    work=refresh_rooms,
    plan=plan_rooms,
    note_failure=note_failure,
)
