"""Entries of the organization's directory, and the state of user sync."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.microsoft365.models import ABSENT
from portal.users.models import LeftOut, User


@dataclass(frozen=True)
class Entry:
    """A person's entry of the directory. Without `left_out` they are imported."""

    object_id: str
    address: str
    display_name: str
    left_out: LeftOut | None
    user_name: str = ""


@dataclass(frozen=True)
class Previewed:
    """A directory entry in the preview of the import."""

    object_id: str
    display_name: str
    address: str
    user_id: str | None = None
    is_admin: bool = False
    recruits: bool = False
    is_ticked: bool = False
    is_marked_shared: bool = False
    is_chosen: bool = False
    is_absent: bool = False

    @property
    def mailbox_label(self) -> str:
        """Why the mailbox is left out. Empty for one that opens or was never tried."""
        return ABSENT if self.is_absent else ""

    @property
    def is_here(self) -> bool:
        return self.user_id is not None

    @property
    def label(self) -> str:
        return f"{self.display_name} <{self.address}>"

    def may_change(self, recruits: bool) -> bool:
        """Whether a tick makes a difference. An administrator recruits in any case."""
        return not self.is_admin and self.recruits != recruits


class Whom(StrEnum):
    """The people of the directory that an administrator chose."""

    EVERYBODY = "everybody"
    GROUPS = "groups"
    PEOPLE = "people"

    @property
    def label(self) -> str:
        return {
            "everybody": "Everybody",
            "groups": "Members of groups",
            "people": "People one by one",
        }[self]

    @property
    def hint(self) -> str:
        return {
            "everybody": "Everybody who has a mailbox of your verified domains.",
            "groups": "Members of the Entra groups you choose, also through groups within them. "
            "Needs the permission GroupMember.Read.All.",
            "people": "Only the people you tick.",
        }[self]


@dataclass(frozen=True)
class ChosenGroup:
    """A group of the choice in force, of a proposed one, or of both."""

    object_id: str
    name: str
    is_chosen: bool
    is_proposed: bool
    count: int
    read_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True)
class FoundGroup:
    """A group that a search at Microsoft found."""

    object_id: str
    name: str
    description: str


@dataclass(frozen=True)
class Choice:
    """The choice in force, and the proposed one. Without a proposal they are the same."""

    whom: Whom
    proposed: Whom
    has_proposal: bool
    groups: tuple[ChosenGroup, ...]
    changes_roles: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether something waits to be saved."""
        return self.has_proposal or self.changes_roles

    @property
    def proposed_groups(self) -> tuple[ChosenGroup, ...]:
        return tuple(each for each in self.groups if each.is_proposed)

    @property
    def reads_groups(self) -> bool:
        return Whom.GROUPS in (self.whom, self.proposed)

    @property
    def label(self) -> str:
        """The choice in force in words, as the audit log keeps it."""
        names = [each.name for each in self.groups if each.is_chosen]
        if self.whom is Whom.GROUPS and names:
            return f"{self.whom.label}: {', '.join(names)}"
        return self.whom.label


@dataclass(frozen=True)
class Difference:
    """A person who would come, go or change with what is proposed."""

    object_id: str
    display_name: str
    address: str
    goes: bool
    is_enabled: bool
    is_here: bool
    is_invited: bool
    changes: bool = False
    recruits: bool = False

    @property
    def label(self) -> str:
        if self.changes:
            return "Becomes a member" if self.recruits else "Becomes limited"
        if not self.goes:
            if self.is_here and not self.is_enabled:
                return "Enabled again"
            return "Imported as a member" if self.recruits else "Imported as limited"
        if self.is_enabled:
            return "Stays: invited" if self.is_invited else "Disabled"
        return "Not imported"

    @property
    def is_loss(self) -> bool:
        return self.goes or (self.changes and not self.recruits)


@dataclass(frozen=True)
class Effect:
    """How many people would come, go, change and stay as they are."""

    comes: int
    goes: int
    changes: int
    stays: int


@dataclass(frozen=True)
class Directory:
    """How user sync stands."""

    syncs_users: bool
    enables_new: bool
    authorized_by: str | None
    authorized_at: datetime | None
    tenant_id: str | None
    domains: frozenset[str]
    facts_read_at: datetime | None
    stage: str
    round: int
    next_link: str | None
    cursor: str | None
    imported_at: datetime | None
    due_at: datetime
    is_claimed: bool
    last_success_at: datetime | None
    failure: str | None
    failed_at: datetime | None
    is_throttled: bool
    whole_read_began_at: datetime | None = None
    whole_read_asked_at: datetime | None = None

    def wants_whole_read(self, before: datetime) -> bool:
        """Whether everybody was last read before that time, or somebody asked since then."""
        if not self.is_read:
            return False
        began_at = self.whole_read_began_at
        if began_at is None or began_at < before:
            return True
        return self.whole_read_asked_at is not None

    @property
    def is_read(self) -> bool:
        """Whether everybody was read once, so that a preview exists."""
        return self.stage == "following"

    @property
    def is_imported(self) -> bool:
        return self.imported_at is not None


@dataclass(frozen=True)
class Meeting:
    """An entry that changed, and the person here who is the same."""

    entry: Entry
    user: User
    decision: str | None
