"""People, their roles, and the invitations that bring them in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.addresses import fold
from portal.microsoft365.models import ABSENT
from portal.time_zones import ZoneFrom
from portal.wording import initials


class Role(StrEnum):
    """A role. Each includes the one before."""

    LIMITED = "limited"
    MEMBER = "member"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def summary(self) -> str:
        return {
            "limited": "Own settings only. The mailbox is opened only if its owner turns it on.",
            "member": "Recruits: sees the team's candidates. Email sync starts on.",
            "admin": "Recruits, and administers this portal.",
        }[self]

    def or_higher(self, other: "Role") -> "Role":
        """The higher of the two."""
        return max(self, other, key=[*Role].index)


class RoleNotice(StrEnum):
    """A change of role that a person has not yet answered, since it concerns their mailbox."""

    BECAME_MEMBER = "became_member"
    BECAME_LIMITED = "became_limited"


class Source(StrEnum):
    """How a user was added. A shared mailbox is an account without a person."""

    SETUP = "setup"
    INVITATION = "invitation"
    DIRECTORY = "directory"
    SHARED_MAILBOX = "shared_mailbox"

    @property
    def label(self) -> str:
        return {
            "setup": "Local account",
            "invitation": "Invited",
            "directory": "Directory",
            "shared_mailbox": "Shared mailbox",
        }[self]


@dataclass(frozen=True)
class User:
    """One person. Also Flask-Login's current user."""

    id: str
    address: str
    display_name: str
    role: Role
    source: Source
    created_at: datetime
    tenant_id: str | None = None
    object_id: str | None = None
    password_hash: str | None = None
    is_enabled: bool = True
    time_zone: str = "UTC"
    last_signed_in_at: datetime | None = None
    kept_out: str | None = None
    user_name: str | None = None
    sign_in_address: str | None = None
    role_notice: RoleNotice | None = None
    zone_from: ZoneFrom = ZoneFrom.NOWHERE

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.may_sign_in

    @property
    def has_time_zone(self) -> bool:
        return self.zone_from is not ZoneFrom.NOWHERE

    @property
    def may_sign_in(self) -> bool:
        """Whether they may use Portal. Microsoft's no leaves an admin the local password."""
        return self.is_enabled or (
            self.is_local and self.is_admin and self.is_kept_out_by_directory
        )

    @property
    def other_user_name(self) -> str:
        """The user name at Microsoft where it is not the address."""
        name = self.user_name or ""
        return "" if fold(name) == fold(self.address) else name

    @property
    def kept_out_label(self) -> str:
        """Why they are not enabled, where that is more than an administrator's decision."""
        if self.is_enabled or self.kept_out is None:
            return ""
        if self.kept_out == WAITING:
            return "Waiting to be enabled"
        return LeftOut(self.kept_out).label

    @property
    def is_kept_out_by_directory(self) -> bool:
        return not self.is_enabled and self.kept_out not in (None, WAITING)

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def is_member(self) -> bool:
        return self.role is not Role.LIMITED

    @property
    def is_local(self) -> bool:
        return self.password_hash is not None

    @property
    def initials(self) -> str:
        return initials(self.display_name)

    @property
    def label(self) -> str:
        """The name in the audit log, with the address, since two people may share a name."""
        return f"{self.display_name} <{self.address}>"

    @property
    def full_label(self) -> str:
        """The label with the user name, where that differs."""
        return f"{self.label}, {self.other_user_name}" if self.other_user_name else self.label

    def get_id(self) -> str:
        """Flask-Login asks for it."""
        return self.id


@dataclass(frozen=True)
class ConnectionSeen:
    """The state of a person's connection, as other users see it."""

    address: str
    needs_reconnect: bool

    @property
    def label(self) -> str:
        return "Reconnect needed" if self.needs_reconnect else "Connected"

    @property
    def kind(self) -> str:
        return "warn" if self.needs_reconnect else "good"


@dataclass(frozen=True)
class ListedUser:
    """A person on the Users page. `is_closed`: Exchange keeps their mailbox from Portal.

    `is_absent`: Microsoft has no mailbox of theirs in Exchange Online.
    """

    user: User
    connection: ConnectionSeen | None
    is_covered: bool = False
    is_closed: bool = False
    is_absent: bool = False
    last_synced_at: datetime | None = None

    @property
    def connection_label(self) -> str:
        if self.is_absent:
            return ABSENT
        if self.connection is not None:
            return self.connection.label
        if self.is_closed:
            return "Mailbox closed"
        return "By the organization" if self.is_covered else "Not connected"

    @property
    def connection_kind(self) -> str:
        if self.connection is not None and not self.is_absent:
            return self.connection.kind
        if self.is_absent or self.is_closed:
            return "warn"
        return "good" if self.is_covered else ""


class Show(StrEnum):
    """A filter of the Users page."""

    ALL = ""
    WAITING = "waiting"
    BY_DIRECTORY = "by-directory"
    DISABLED = "disabled"
    RECONNECT = "reconnect"

    @property
    def label(self) -> str:
        return {
            "": "Everybody",
            "waiting": "Waiting to be enabled",
            "by-directory": "Disabled by the directory",
            "disabled": "Not enabled for sign-in",
            "reconnect": "Has to reconnect",
        }[self]


@dataclass(frozen=True)
class Invitation:
    """An invitation, valid once for the first account of the tenant that opens it."""

    id: str
    role: Role
    note: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    used_by: str | None = None
    withdrawn_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and self.withdrawn_at is None and now < self.expires_at

    @property
    def label(self) -> str:
        return f"invitation as {self.role}" + (f" for {self.note}" if self.note else "")


class LeftOut(StrEnum):
    """Why an entry of the directory does not come here, or no longer may."""

    GUEST = "guest"
    NO_MAILBOX = "no_mailbox"
    ON_PREMISES = "on_premises"
    DISABLED = "disabled"
    SHARED = "shared"
    ROOM = "room"
    OTHER_DOMAIN = "other_domain"
    NOT_CHOSEN = "not_chosen"
    REMOVED = "removed"
    DELETED = "deleted"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def explanation(self) -> str:
        return EXPLANATIONS[self]

    @property
    def is_blocked(self) -> bool:
        """Whether Microsoft itself would not let them sign in any more."""
        return self in (LeftOut.DISABLED, LeftOut.SHARED, LeftOut.REMOVED, LeftOut.DELETED)


LABELS = {
    LeftOut.GUEST: "Guest",
    LeftOut.NO_MAILBOX: "No mailbox",
    LeftOut.ON_PREMISES: "Mailbox on premises",
    LeftOut.DISABLED: "Disabled at Microsoft",
    LeftOut.SHARED: "Shared mailbox",
    LeftOut.ROOM: "Room",
    LeftOut.OTHER_DOMAIN: "Other domain",
    LeftOut.NOT_CHOSEN: "Not chosen",
    LeftOut.REMOVED: "Removed at Microsoft",
    LeftOut.DELETED: "Deleted at Microsoft",
}
EXPLANATIONS = {
    LeftOut.GUEST: "Belongs to another organization.",
    LeftOut.NO_MAILBOX: "Has no address, or no plan that brings a mailbox in Exchange Online.",
    LeftOut.ON_PREMISES: "Comes from your own servers and has no plan for Exchange Online, so "
    "Microsoft cannot open the mailbox.",
    LeftOut.DISABLED: "Sign-in is blocked in your directory.",
    LeftOut.SHARED: "Sign-in is blocked and there is no license, or an administrator "
    "marked it: a shared mailbox or equipment.",
    LeftOut.ROOM: "Is listed among your meeting rooms.",
    LeftOut.OTHER_DOMAIN: "The address is not of a domain that your organization has verified.",
    LeftOut.NOT_CHOSEN: "Is in your directory, but no administrator chose them.",
    LeftOut.REMOVED: "Is no longer in your directory; it can be restored there for 30 days.",
    LeftOut.DELETED: "Was deleted from your directory for good.",
}
# Kept out without a reason of the directory's: new, and nobody has enabled them yet.
WAITING = "waiting"
