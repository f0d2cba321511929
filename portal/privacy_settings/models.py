"""Candidates with what they brought out of a mailbox, and those nobody writes with any more."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Brought:
    """A candidate whose mail came from one mailbox. `added_by` is empty for nobody known.

    `hidden_count` of the `count` messages are hidden by the owners of the mailbox.
    """

    candidate_id: str
    name: str
    added_by: str
    added_at: datetime
    count: int
    hidden_count: int

    @property
    def open_count(self) -> int:
        return self.count - self.hidden_count


@dataclass(frozen=True)
class Silent:
    """A candidate without contact since a time: the last message, or when they were added."""

    candidate_id: str
    name: str
    closed_at: datetime | None
    last_contact_at: datetime
