"""A mail while it is written: its fields, its draft, and the message that it answers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.outbox.models import File

KEPT_FOR = timedelta(days=14)
LONGEST_DELAY = timedelta(days=60)
# The value of a field that is empty otherwise.
NO_REPLY = "1"


@dataclass(frozen=True)
class Fields:
    """The form as it was last sent. Nothing of it has been checked yet."""

    sender: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    text: str = ""
    signature: str = ""
    day: str = ""
    time: str = ""
    which: str = ""
    # What a template put in place of {my_address}.
    filled_address: str = ""
    no_reply: str = ""

    @property
    def is_no_reply(self) -> bool:
        """Whether it was filled in from a template marked “no reply”."""
        return self.no_reply == NO_REPLY


@dataclass(frozen=True)
class About:
    """The author and candidate of a mail, and the message it answers or the mail it repeats."""

    author_id: str
    candidate_id: str
    answers: str = ""
    repeats: str = ""


@dataclass(frozen=True)
class Draft:
    """A mail that was not sent yet. A `form_number` becomes one mail at most."""

    id: str
    about: About
    form_number: str
    fields: Fields
    updated_at: datetime
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class OtherDraft:
    """Another draft of the same author to the same candidate, as a link."""

    answers: str
    repeats: str
    subject: str
    updated_at: datetime


@dataclass(frozen=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True)
class Answered:
    """The message that is answered. `reply_to` is empty where it names only the writer.

    `held_by` are the accounts whose mailbox has a copy; the value is the alias that brought it.
    """

    id: str
    sender: Person
    recipients: tuple[Person, ...]
    subject: str
    text: str
    sent_at: datetime
    reply_to: tuple[str, ...] = ()
    held_by: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """A subject and a text to begin with. Without `owner_id` it is the team's."""

    id: str
    owner_id: str | None
    name: str
    folded_name: str
    subject: str
    text: str
    updated_at: datetime
    is_no_reply: bool = False

    @property
    def is_of_team(self) -> bool:
        return self.owner_id is None


@dataclass(frozen=True)
class Signature:
    """Text below a mail. Without `alias_id` it is for all addresses; `address` is the alias's."""

    id: str
    user_id: str
    text: str
    updated_at: datetime
    alias_id: str | None = None
    address: str | None = None

    @property
    def label(self) -> str:
        return self.address or "All addresses"
