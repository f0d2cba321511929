"""A stranger in a conversation, and the question that comes of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Stranger:
    """The person in From of a message that is not kept, and its conversation in the mailbox.

    `others` are all addresses on the message but the owner's.
    """

    conversation_id: str
    address: str
    name: str
    received_at: datetime
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """An address that wrote in a conversation with a candidate. The mailbox's owner judges it."""

    account_id: str
    folded: str
    address: str
    name: str
    seen_at: datetime
