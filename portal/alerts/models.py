"""Causes that need a person, and the mail that tells of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.group_calendars.roster.troubles import Trouble
from portal.microsoft365.models import Consent, Expiry


class Kind(StrEnum):
    """A kind of cause. Checks show its name."""

    CONSENT = "Consent"
    SECRET = "Secret or certificate"  # noqa: S105  # a name
    GUARD = "Guard of user sync"
    CONNECTIONS = "People"
    SYNC = "Sync of mailboxes"
    USER_SYNC = "Runs of user sync"
    GROUP_CALENDARS = "Group calendars"
    ROOMS = "Rooms of interviews"


@dataclass(frozen=True)
class Cause:
    """One thing that needs a person, with its cure and the page where it is cured.

    `stops_microsoft`: Microsoft refuses the organization, so no mail goes out through it.
    """

    kind: Kind
    since: datetime
    title: str
    meaning: str
    cure: str
    path: str
    query: str = ""
    stops_microsoft: bool = False

    @property
    def address(self) -> str:
        """The page below Portal's own address."""
        return f"{self.path}{self.query}"


@dataclass(frozen=True)
class Lapsed:
    """A person whose connection Microsoft ended."""

    user_id: str
    address: str
    since: datetime


@dataclass(frozen=True)
class Failing:
    """A mailbox whose sync fails, since the first failure after its last success."""

    account_id: str
    address: str
    is_shared: bool
    failed_at: datetime
    deciders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roomless:
    """A coming interview without its room, and a person who can choose another one."""

    user_id: str
    interview_id: str
    since: datetime


@dataclass(frozen=True)
class Findings:
    """Everything that the causes are told from, as it holds now."""

    now: datetime
    consent: Consent | None
    expiry: Expiry | None
    doubts: int
    asked_at: datetime | None
    lapsed: tuple[Lapsed, ...]
    failing: tuple[Failing, ...]
    user_sync_failed_at: datetime | None
    calendars: tuple[Trouble, ...] = ()
    roomless: tuple[Roomless, ...] = ()

    @property
    def concerned(self) -> set[str]:
        """The people whom a cause of their own concerns."""
        deciders = {user_id for each in self.failing for user_id in each.deciders}
        own = {each.user_id for each in self.lapsed} | {each.user_id for each in self.roomless}
        return deciders | own


@dataclass(frozen=True)
class Opening:
    """The last time that a person opened a page."""

    path: str
    opened_at: datetime


@dataclass(frozen=True)
class AlertMail:
    """A person's mail of one day. It has a row of the outbox."""

    user_id: str
    day: str
    queued_at: datetime
    outbox_id: str | None


@dataclass(frozen=True)
class Draft:
    """A mail as it would be written now."""

    subject: str
    text: str


def stops_microsoft(causes: Iterable[Cause]) -> bool:
    return any(each.stops_microsoft for each in causes)
