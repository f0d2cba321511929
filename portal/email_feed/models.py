"""A message in a feed, its attachments, and the copies in mailboxes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.conversations.models import Hide, OwnAccount

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Participant:
    """A person in From, To or Cc of a message."""

    name: str
    address: str


class CopyPlace(StrEnum):
    """Where a copy lies now. Every kept one came from a folder that is read."""

    KEPT = "kept"
    JUNK = "junk"
    DELETED = "deleted"
    GONE = "gone"


@dataclass(frozen=True)
class Attachment:
    """A file of a message. Its content stays at Microsoft until it is downloaded."""

    id: str
    name: str
    content_type: str
    size: int
    kind: str = "file"

    @property
    def is_in_cloud(self) -> bool:
        return self.kind == "cloud"


@dataclass(frozen=True)
class Copy:
    """The message as it lies in one person's mailbox; `alias` is the address that brought it."""

    user_id: str
    web_link: str
    alias: str | None
    place: CopyPlace

    @property
    def is_gone(self) -> bool:
        return self.place is CopyPlace.GONE


@dataclass(frozen=True)
class EmailEntry:
    """A message in a candidate's feed.

    `sent_by` wrote it in the sender's name. `through` is the relay domain that passed it on.
    The `own_accounts` brought it, even if it is deleted there. The viewer's own comes first.
    """

    message_id: str
    internet_message_id: str
    sender: Participant
    recipients: tuple[Participant, ...]
    subject: str
    body: str
    is_cut: bool
    sent_at: datetime
    # What the writer's clock said. None for messages kept before it was stored.
    claimed_sent_at: datetime | None = None
    copies: tuple[Copy, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sent_by: Participant | None = None
    through: str = ""
    hides: tuple[Hide, ...] = ()
    own_accounts: tuple[OwnAccount, ...] = ()

    @property
    def wrong_date(self) -> datetime | None:
        """The date of the writer's clock, if it is days off the arrival."""
        claimed = self.claimed_sent_at
        return claimed if claimed and abs(claimed - self.sent_at) >= DAY else None

    @property
    def alias(self) -> str | None:
        """The alias without which the message would not be here."""
        if any(copy.alias is None for copy in self.copies):
            return None
        return next((copy.alias for copy in self.copies), None)

    @property
    def place(self) -> CopyPlace:
        """Where it lies in the mailbox that kept it best."""
        places = {copy.place for copy in self.copies}
        return next((each for each in CopyPlace if each in places), CopyPlace.KEPT)
