"""A conversation that somebody hid."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HiddenConversation:
    """`hidden_by` is a user's id, and nobody's once that user has been deleted."""

    id: str
    hidden_by: str | None
    hidden_at: datetime
