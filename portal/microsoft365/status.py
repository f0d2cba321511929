"""The status of one person's connection. Reads only tables."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from portal.microsoft365 import authorization_store, authorizations, consent_store, coverage, store
from portal.microsoft365.models import (
    Access,
    Connection,
    FeatureState,
    FeatureUse,
)
from portal.microsoft365.permissions import (
    ORGANIZATION_FEATURES,
    PERSONAL_FEATURES,
    Feature,
    FeaturePermissions,
    is_covered,
    missing_in,
    permissions_of,
    state_of,
)
from portal.microsoft365.person_status import REASONS, Standing, StatusRow
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store

STILL_AWAY = timedelta(hours=24)
GOOGLE = (
    "This portal works with Google Workspace, whose mail and calendars are not synced: email, "
    "calendars and Teams interviews are not available while it is on."
)
OFF = "Microsoft 365 is not enabled. An administrator enables it under Integrations."
UNKNOWN = "An administrator of this portal has to register it with Microsoft first."


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
    left_at, left_for = store.left_to_connect(rows, user_id) or (None, "")
    given, covered = consent_store.consent(rows), _covered(rows, user_id)
    barred, withdrawn = _barred(rows, user_id, connection), _withdrawn(rows, user_id)
    is_recent = left_at is not None and now - left_at < STILL_AWAY
    needed = authorizations.features_needed(rows, user_id)
    return Standing(
        connection=connection,
        needed=needed,
        calendars=_calendars(rows, connection, needed),
        rows=tuple(
            _row(
                permissions_of(each),
                connection,
                uses,
                covered,
                barred=barred.get(each),
                is_withdrawn=each in withdrawn,
            )
            for each in dict.fromkeys((*needed, *_personal(rows, user_id, covered)))
            if connection is not None or not covered or each in (*covered, Feature.GROUP_CALENDARS)
        ),
        subscription=subscription_store.subscription_of(rows, user_id, wakes="email"),
        left_at=left_at if is_recent else None,
        left_for=left_for if is_recent else "",
        consent=given,
        covered=covered,
        has_opted_out=consent_store.has_opted_out(rows, user_id),
        accesses=tuple(
            Access(permissions_of(Feature(each.feature)).powers, each.first_at)
            for each in consent_store.accesses_of(rows, user_id)
        ),
        now=now,
    )


def _calendars(
    rows: Rows, connection: Connection | None, needed: Collection[Feature]
) -> tuple[str, ...]:
    """The group calendars that a person needs another connection for.

    A lapsed one counts as such: its permission may have been withdrawn at Microsoft.
    """
    if Feature.GROUP_CALENDARS not in needed:
        return ()
    is_open = (
        connection is not None
        and not connection.is_lapsed
        and not missing_in(connection, (Feature.GROUP_CALENDARS,))
    )
    return () if is_open else tuple(authorization_store.calendars(rows))


def _personal(rows: Rows, user_id: str, covered: Collection[Feature]) -> tuple[Feature, ...]:
    """The features that somebody granted although not everybody is asked for them."""
    by_consent = tuple(each for each in PERSONAL_FEATURES if each in covered)
    return by_consent + authorizations.granted_features(rows, user_id)


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
