"""A conversation that somebody hid, and what a message tells about it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HiddenConversation:
    """`hidden_by` is a user's id, and nobody's once that user has been deleted."""

    id: str
    hidden_by: str | None
    hidden_at: datetime


@dataclass(frozen=True)
class Hide:
    """A person who hid a message. Without id and name they have left."""

    user_id: str | None
    name: str


@dataclass(frozen=True)
class ShownAgain:
    """How many messages a person no longer hides, and how many of them a colleague still does."""

    messages: int
    still_hidden: int
