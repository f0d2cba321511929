"""A move of an interview: from which time to which, where it was made, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MoveSource(StrEnum):
    """UNDO is a move in Portal back to the time before another move."""

    OUTLOOK = "outlook"
    PORTAL = "portal"
    UNDO = "undo"


class MoveState(StrEnum):
    """OPEN: nobody has decided on it. REPLACED: another move came before anybody did."""

    OPEN = "open"
    KEPT = "kept"
    UNDONE = "undone"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Move:
    """One move. `version` is the interview's after it.

    `calendar` is where it was seen, as a sentence names it: a group's name in quotes. Microsoft
    does not tell who moved it, so only moves in Portal have a person from the beginning:
    `decided_by`.
    """

    id: str
    interview_id: str
    version: int
    source: MoveSource
    calendar: str
    old_starts_at: datetime
    old_ends_at: datetime
    new_starts_at: datetime
    new_ends_at: datetime
    seen_at: datetime
    state: MoveState = MoveState.OPEN
    decided_by: str | None = None
    decided_by_name: str = ""
    decided_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state is MoveState.OPEN

    def leads_to(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether that is the time after this move."""
        return (starts_at, ends_at) == (self.new_starts_at, self.new_ends_at)

    def leads_back_to(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether that is the time before this move."""
        return (starts_at, ends_at) == (self.old_starts_at, self.old_ends_at)
