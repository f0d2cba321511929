"""A hidden conversation, and what hiding means for one message and its viewer."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HiddenConversation:
    """`hidden_by` is the account whose decision it is: a person's own, or a shared mailbox's.

    It is empty once that account has been deleted.
    """

    id: str
    hidden_by: str | None
    hidden_at: datetime


@dataclass(frozen=True)
class Hide:
    """The person or shared mailbox that hid a message. Without id and name they have left.

    It `is_own` if the viewer decides for that account.
    """

    account_id: str | None
    name: str
    is_own: bool = False


@dataclass(frozen=True)
class OwnAccount:
    """A mailbox for which the viewer decides: their own, or a shared one with its name."""

    id: str
    shared_name: str = ""


@dataclass(frozen=True)
class ShownAgain:
    """How many messages an account no longer hides, and how many of them another still does."""

    messages: int
    still_hidden: int
