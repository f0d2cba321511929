"""A message in a feed, its attachments, and the copies in mailboxes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Participant:
    """A person in From, To or Cc of a message."""

    name: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """A file of a message. Its content stays at Microsoft until it is downloaded."""

    id: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Copy:
    """The message as it lies in one person's mailbox; `alias` is the address that brought it."""

    user_id: str
    web_link: str
    alias: str | None
    is_gone: bool


@dataclass(frozen=True)
class EmailEntry:
    """A message in a candidate's feed."""

    message_id: str
    sender: Participant
    recipients: tuple[Participant, ...]
    subject: str
    body: str
    is_cut: bool
    sent_at: datetime
    copies: tuple[Copy, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def alias(self) -> str | None:
        """The alias without which the message would not be here."""
        if any(copy.alias is None for copy in self.copies):
            return None
        return next((copy.alias for copy in self.copies), None)

    @property
    def is_gone(self) -> bool:
        """Deleted in every mailbox that it was found in."""
        return bool(self.copies) and all(copy.is_gone for copy in self.copies)
