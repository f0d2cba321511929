"""An interview's room as Microsoft shows it, and one that is not booked although it was invited."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Finding(StrEnum):
    """The room at the time of the interview. TAKEN does not say by which meeting."""

    FREE = "free"
    TENTATIVE = "tentative"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """The last time that Microsoft was asked whether a room is free, after it was invited.

    `folded` and `told_at` name the invitation. `since`: how long it has been like this.
    """

    interview_id: str
    folded: str
    told_at: datetime
    finding: Finding
    failure: str
    since: datetime
    checked_at: datetime


class Trouble(StrEnum):
    """Why an interview has no room: it declined, or it is free although it was invited."""

    DECLINED = "declined"
    FREE = "free"
