"""People, their roles, and the invitations that bring them in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Each has all of the one before."""

    LIMITED = "limited"
    MEMBER = "member"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Source(StrEnum):
    """How somebody came to be here."""

    SETUP = "setup"
    INVITATION = "invitation"
    DIRECTORY = "directory"

    @property
    def label(self) -> str:
        return {"setup": "Local account", "invitation": "Invited", "directory": "Directory"}[self]


@dataclass(frozen=True)
class User:
    """One person; also what Flask-Login keeps as the current user."""

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

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.is_enabled

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
        words = [word for word in self.display_name.split() if word[0].isalnum()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"

    @property
    def label(self) -> str:
        """For the audit log: two people may have one name."""
        return f"{self.display_name} <{self.address}>"

    def get_id(self) -> str:
        """Flask-Login asks for it."""
        return self.id


@dataclass(frozen=True)
class ConnectionSeen:
    """Somebody's Microsoft 365 connection, seen from outside."""

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
    """A person on the Users page."""

    user: User
    connection: ConnectionSeen | None


@dataclass(frozen=True)
class Invitation:
    """Lets the first account of the tenant that opens its link in, once."""

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
