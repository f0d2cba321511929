"""The table of features with their permissions, and the questions it answers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.entra.scopes import OF_THE_PROTOCOL
from portal.microsoft365.models import Connection, Explained, FeatureState, FeatureUse
from portal.microsoft365.permission_texts import permission


class Feature(StrEnum):
    SIGN_IN = "sign_in"
    EMAIL_SYNC = "email_sync"
    SHARED_MAILBOXES = "shared_mailboxes"
    USER_SYNC = "user_sync"
    ROOMS = "rooms"
    GROUPS = "groups"
    SENDING = "sending"
    SENDING_SHARED = "sending_shared"
    SENT_COPIES = "sent_copies"
    GROUP_CALENDARS = "group_calendars"
    AVAILABILITY = "availability"
    SCHEDULING = "scheduling"
    MEETINGS = "meetings"


@dataclass(frozen=True)
class FeaturePermissions:
    """The scopes that one feature needs, granted by one person or for the organization."""

    feature: Feature
    powers: str
    delegated: tuple[str, ...]
    application: tuple[str, ...]


SIGN_IN_SCOPES = ("openid", "profile", "email", "offline_access", "User.Read")
FEATURES = (
    FeaturePermissions(Feature.SIGN_IN, "Signing in", SIGN_IN_SCOPES, ()),
    FeaturePermissions(Feature.EMAIL_SYNC, "Email sync", ("Mail.Read",), ("Mail.Read",)),
    FeaturePermissions(Feature.SHARED_MAILBOXES, "Shared mailboxes", ("Mail.Read.Shared",), ()),
    FeaturePermissions(Feature.USER_SYNC, "User sync", ("User.Read.All",), ("User.Read.All",)),
    FeaturePermissions(
        Feature.ROOMS,
        "Meeting rooms",
        ("Place.Read.All",),
        ("Place.Read.All", "Calendars.Read"),
    ),
    FeaturePermissions(
        Feature.GROUPS,
        "Choosing people by group, addresses of groups",
        ("GroupMember.Read.All",),
        ("GroupMember.Read.All",),
    ),
    FeaturePermissions(Feature.SENDING, "Sending mail", ("Mail.Send",), ("Mail.Send",)),
    FeaturePermissions(
        Feature.SENDING_SHARED, "Sending from shared mailboxes", ("Mail.Send.Shared",), ()
    ),
    FeaturePermissions(Feature.SENT_COPIES, "Proof of sent mail", ("Mail.Read",), ("Mail.Read",)),
    # Microsoft opens group calendars to no application:
    # https://learn.microsoft.com/graph/api/group-post-events
    FeaturePermissions(
        Feature.GROUP_CALENDARS, "Scheduling on group calendars", ("Group.ReadWrite.All",), ()
    ),
    FeaturePermissions(
        Feature.AVAILABILITY, "When people are free", ("Calendars.Read",), ("Calendars.Read",)
    ),
    FeaturePermissions(
        Feature.SCHEDULING,
        "Interviews on people's own calendars",
        ("Calendars.ReadWrite",),
        ("Calendars.ReadWrite",),
    ),
    # An application needs a policy for each organizer, set in PowerShell, so it asks for none:
    # https://learn.microsoft.com/graph/cloud-communication-online-meeting-application-access-policy
    FeaturePermissions(
        Feature.MEETINGS, "Teams meetings of interviews", ("OnlineMeetings.ReadWrite",), ()
    ),
)
# A permission that includes another one, as Microsoft grants it:
# https://learn.microsoft.com/graph/permissions-reference#calendarsreadwrite
INCLUDED_IN: Mapping[str, tuple[str, ...]] = {"Calendars.Read": ("Calendars.ReadWrite",)}
# Asked of everybody who connects.
BASIC_FEATURES = (Feature.SIGN_IN, Feature.EMAIL_SYNC)
# What the organization's consent is used for.
ORGANIZATION_FEATURES = (Feature.EMAIL_SYNC, Feature.USER_SYNC, Feature.ROOMS)
# Asked for only when an administrator chooses a group, or turns the feature on for everybody.
OPTIONAL_FEATURES = (
    Feature.GROUPS,
    Feature.SENDING,
    Feature.AVAILABILITY,
    Feature.SCHEDULING,
)
# Asked of a person only when they first write, first schedule, or first show their calendar.
PERSONAL_FEATURES = (
    Feature.SENDING,
    Feature.SENDING_SHARED,
    Feature.GROUP_CALENDARS,
    Feature.AVAILABILITY,
    Feature.SCHEDULING,
    Feature.MEETINGS,
)


def explained(scopes: Iterable[str]) -> tuple[Explained, ...]:
    """Texts of each scope for the page before leaving."""
    return tuple(Explained(scope, permission(scope).reads) for scope in scopes)


def explained_for_all(roles: Iterable[str]) -> tuple[Explained, ...]:
    """Texts of each application permission for the page before consent."""
    return tuple(
        Explained(role, reads_for_all(role), _powers(role), permission(role).stores)
        for role in roles
    )


def reads_for_all(role: str) -> str:
    """Describe what an application permission lets Portal read."""
    found = permission(role)
    return found.for_all or found.reads


def _powers(role: str) -> str:
    """Describe what an application permission powers."""
    rows = (permissions_of(each) for each in (*ORGANIZATION_FEATURES, *OPTIONAL_FEATURES))
    return ", ".join(row.powers for row in rows if role in row.application)


def losses(scopes: Iterable[str]) -> tuple[Explained, ...]:
    """Texts of what does not work without these scopes."""
    return tuple(Explained(scope, permission(scope).lost) for scope in scopes)


def permissions_of(feature: Feature) -> FeaturePermissions:
    return next(each for each in FEATURES if each.feature is feature)


def scopes_needed(features: Iterable[Feature]) -> tuple[str, ...]:
    """The scopes to ask for, in the order of the table, each once."""
    wanted = set(features)
    rows = (row for row in FEATURES if row.feature in wanted)
    return tuple(dict.fromkeys(scope for row in rows for scope in row.delegated))


def roles_needed(features: Iterable[Feature] = ORGANIZATION_FEATURES) -> tuple[str, ...]:
    """The application permissions that an administrator consents to, each once."""
    wanted = set(features)
    rows = (row for row in FEATURES if row.feature in wanted)
    return tuple(dict.fromkeys(role for row in rows for role in row.application))


def roles_proven_by_reads() -> tuple[str, ...]:
    """The application permissions that Exchange may grant without a role in the token."""
    return tuple(role for role in roles_needed() if permission(role).proving_read)


def powers_nothing(roles: Iterable[str]) -> bool:
    """Whether these application permissions are none of those that Portal needs."""
    needed = roles_needed()
    return missing(roles, needed) == needed


def is_covered(feature: Feature, roles: Iterable[str]) -> bool:
    """Whether these roles of the organization's consent are enough for a feature."""
    needed = permissions_of(feature).application
    return bool(needed) and not set(missing(roles, needed))


def missing(granted: Iterable[str], needed: Iterable[str]) -> tuple[str, ...]:
    """The permissions in `needed` that were not granted or included, ignoring case."""
    have = {_plain(scope) for scope in granted} | OF_THE_PROTOCOL
    return tuple(
        scope for scope in needed if have.isdisjoint(_plain(each) for each in sufficient(scope))
    )


def sufficient(scope: str) -> tuple[str, ...]:
    """The permissions of which each is enough for this one."""
    return (scope, *INCLUDED_IN.get(scope, ()))


def broader(granted: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Granted permissions of which Portal needs only a part, each with that part."""
    have = set(granted)
    parts = ((each, part) for part, wholes in INCLUDED_IN.items() for each in wholes)
    return tuple((each, part) for each, part in parts if each in have)


def _plain(scope: str) -> str:
    return scope.rsplit("/", 1)[-1].casefold()


def missing_in(connection: Connection, features: Iterable[Feature]) -> set[str]:
    return set(missing(connection.scopes, scopes_needed(features)))


def needs_reconnect(connection: Connection | None, features: Iterable[Feature]) -> bool:
    """Whether more is needed now than was granted, or the connection has lapsed."""
    if connection is None:
        return False
    return connection.is_lapsed or bool(missing_in(connection, features))


def state_of(
    feature: Feature,
    connection: Connection | None,
    use: FeatureUse | None = None,
    *,
    is_by_consent: bool = False,
    barred: FeatureState | None = None,
    is_withdrawn: bool = False,
) -> FeatureState:
    """The state of a feature for one person. `barred` is that of a mailbox nobody can open."""
    if barred is not None:
        return barred
    if is_by_consent:
        return _by_use(use)
    if connection is None:
        return FeatureState.WITHDRAWN if is_withdrawn else FeatureState.NOT_CONNECTED
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
