"""The state of one person's connection as pages show it, and the questions it answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.graph.errors import CLOSED, MISSING
from portal.microsoft365.hindrances import consent_hindrance
from portal.microsoft365.models import (
    ABSENT,
    Access,
    Connection,
    Consent,
    Explained,
    FeatureState,
)
from portal.microsoft365.permissions import (
    BASIC_FEATURES,
    Feature,
    FeaturePermissions,
    losses,
    missing,
    needs_reconnect,
    scopes_needed,
)
from portal.subscriptions.models import Subscription

WORDS: Mapping[FeatureState, tuple[str, str]] = {
    FeatureState.NOT_CONNECTED: ("Not connected", ""),
    FeatureState.READY: ("Ready", "good"),
    FeatureState.WORKING: ("Working", "good"),
    FeatureState.FAILING: ("Not working", "bad"),
    FeatureState.MISSING: ("Not granted", "warn"),
    FeatureState.LAPSED: ("Reconnect", "warn"),
    FeatureState.CLOSED: ("Mailbox closed", "warn"),
    FeatureState.ABSENT: (ABSENT, "warn"),
    FeatureState.WITHDRAWN: ("Consent withdrawn", "warn"),
}
REASONS = {FeatureState.CLOSED: CLOSED, FeatureState.ABSENT: MISSING}


@dataclass(frozen=True)
class StatusRow:
    """One feature: what its permissions power and whether that works now."""

    permissions: FeaturePermissions
    state: FeatureState
    granted_by: str
    is_by_consent: bool
    last_success_at: datetime | None
    failure: str | None

    @property
    def scopes(self) -> str:
        return " ".join(self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The permissions as granted, by the organization or by the person."""
        return self.permissions.application if self.is_by_consent else self.permissions.delegated

    @property
    def words(self) -> str:
        return WORDS[self.state][0]

    @property
    def pill(self) -> str:
        return WORDS[self.state][1]


@dataclass(frozen=True)
class Standing:
    """Everything pages show about one person's connection.

    `calendars` are the group calendars that the person cannot schedule on yet, and `left_for` is
    the kind of the flow that the person left with and has not come back from.
    """

    connection: Connection | None
    needed: tuple[Feature, ...]
    calendars: tuple[str, ...]
    rows: tuple[StatusRow, ...]
    subscription: Subscription | None
    left_at: datetime | None
    left_for: str
    consent: Consent | None
    covered: frozenset[Feature]
    has_opted_out: bool
    accesses: tuple[Access, ...]
    now: datetime

    @property
    def is_connected(self) -> bool:
        return self.connection is not None

    @property
    def needs_reconnect(self) -> bool:
        return needs_reconnect(self.connection, self.needed)

    @property
    def can_sync(self) -> bool:
        """Whether mail is synced by the connection, whatever else waits for a new one."""
        is_connected = self.connection is not None
        return is_connected and not needs_reconnect(self.connection, BASIC_FEATURES)

    @property
    def is_covered(self) -> bool:
        """Whether the organization's consent syncs this person's email without a connection."""
        return Feature.EMAIL_SYNC in self.covered

    @property
    def is_opened_by_consent(self) -> bool:
        """Whether the mailbox is read without a connection of the person's own."""
        return self.is_covered and not self.has_opted_out and self.barred is None

    @property
    def is_closed(self) -> bool:
        """Whether Exchange keeps the mailbox closed to the organization's consent."""
        return self.barred is FeatureState.CLOSED

    @property
    def is_absent(self) -> bool:
        """Whether Microsoft has no such mailbox in Exchange Online."""
        return self.barred is FeatureState.ABSENT

    @property
    def barred(self) -> FeatureState | None:
        """The state of a mailbox that nobody can open."""
        return next((row.state for row in self.rows if row.state in REASONS), None)

    @property
    def consent_is_lost(self) -> bool:
        return self.consent is not None and self.consent.is_lost

    @property
    def consent_hindrance(self) -> str:
        return consent_hindrance(self.consent)

    @property
    def missing(self) -> tuple[Explained, ...]:
        """Permissions for mail needed now but not granted. None if the connection lapsed."""
        if self.connection is None or self.connection.is_lapsed:
            return ()
        return losses(missing(self.connection.scopes, scopes_needed(BASIC_FEATURES)))

    @property
    def is_told(self) -> bool:
        """Whether Microsoft sends notifications, so that polling every minute is unnecessary."""
        is_open = self.subscription is not None and self.subscription.is_open(now=self.now)
        return is_open and (self.is_covered or self.can_sync)

    @property
    def words(self) -> tuple[str, str]:
        """Text and kind of the pill for the whole connection."""
        if self.connection is None and not self.is_covered:
            return ("Not connected", "")
        if self.needs_reconnect:
            return ("Reconnect", "warn")
        if self.barred is not None:
            return WORDS[self.barred]
        failing = any(row.state is FeatureState.FAILING for row in self.rows)
        if failing:
            return ("Not working", "bad")
        return ("Connected", "good") if self.connection else ("By your organization", "good")
