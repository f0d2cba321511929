"""A mail while it is written: its fields, its draft, and the message that it answers."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from portal.outbox.models import File
from portal.wording import listed, place_of_zone

KEPT_FOR = timedelta(days=14)
LONGEST_DELAY = timedelta(days=60)
# The value of a field that is empty otherwise.
NO_REPLY = "1"

SHOWN_LENGTH = 6_000


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

    @property
    def shown_text(self) -> str:
        """As much as stands beside the form. The message has a page of its own."""
        return self.text[:SHOWN_LENGTH]


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


PLACES = {"teams": "Microsoft Teams", "phone": "by phone"}


@dataclass(frozen=True)
class NextInterview:
    """A candidate's next interview. `candidate_zone` and `join_url` are empty where unknown."""

    interview_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    candidate_zone: str
    place: str
    place_text: str
    room_name: str
    join_url: str
    panel: tuple[str, ...] = ()

    @property
    def time(self) -> str:
        """`Thursday 26 November 2026, 10:00 to 11:00 (Buenos Aires time)`"""
        zone, name = self._zone
        start, end = self.starts_at.astimezone(zone), self.ends_at.astimezone(zone)
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{_day(end)}, {end:%H:%M}"
        return f"{_day(start)}, {start:%H:%M} to {until} ({name})"

    @property
    def _zone(self) -> tuple[tzinfo, str]:
        """The zone, and how a mail says it. UTC if this machine does not know it."""
        name = self.candidate_zone or self.zone
        try:
            known = ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            return UTC, "UTC"
        return known, "UTC" if name == "UTC" else f"{place_of_zone(name)} time"

    @property
    def where(self) -> str:
        """The place. Empty for one that nobody has named yet."""
        return (
            PLACES.get(self.place)
            or (self.room_name if self.place == "room" else "")
            or (self.place_text)
        )

    @property
    def with_whom(self) -> str:
        return listed(self.panel) if self.panel else ""


def _day(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B %Y}"
