"""A candidate, their addresses, and the entries of their feed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.addresses import fold, stands_for
from portal.wording import initials, place_of_zone


class ClosedAs(StrEnum):
    """How the search for a job ended."""

    HIRED = "hired"
    WITHDRAWN = "withdrawn"
    NOT_CHOSEN = "not_chosen"

    @property
    def label(self) -> str:
        return {"hired": "Hired", "withdrawn": "Withdrew", "not_chosen": "Not chosen"}[self]


@dataclass(frozen=True)
class Candidate:
    """A person the team may hire. `addresses` are in the order they were entered.

    `time_zone` is an IANA name, empty if nobody entered it.
    """

    id: str
    name: str
    headline: str
    addresses: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    closed_as: ClosedAs | None = None
    time_zone: str = ""

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def initials(self) -> str:
        return initials(self.name)

    def has_address(self, written: str) -> bool:
        """Whether a written address, perhaps with a tag, is one of this candidate's."""
        return not {fold(own) for own in self.addresses}.isdisjoint(stands_for(written))

    def hour(self, now: datetime) -> str:
        """`07:05 now in Buenos Aires`. Empty if the zone is unknown, or unknown to this machine."""
        try:
            local = now.astimezone(ZoneInfo(self.time_zone))
        except (KeyError, ValueError, OSError):
            return ""
        return f"{local:%H:%M} now in {place_of_zone(self.time_zone)}"


@dataclass(frozen=True)
class CandidateAddress:
    """One address of a candidate, with the form in which it is compared."""

    candidate_id: str
    address: str
    folded: str
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Sharer:
    """Another candidate who has one of the same addresses."""

    candidate_id: str
    name: str
    address: str


@dataclass(frozen=True)
class FeedEntry:
    """One entry of a feed; the subject that owns its kind knows what `subject_id` names."""

    id: str
    candidate_id: str
    kind: str
    subject_id: str
    happened_at: datetime


@dataclass(frozen=True)
class Place:
    """The end of a feed page."""

    happened_at: datetime
    entry_id: str


@dataclass(frozen=True)
class Written:
    """The writer and subject of a message. `is_own`: the viewer wrote it.

    `name` is empty if the message names nobody. All of `addresses` stand for the writer.
    """

    name: str
    addresses: tuple[str, ...]
    subject: str
    is_own: bool


@dataclass(frozen=True)
class Feed:
    """Entries, newest first. `older` is the start of the next page."""

    entries: tuple[FeedEntry, ...]
    total: int
    older: Place | None


@dataclass(frozen=True)
class EarlierMail:
    """The progress of the search for a candidate's earlier correspondence.

    `asked` are mailboxes whose owners decide about it themselves.
    """

    mailboxes: int
    searching: int
    asked: int = 0


@dataclass(frozen=True)
class ImportRow:
    """One candidate of a file, at `line`."""

    line: int
    name: str
    headline: str
    addresses: tuple[str, ...]
    time_zone: str = ""


@dataclass(frozen=True)
class Problem:
    """The problem or a warning about a line of a file."""

    line: int
    reason: str


@dataclass(frozen=True)
class Import:
    """A checked file that waits for its owner. Its rows are deleted once imported."""

    id: str
    user_id: str
    rows: tuple[ImportRow, ...]
    candidate_ids: tuple[str, ...]
    created_at: datetime
    imported_at: datetime | None


@dataclass(frozen=True)
class ImportProgress:
    """Searches for the addresses of an import: one for each address in each mailbox.

    `asked` are mailboxes whose owners decide about earlier mail themselves.
    """

    mailboxes: int
    total: int
    finished: int
    asked: int = 0

    @property
    def is_over(self) -> bool:
        return self.finished == self.total
