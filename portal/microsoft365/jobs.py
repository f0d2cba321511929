"""Subscriptions that are due, and what to do with one of them."""

from collections.abc import Sequence
from datetime import datetime

from portal.config import Config
from portal.errors import PortalError
from portal.microsoft365 import consent_verification as consenting
from portal.microsoft365 import notifications, subscription_store, subscriptions
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.wakes import Wakes, named
from portal.storage.rows import Rows


def due_subscriptions(
    rows: Rows, config: Config, wakes: Sequence[Wakes], *, now: datetime
) -> list[str]:
    """Ids; none where Microsoft cannot reach this portal, so that mail is only asked for."""
    notifications.note_rejected(rows, now=now)
    if not subscriptions.is_possible(config):
        return []
    subscriptions.plan(rows, wakes, now=now)
    return subscription_store.due_ids(rows, wakes=[each.name for each in wakes], now=now)


def look_at_consent(microsoft365: Microsoft365, rows: Rows) -> None:
    """Whether the organization's consent still holds; what it covers now is kept with it."""
    consenting.look_again(rows, microsoft365)


def keep_due_subscription(
    rows: Rows,
    microsoft365: Microsoft365,
    config: Config,
    wakes: Sequence[Wakes],
    subscription_id: str,
    *,
    by: str,
    now: datetime,
) -> bool:
    """Claim, then open or renew; False when another worker has it. A failure is kept on its row."""
    claimed = subscriptions.claim(rows, subscription_id, by=by, now=now)
    kind = named(wakes, claimed.wakes) if claimed else None
    if claimed is None or kind is None:
        return False
    try:
        graph = microsoft365.client_for(kind.feature, claimed.user_id)
        subscriptions.keep(rows, graph, claimed, kind, base_url=config.base_url, by=by, now=now)
    except PortalError as error:
        subscriptions.note_failure(rows, claimed, error, by=by, now=now)
    return True
