"""Checks of what needs a person, told from where the mail about it is."""

from collections.abc import Iterator
from datetime import datetime

from portal.alerts import causes
from portal.alerts.models import Cause, Kind
from portal.diagnostics.models import Check, failed, ok, skipped
from portal.directory import store as directory_store
from portal.microsoft365 import hindrances
from portal.services import Services

# The secret has a check of its own, which warns earlier and knows files.
WELL = {
    Kind.CONSENT: "It was not withdrawn, and Microsoft has not refused it for hours.",
    Kind.GUARD: "It asks nothing.",
    Kind.CONNECTIONS: "Nobody has to reconnect.",
    Kind.SYNC: "None has failed for hours.",
    Kind.USER_SYNC: "None has failed for hours.",
    Kind.GROUP_CALENDARS: "Each is watched, and no check of a group fails.",
}


def checks(services: Services, *, now: datetime) -> Iterator[Check]:
    """One check for each kind of cause."""
    found = {each.kind: each for each in causes.of_admins(causes.findings(services, now=now))}
    for kind, well in WELL.items():
        cause = found.get(kind)
        lost = hindrances.consent_lost(services.rows) if _follows(services, kind) else ""
        if cause is not None:
            yield _failed(cause)
        else:
            yield skipped(kind, lost) if lost else ok(kind, well)


def _follows(services: Services, kind: Kind) -> bool:
    """Whether a withdrawn consent leaves nothing to judge, or only a part of it."""
    if kind is Kind.USER_SYNC:
        return not directory_store.may_sync(services.rows)
    return kind in (Kind.CONNECTIONS, Kind.SYNC)


def _failed(cause: Cause) -> Check:
    return failed(cause.kind, f"{cause.title} {cause.meaning}", cause.cure)
