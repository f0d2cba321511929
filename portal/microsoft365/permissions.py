"""Two tables: each permission with its texts, each feature with its permissions. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from portal.entra.scopes import OF_THE_PROTOCOL
from portal.microsoft365.models import Connection, Explained, FeatureState, FeatureUse


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


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One Graph scope with all its texts. Only scopes of the protocol are never missing."""

    scope: str = field(kw_only=False)
    reads: str
    # Empty where nothing is lost without it.
    lost: str
    stores: str
    # What it reads as an application permission, where that reaches further than one person.
    for_all: str = ""
    # A read of one mailbox that proves it, where Exchange grants it without a role in the token.
    proving_read: str = ""
    # The paths that an application reads with it: a success there is a use of the permission.
    opens: str = ""


PERMISSIONS = (
    Permission(
        "openid", reads="Confirms who you are.", lost="", stores="The account at Microsoft of each."
    ),
    Permission("profile", reads="Reads your name.", lost="", stores="The name."),
    Permission("email", reads="Reads your address.", lost="", stores="The address."),
    Permission(
        "offline_access",
        reads="Keeps working while you are away, until you revoke it.",
        lost="",
        stores="The authorization itself, encrypted.",
    ),
    Permission(
        "User.Read",
        reads="Reads your profile and the addresses that belong to your mailbox.",
        lost="Without it, your addresses and aliases cannot be found.",
        stores="The addresses of the person's mailbox.",
    ),
    Permission(
        "Mail.Read",
        reads="Reads your mailbox to find messages exchanged with candidates. "
        "All other mail is never stored.",
        lost="Without it, no mail with candidates is synced.",
        stores="Messages exchanged with candidates, as text, and the names of attachments. "
        "Of all other mail only how much was left out and why, by day.",
        for_all="Opens the mailboxes of those who recruit and have not turned email sync off, and "
        "of limited people who turned it on, to find messages exchanged with candidates. All other "
        "mail is never stored.",
        proving_read="mailFolders/inbox?$select=id",
        opens=r"/users/[^/?]+/(mailFolders|messages(?!/[^/?]+/reply$))",
    ),
    Permission(
        "Mail.Read.Shared",
        reads="Reads each shared mailbox that you chose to read for Portal, to find messages with "
        "candidates. It reaches all that you have Full Access to; Portal opens no other.",
        lost="Without it, no shared mailbox is read by you.",
        stores="Messages exchanged with candidates, as text, and the names of attachments.",
    ),
    Permission(
        "Mail.Send",
        reads="Sends the mail that you write in Portal, from your own mailbox and its addresses.",
        lost="Without it, Portal cannot send mail by this authorization.",
        stores="The mail written in Portal, the attempts to send it, and what became of it.",
        for_all="Sends the mail that members write in Portal, each from their own mailbox or from "
        "a shared mailbox of which they are an owner, and automated mail from the mailbox that an "
        "administrator chose. It reaches every mailbox; Portal sends from no other.",
        opens=r"/users/[^/?]+/(sendMail|messages/[^/?]+/reply)$",
    ),
    Permission(
        "Mail.Send.Shared",
        reads="Sends the mail that you write in Portal from a shared mailbox. It reaches all that "
        "you may send as; Portal sends only from those of which you are an owner in Portal.",
        lost="Without it, you send from no shared mailbox.",
        stores="The mail written in Portal, the attempts to send it, and what became of it.",
    ),
    Permission(
        "User.Read.All",
        reads="Reads the people of your organization: names, addresses, aliases, and "
        "whether they are enabled.",
        lost="Without it, people are not synced from your directory.",
        stores="Name, address, aliases, and whether somebody is left out and why.",
        opens=r"/users(/[^/?]+)?(\?|$)",
    ),
    Permission(
        "GroupMember.Read.All",
        reads="Reads the groups of your organization, their addresses and the people in them.",
        lost="Without it, people cannot be chosen by group, and an address of a group outside "
        "your domains may become a candidate's.",
        stores="Addresses of groups; name of each chosen group, and which people are in it.",
        opens=r"/groups",
    ),
    Permission(
        "MailboxSettings.Read",
        reads="Reads whether a mailbox is a person's or a shared one.",
        lost="Without it, Portal does not notice that a shared mailbox became a person's own.",
        stores="Whether a mailbox is shared.",
        opens=r"/users/[^/?]+/mailboxSettings",
    ),
    Permission(
        "Place.Read.All",
        reads="Reads the list of meeting rooms.",
        lost="Without it, meeting rooms are not found.",
        stores="Name, address, place, size and equipment of rooms.",
        opens=r"/places/",
    ),
    Permission(
        "Calendars.ReadWrite",
        reads="Reads when rooms are free and, later, keeps interviews on calendars.",
        lost="Without it, nobody sees when a room is free.",
        stores="Nothing: when rooms are busy is shown and not kept.",
        proving_read="calendar?$select=id",
        opens=r"/users/[^/?]+/calendar",
    ),
)


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
        ("Place.Read.All", "Calendars.ReadWrite"),
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
)
# Only what powers something that exists is asked for and shown.
FEATURES_IN_USE = (Feature.SIGN_IN, Feature.EMAIL_SYNC)
# What the organization's consent is used for; interviews are not there yet.
ORGANIZATION_FEATURES = (Feature.EMAIL_SYNC, Feature.USER_SYNC, Feature.ROOMS)
# Asked for only when an administrator chooses a group, or turns on sending for the organization.
OPTIONAL_FEATURES = (Feature.GROUPS, Feature.SENDING)
# Asked of a person only when they first write.
PERSONAL_FEATURES = (Feature.SENDING, Feature.SENDING_SHARED)


def permission(scope: str) -> Permission:
    """The texts of one scope; empty ones where the portal does not know it."""
    known = (each for each in PERMISSIONS if each.scope == scope)
    return next(known, Permission(scope, reads="", lost="", stores=""))


def role_opening(path: str) -> str | None:
    """The application permission that a read of this path of Graph uses."""
    opening = (each for each in PERMISSIONS if each.opens and re.match(each.opens, path))
    return next((each.scope for each in opening), None)


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
    """Describe what an application permission lets the portal read."""
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


def scopes_needed(features: Iterable[Feature] = FEATURES_IN_USE) -> tuple[str, ...]:
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


def is_covered(feature: Feature, roles: Iterable[str]) -> bool:
    """Whether these roles of the organization's consent are enough for a feature."""
    needed = permissions_of(feature).application
    return bool(needed) and not set(missing(roles, needed))


def missing(granted: Iterable[str], needed: Iterable[str]) -> tuple[str, ...]:
    """The permissions in `needed` that were not granted, ignoring case."""
    have = {_plain(scope) for scope in granted} | OF_THE_PROTOCOL
    return tuple(scope for scope in needed if _plain(scope) not in have)


def _plain(scope: str) -> str:
    return scope.rsplit("/", 1)[-1].casefold()


def missing_in(connection: Connection, features: Iterable[Feature] = FEATURES_IN_USE) -> set[str]:
    return set(missing(connection.scopes, scopes_needed(features)))


def needs_reconnect(connection: Connection | None) -> bool:
    """Whether more is needed now than was granted, or the connection has lapsed."""
    return connection is not None and (connection.is_lapsed or bool(missing_in(connection)))


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
