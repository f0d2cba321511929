"""The status of one person's connection. Reads only tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.graph.errors import CLOSED, MISSING
from portal.microsoft365 import authorizations, consent_store, coverage, store
from portal.microsoft365.models import (
    ABSENT,
    Access,
    Connection,
    Consent,
    Explained,
    FeatureState,
    FeatureUse,
)
from portal.microsoft365.permissions import (
    FEATURES_IN_USE,
    ORGANIZATION_FEATURES,
    Feature,
    FeaturePermissions,
    is_covered,
    losses,
    missing,
    missing_in,
    needs_reconnect,
    permissions_of,
    scopes_needed,
    state_of,
)
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store
from portal.subscriptions.models import Subscription

STILL_AWAY = timedelta(hours=24)
WORDS: Mapping[FeatureState, tuple[str, str]] = {
    FeatureState.NOT_CONNECTED: ("Not connected", ""),
    FeatureState.READY: ("Ready", "good"),
    FeatureState.WORKING: ("Working", "good"),
    FeatureState.FAILING: ("Not working", "bad"),
    FeatureState.MISSING: ("Not granted", "warn"),
    FeatureState.LAPSED: ("Reconnect", "warn"),
    FeatureState.CLOSED: ("Mailbox closed", "warn"),
    FeatureState.ABSENT: (ABSENT, "warn"),
    FeatureState.WITHDRAWN: ("Consent taken back", "warn"),
}
REASONS = {FeatureState.CLOSED: CLOSED, FeatureState.ABSENT: MISSING}
GOOGLE = (
    "This portal works with Google Workspace, whose mail and calendars are not synced: email, "
    "calendars and Teams interviews are not available while it is on."
)
OFF = "Microsoft 365 is not enabled here. An administrator enables it under Integrations."
UNKNOWN = "An administrator of this portal has to register it with Microsoft first."


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
    """Everything pages show about one person's connection."""

    connection: Connection | None
    rows: tuple[StatusRow, ...]
    subscription: Subscription | None
    left_at: datetime | None
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
        return needs_reconnect(self.connection)

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
    def missing(self) -> tuple[Explained, ...]:
        """Permissions needed now but not granted. All of them if the connection lapsed."""
        if self.connection is None or self.connection.is_lapsed:
            return ()
        return losses(missing(self.connection.scopes, scopes_needed()))

    @property
    def is_told(self) -> bool:
        """Whether Microsoft sends notifications, so that polling every minute is unnecessary."""
        is_open = self.subscription is not None and self.subscription.is_open(now=self.now)
        return is_open and (self.is_covered or not self.needs_reconnect)

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


def feature_state(rows: Rows, user_id: str, feature: Feature) -> FeatureState:
    """The state of one feature for a person, by consent or connection."""
    reader = coverage.reader_in_use(rows, user_id)
    if reader is not None and reader.loss is None:
        return FeatureState.READY
    is_by_consent = feature in _covered(rows, user_id)
    connection = store.connection_of(rows, user_id)
    return state_of(
        feature,
        connection,
        is_by_consent=is_by_consent,
        barred=_barred(rows, user_id, connection).get(feature),
        is_withdrawn=feature in _withdrawn(rows, user_id),
    )


def standing_of(rows: Rows, user_id: str, *, now: datetime) -> Standing:
    connection = store.connection_of(rows, user_id)
    uses = store.uses_of(rows, user_id)
    left_at = store.left_to_connect_at(rows, user_id)
    given, covered = consent_store.consent(rows), _covered(rows, user_id)
    barred, withdrawn = _barred(rows, user_id, connection), _withdrawn(rows, user_id)
    is_recent = left_at is not None and now - left_at < STILL_AWAY
    return Standing(
        connection=connection,
        rows=tuple(
            _row(
                permissions_of(each),
                connection,
                uses,
                covered,
                barred=barred.get(each),
                is_withdrawn=each in withdrawn,
            )
            for each in dict.fromkeys((*FEATURES_IN_USE, *_sending(rows, user_id, covered)))
            if connection is not None or not covered or each in covered
        ),
        subscription=subscription_store.subscription_of(rows, user_id, wakes="email"),
        left_at=left_at if is_recent else None,
        consent=given,
        covered=covered,
        has_opted_out=consent_store.has_opted_out(rows, user_id),
        accesses=tuple(
            Access(permissions_of(Feature(each.feature)).powers, each.first_at)
            for each in consent_store.accesses_of(rows, user_id)
        ),
        now=now,
    )


def _sending(rows: Rows, user_id: str, covered: Collection[Feature]) -> tuple[Feature, ...]:
    """The features of sending that somebody granted: they are asked for only to write."""
    by_consent = (Feature.SENDING,) if Feature.SENDING in covered else ()
    return by_consent + authorizations.sending_features(rows, user_id)


def _covered(rows: Rows, user_id: str) -> frozenset[Feature]:
    """The features the organization's consent covers for this person, wanted or not."""
    given, identity = consent_store.consent(rows), consent_store.identity_of(rows, user_id)
    if given is None or not given.is_working or identity is None:
        return frozenset()
    if identity[0] != given.tenant_id:
        return frozenset()
    wanted = authorizations.features_asked(rows)
    return frozenset(each for each in wanted if is_covered(each, given.roles))


def _barred(rows: Rows, user_id: str, connection: Connection | None) -> dict[Feature, FeatureState]:
    """Email sync where Exchange keeps the mailbox closed to every access, or has none."""
    if consent_store.is_absent(rows, user_id):
        return {Feature.EMAIL_SYNC: FeatureState.ABSENT}
    is_opened = (
        connection is not None
        and not connection.is_lapsed
        and not missing_in(connection, (Feature.EMAIL_SYNC,))
    )
    if is_opened or consent_store.closed_since(rows, user_id) is None:
        return {}
    return {Feature.EMAIL_SYNC: FeatureState.CLOSED}


def _withdrawn(rows: Rows, user_id: str) -> frozenset[Feature]:
    """Features that the organization's consent powered for this person until it was taken back."""
    given, identity = consent_store.consent(rows), consent_store.identity_of(rows, user_id)
    if given is None or not given.is_lost or identity is None or identity[0] != given.tenant_id:
        return frozenset()
    return frozenset(ORGANIZATION_FEATURES)


def _row(
    permissions: FeaturePermissions,
    connection: Connection | None,
    uses: Mapping[str, FeatureUse],
    covered: frozenset[Feature],
    *,
    barred: FeatureState | None,
    is_withdrawn: bool,
) -> StatusRow:
    use, is_by_consent = uses.get(permissions.feature.value), permissions.feature in covered
    state = state_of(
        permissions.feature,
        connection,
        use,
        is_by_consent=is_by_consent,
        barred=barred,
        is_withdrawn=is_withdrawn,
    )
    is_granted = connection is not None and state not in (FeatureState.MISSING, FeatureState.LAPSED)
    return StatusRow(
        permissions=permissions,
        state=state,
        granted_by=connection.address if connection and is_granted else "",
        is_by_consent=is_by_consent,
        last_success_at=use.last_success_at if use else None,
        failure=_failure(state, use),
    )


def _failure(state: FeatureState, use: FeatureUse | None) -> str | None:
    if state in REASONS:
        return REASONS[state]
    return use.failure if use and state is FeatureState.FAILING else None


def in_the_way(rows: Rows, *, is_configured: bool) -> str:
    """The reason why nobody can connect. Empty if people can."""
    if platforms.enabled(rows) is None:
        return OFF
    return google_instead(rows) or ("" if is_configured else UNKNOWN)


def google_instead(rows: Rows) -> str:
    """Empty unless Google Workspace is the platform."""
    return GOOGLE if platforms.enabled(rows) is Platform.GOOGLE_WORKSPACE else ""
