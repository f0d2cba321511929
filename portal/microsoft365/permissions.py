"""One table: each permission, what it powers, who can grant it; and what follows from it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.entra.scopes import OF_THE_PROTOCOL
from portal.microsoft365.models import Connection, FeatureUse


class Feature(StrEnum):
    SIGN_IN = "sign_in"
    EMAIL_SYNC = "email_sync"
    USER_SYNC = "user_sync"
    ROOMS = "rooms"


@dataclass(frozen=True)
class Permission:
    """What one feature needs, granted by one person or for the organization."""

    feature: Feature
    powers: str
    delegated: tuple[str, ...]
    application: tuple[str, ...]


PERMISSIONS = (
    Permission(
        Feature.SIGN_IN,
        "Signing in",
        ("openid", "profile", "email", "offline_access", "User.Read"),
        (),
    ),
    Permission(Feature.EMAIL_SYNC, "Email sync", ("Mail.Read",), ("Mail.Read",)),
    Permission(Feature.USER_SYNC, "User sync", ("User.Read.All",), ("User.Read.All",)),
    Permission(
        Feature.ROOMS,
        "Meeting rooms",
        ("Place.Read.All",),
        ("Place.Read.All", "Calendars.ReadWrite"),
    ),
)
# Only what powers something that exists is asked for and shown.
FEATURES_IN_USE = (Feature.SIGN_IN, Feature.EMAIL_SYNC)

# What the organization's consent is used for; interviews and sending are not there yet.
ORGANIZATION_FEATURES = (Feature.EMAIL_SYNC, Feature.USER_SYNC, Feature.ROOMS)

# What each scope lets the portal do, for the page before leaving and for what is missing.
EXPLAINED = {
    "openid": "Confirms who you are.",
    "profile": "Reads your name.",
    "email": "Reads your address.",
    "offline_access": "Keeps working while you are away, until you revoke it.",
    "User.Read": "Reads your profile and the addresses that belong to your mailbox.",
    "Mail.Read": "Reads your mailbox to find messages exchanged with candidates. "
    "All other mail is never stored.",
    "User.Read.All": "Reads the people of your organization: names, addresses, aliases, and "
    "whether they are enabled.",
    "Place.Read.All": "Reads the list of meeting rooms.",
    "Calendars.ReadWrite": "Reads when rooms are free and, later, keeps interviews on calendars.",
}
# The same of an application permission, where it reaches further than one person.
EXPLAINED_FOR_ALL = {
    **EXPLAINED,
    "Mail.Read": "Opens the mailbox of everybody who is enabled here and has not turned email sync "
    "off, to find messages exchanged with candidates. All other mail is never stored.",
}
# What does not work without a scope.
LOST = {
    "User.Read": "Without it, your addresses and aliases cannot be found.",
    "Mail.Read": "Without it, no mail with candidates is synced.",
    "User.Read.All": "Without it, people are not synced from your directory.",
    "Place.Read.All": "Without it, meeting rooms are not found.",
    "Calendars.ReadWrite": "Without it, nobody sees when a room is free.",
}
# What the portal keeps of what a scope lets it read.
STORED = {
    "openid": "Which account of the organization somebody is.",
    "profile": "The name.",
    "email": "The address.",
    "offline_access": "The authorization itself, encrypted.",
    "User.Read": "The addresses of the person's mailbox.",
    "Mail.Read": "Messages exchanged with candidates, as text, and the names of attachments. "
    "Of all other mail only how much was left out and why, by day.",
    "User.Read.All": "Name, address, aliases, and whether somebody is left out and why.",
    "Place.Read.All": "Name, address, place, size and equipment of rooms.",
    "Calendars.ReadWrite": "Nothing: when rooms are busy is shown and not kept.",
}
# OpenID Connect's own scopes; Microsoft leaves some of them out of what it says it granted.


class FeatureState(StrEnum):
    NOT_CONNECTED = "not_connected"
    READY = "ready"
    WORKING = "working"
    FAILING = "failing"
    MISSING = "missing"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Explained:
    """One scope in words; what it powers and what is kept of it only where that is asked."""

    scope: str
    meaning: str
    powers: str = ""
    stored: str = ""


def explained(scopes: Iterable[str]) -> tuple[Explained, ...]:
    """What each scope lets the portal do, for the page before leaving."""
    return tuple(Explained(scope, EXPLAINED.get(scope, "")) for scope in scopes)


def explained_for_all(roles: Iterable[str]) -> tuple[Explained, ...]:
    """What each application permission lets the portal do, for the page before consent."""
    return tuple(
        Explained(role, EXPLAINED_FOR_ALL.get(role, ""), _powers(role), STORED.get(role, ""))
        for role in roles
    )


def _powers(role: str) -> str:
    """What an application permission is for, of what exists."""
    rows = (permission_of(each) for each in ORGANIZATION_FEATURES)
    return ", ".join(row.powers for row in rows if role in row.application)


def losses(scopes: Iterable[str]) -> tuple[Explained, ...]:
    """What does not work without each of these scopes."""
    return tuple(Explained(scope, LOST.get(scope, "")) for scope in scopes)


def permission_of(feature: Feature) -> Permission:
    return next(each for each in PERMISSIONS if each.feature is feature)


def scopes_needed(features: Iterable[Feature] = FEATURES_IN_USE) -> tuple[str, ...]:
    """What to ask for, in the order of the table, each once."""
    wanted = set(features)
    rows = (row for row in PERMISSIONS if row.feature in wanted)
    return tuple(dict.fromkeys(scope for row in rows for scope in row.delegated))


def roles_needed(features: Iterable[Feature] = ORGANIZATION_FEATURES) -> tuple[str, ...]:
    """The application permissions that an administrator consents to, each once."""
    wanted = set(features)
    rows = (row for row in PERMISSIONS if row.feature in wanted)
    return tuple(dict.fromkeys(role for row in rows for role in row.application))


def is_covered(feature: Feature, roles: Iterable[str]) -> bool:
    """Whether these roles of the organization's consent are enough for a feature."""
    needed = permission_of(feature).application
    return bool(needed) and not set(missing(roles, needed))


def missing(granted: Iterable[str], needed: Iterable[str]) -> tuple[str, ...]:
    """The permissions in `needed` that were not granted; case plays no part."""
    have = {_plain(scope) for scope in granted} | OF_THE_PROTOCOL
    return tuple(scope for scope in needed if _plain(scope) not in have)


def _plain(scope: str) -> str:
    return scope.rsplit("/", 1)[-1].casefold()


def missing_in(connection: Connection, features: Iterable[Feature] = FEATURES_IN_USE) -> set[str]:
    return set(missing(connection.scopes, scopes_needed(features)))


def needs_reconnect(connection: Connection | None) -> bool:
    """Whether what is needed now is more than what was granted, or nothing is granted any more."""
    return connection is not None and (connection.is_lapsed or bool(missing_in(connection)))


def state_of(
    feature: Feature,
    connection: Connection | None,
    use: FeatureUse | None = None,
    *,
    is_by_consent: bool = False,
) -> FeatureState:
    """How a feature stands for one person right now; the organization's consent needs no more."""
    if is_by_consent:
        return _by_use(use)
    if connection is None:
        return FeatureState.NOT_CONNECTED
    if connection.is_lapsed:
        return FeatureState.LAPSED
    if missing_in(connection, (feature,)):
        return FeatureState.MISSING
    return _by_use(use)


def _by_use(use: FeatureUse | None) -> FeatureState:
    if use is not None and use.failure is not None:
        return FeatureState.FAILING
    worked = use is not None and use.last_success_at is not None
    return FeatureState.WORKING if worked else FeatureState.READY
