"""Candidates as the owner of a mailbox sees them: what they brought out of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Brought:
    """A candidate whose mail came from one mailbox. `added_by` is empty for nobody known."""

    candidate_id: str
    name: str
    added_by: str
    added_at: datetime
    count: int
