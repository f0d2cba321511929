"""How one person stands with Microsoft 365: what the settings page shows. Reads only our tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from portal.microsoft365 import flow_store, store, subscription_store
from portal.microsoft365.models import Connection, FeatureUse, Subscription
from portal.microsoft365.permissions import (
    FEATURES_IN_USE,
    Explained,
    FeatureState,
    Permission,
    losses,
    missing,
    needs_reconnect,
    permission_of,
    scopes_needed,
    state_of,
)

STILL_AWAY = timedelta(hours=24)
WORDS: Mapping[FeatureState, tuple[str, str]] = {
    FeatureState.NOT_CONNECTED: ("Not connected", ""),
    FeatureState.READY: ("Ready", "good"),
    FeatureState.WORKING: ("Working", "good"),
    FeatureState.FAILING: ("Not working", "bad"),
    FeatureState.MISSING: ("Not granted", "warn"),
    FeatureState.LAPSED: ("Reconnect", "warn"),
}


@dataclass(frozen=True)
class StatusRow:
    """One permission: what it powers and whether that works now."""

    permission: Permission
    state: FeatureState
    granted_by: str
    last_success_at: datetime | None
    failure: str | None

    @property
    def scopes(self) -> str:
        return " ".join(self.permission.delegated)

    @property
    def words(self) -> str:
        return WORDS[self.state][0]

    @property
    def pill(self) -> str:
        return WORDS[self.state][1]


@dataclass(frozen=True)
class Standing:
    """Everything about one person's connection that a page may ask."""

    connection: Connection | None
    rows: tuple[StatusRow, ...]
    subscription: Subscription | None
    left_at: datetime | None
    now: datetime

    @property
    def is_connected(self) -> bool:
        return self.connection is not None

    @property
    def needs_reconnect(self) -> bool:
        return needs_reconnect(self.connection)

    @property
    def missing(self) -> tuple[Explained, ...]:
        """Granted once, but less than what is needed now; of a lapsed one nothing is."""
        if self.connection is None or self.connection.is_lapsed:
            return ()
        return losses(missing(self.connection.scopes, scopes_needed()))

    @property
    def is_told(self) -> bool:
        """Whether Microsoft tells of new mail, so that nobody has to ask each minute."""
        is_open = self.subscription is not None and self.subscription.is_open(now=self.now)
        return is_open and not self.needs_reconnect

    @property
    def words(self) -> tuple[str, str]:
        """State and kind of the whole, for a pill."""
        if self.connection is None:
            return ("Not connected", "")
        if self.needs_reconnect:
            return ("Reconnect", "warn")
        failing = any(row.state is FeatureState.FAILING for row in self.rows)
        return ("Not working", "bad") if failing else ("Connected", "good")


def standing_of(db: Database, user_id: str, *, now: datetime) -> Standing:
    connection = store.connection_of(db, user_id)
    uses = store.uses_of(db, user_id)
    left_at = flow_store.left_and_not_back(db, user_id)
    is_recent = left_at is not None and now - left_at < STILL_AWAY
    return Standing(
        connection=connection,
        rows=tuple(_row(permission_of(each), connection, uses) for each in FEATURES_IN_USE),
        subscription=subscription_store.subscription_of(db, user_id),
        left_at=left_at if is_recent else None,
        now=now,
    )


def _row(
    permission: Permission, connection: Connection | None, uses: Mapping[str, FeatureUse]
) -> StatusRow:
    use = uses.get(permission.feature.value)
    state = state_of(permission.feature, connection, use)
    is_granted = connection is not None and state not in (FeatureState.MISSING, FeatureState.LAPSED)
    return StatusRow(
        permission=permission,
        state=state,
        granted_by=connection.address if connection and is_granted else "",
        last_success_at=use.last_success_at if use else None,
        failure=use.failure if use and state is FeatureState.FAILING else None,
    )
