"""Group calendars, and the checks that show whether one works."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class GroupCalendar:
    """The calendar of a Microsoft 365 group. `group_id` is Microsoft's."""

    id: str
    group_id: str
    name: str
    address: str
    is_default: bool
    default_since: datetime | None
    default_until: datetime | None
    added_by: str
    added_at: datetime
    checked_at: datetime
    retiring_since: datetime | None = None

    @property
    def is_retiring(self) -> bool:
        """Whether it is being removed: its last interviews move, and nothing new goes on it."""
        return self.retiring_since is not None

    @property
    def label(self) -> str:
        """The name in the audit log, with the address, since groups may share a name."""
        return f"{self.name} <{self.address}>" if self.address else self.name


class CheckName(StrEnum):
    """The conditions of a group. A member is never renamed, since rows keep its text."""

    UNIFIED = "unified"
    MAIL_ENABLED = "mail_enabled"
    PUBLIC = "public"
    TEAMS = "teams"
    LISTED = "listed"
    ADMIN_HERE = "admin_here"
    MEMBER = "member"


# The others concern the person at the page, and are only known at that time.
OF_THE_GROUP = (
    CheckName.UNIFIED,
    CheckName.MAIL_ENABLED,
    CheckName.PUBLIC,
    CheckName.TEAMS,
    CheckName.LISTED,
)


class Outcome(StrEnum):
    FAILED = "failed"
    UNKNOWN = "unknown"
    OK = "ok"


@dataclass(frozen=True)
class Check:
    """The outcome of one check. `detail` adds what Microsoft answered, where that helps."""

    name: CheckName
    outcome: Outcome
    detail: str = ""


class GroupKind(StrEnum):
    """The kinds of groups of Entra. Only the first has a calendar."""

    MICROSOFT_365 = "Microsoft 365 group"
    DISTRIBUTION_LIST = "distribution list"
    MAIL_ENABLED_SECURITY = "mail-enabled security group"
    SECURITY = "security group"


@dataclass(frozen=True)
class FoundGroup:
    """A group that a search at Microsoft found."""

    group_id: str
    name: str
    address: str
    kind: GroupKind

    @property
    def has_calendar(self) -> bool:
        return self.kind is GroupKind.MICROSOFT_365


@dataclass(frozen=True)
class DirectoryFacts:
    """A group as the directory describes it."""

    name: str
    address: str
    kind: GroupKind
    has_mail: bool
    is_security: bool
    visibility: str
    has_team: bool

    @property
    def is_public(self) -> bool:
        return self.visibility.casefold() == "public"


@dataclass(frozen=True)
class ExchangeFacts:
    """A group as Exchange describes it. None where it says nothing."""

    name: str
    address: str
    is_hidden: bool | None
    takes_outside_mail: bool | None


@dataclass(frozen=True)
class Checks:
    """The seven checks of one group, and the facts that advice follows from.

    `is_described` is false if neither the directory nor Exchange answered.
    """

    group_id: str
    name: str
    address: str
    checks: tuple[Check, ...]
    takes_outside_mail: bool | None = None
    is_described: bool = True

    def having(self, outcome: Outcome) -> tuple[Check, ...]:
        return tuple(each for each in self.checks if each.outcome is outcome)

    @property
    def failed(self) -> tuple[Check, ...]:
        return self.having(Outcome.FAILED)

    @property
    def unknown(self) -> tuple[Check, ...]:
        return self.having(Outcome.UNKNOWN)
