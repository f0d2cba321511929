"""A shared mailbox, its owners, and the account that a page of settings is about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.microsoft365.models import NOBODY_READS, ReaderLoss


class KnownBy(StrEnum):
    """How Portal knows that a mailbox is nobody's own."""

    MICROSOFT = "microsoft"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return {
            "microsoft": "Microsoft says that it is a shared mailbox.",
            "admin": "An administrator confirmed that it is nobody's personal mailbox.",
        }[self]


class Closed(StrEnum):
    """Why a shared mailbox is no longer read."""

    REMOVED = "removed"
    CONVERTED = "converted"


@dataclass(frozen=True)
class Account:
    """An account with a mailbox: one's own, or a shared one that one decides for."""

    id: str
    address: str
    name: str
    is_shared: bool = False
    is_enabled: bool = True
    kept_out: Closed | None = None

    @property
    def this(self) -> str:
        """For the middle of a sentence on a page about the mailbox."""
        return "this mailbox" if self.is_shared else "your mailbox"

    @property
    def called(self) -> str:
        """For the middle of a sentence that may be read on another page."""
        return self.address if self.is_shared else "your mailbox"

    @property
    def its(self) -> str:
        """For a sentence about what belongs to it."""
        return f"{self.address}: its" if self.is_shared else "Your"

    @property
    def mailbox(self) -> str:
        return f"The mailbox {self.address}" if self.is_shared else "Your mailbox"


@dataclass(frozen=True)
class Owner:
    """An owner of a shared mailbox, who `decides` while enabled and not limited."""

    user_id: str
    name: str
    address: str
    decides: bool


@dataclass(frozen=True)
class SharedMailbox:
    """A shared mailbox that was added, with its owners and how its sync goes."""

    account_id: str
    object_id: str | None
    address: str
    name: str
    is_enabled: bool
    kept_out: Closed | None
    known_by: KnownBy
    added_by: str
    added_at: datetime
    is_syncing: bool
    last_success_at: datetime | None
    failure: str | None
    closed_since: datetime | None
    absent_since: datetime | None
    is_covered: bool
    reader_name: str | None
    reader_since: datetime | None
    reader_loss: ReaderLoss | None
    was_off: bool = False
    owners: tuple[Owner, ...] = ()

    @property
    def is_read_by_organization(self) -> bool:
        return self.is_covered and self.closed_since is None

    @property
    def is_read(self) -> bool:
        """Whether an identity can read it: the organization's, or that of a member."""
        has_reader = self.reader_name is not None and self.reader_loss is None
        return self.is_read_by_organization or has_reader

    @property
    def hindrance(self) -> str:
        """Why no identity can open it for Portal. Empty if one can."""
        if self.is_read:
            return ""
        if self.closed_since is not None:
            return (
                "Exchange keeps this mailbox closed to Portal. Add it to the mailboxes that "
                "Portal may open."
            )
        loss, name = self.reader_loss, self.reader_name
        return loss.sentence(name or "") if loss else NOBODY_READS

    @property
    def label(self) -> str:
        return f"{self.name} <{self.address}>"

    @property
    def is_converted(self) -> bool:
        return self.kept_out is Closed.CONVERTED

    @property
    def deciders(self) -> tuple[Owner, ...]:
        """The owners who can sign in and recruit."""
        return tuple(each for each in self.owners if each.decides)

    @property
    def state(self) -> str:
        """The state now, in one sentence. Empty while all is well."""
        if self.is_converted:
            return (
                "Microsoft says that it is a user's mailbox now. It is no longer read, and its "
                "mail stays in Portal."
            )
        if not self.is_enabled:
            return "Removed. It is no longer read, and its mail stays in Portal."
        if not self.is_syncing:
            return "An owner turned email sync off."
        if self.hindrance:
            return self.hindrance
        if self.absent_since is not None:
            return "Microsoft has no such mailbox in Exchange Online. Portal asks again once a day."
        if self.failure:
            return self.failure
        return "" if self.last_success_at else "Waiting for its first sync."

    @property
    def pill(self) -> tuple[str, str]:
        """The state in a word, and the kind of pill."""
        if self.is_converted:
            return "A user's mailbox", "bad"
        if not self.is_enabled:
            return "Removed", ""
        if not self.is_syncing:
            return "Off", ""
        if self.closed_since is not None and not self.is_read:
            return "Closed", "warn"
        if not self.is_read:
            return "Not read", "bad"
        if self.failure or self.absent_since is not None:
            return "Not synced", "bad"
        return ("Synced", "good") if self.last_success_at else ("Waiting", "")


class Kind(StrEnum):
    """The kind of an entry of Microsoft's directory. UNSURE needs an administrator's word."""

    UNSURE = "unsure"
    SHARED = "shared"
    ADDED = "added"
    PERSON = "person"
    ROOM = "room"
    GROUP = "group"
    GUEST = "guest"
    NO_MAILBOX = "no_mailbox"
    NOT_FOUND = "not_found"

    @property
    def is_refused(self) -> bool:
        return self not in (Kind.UNSURE, Kind.SHARED, Kind.ADDED)

    @property
    def label(self) -> str:
        return {
            "unsure": "Licensed, or sign-in is on",
            "shared": "Shared mailbox",
            "added": "Added",
            "person": "Person",
            "room": "Room",
            "group": "Group",
            "guest": "Guest",
            "no_mailbox": "No mailbox",
            "not_found": "Not found",
        }[self]


@dataclass(frozen=True)
class Entry:
    """An entry of Microsoft's directory that may be a shared mailbox."""

    object_id: str
    address: str
    name: str
    kind: Kind = Kind.UNSURE
    known_by: KnownBy | None = None
    is_closed: bool = False
    tenant_id: str = ""
