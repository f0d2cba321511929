"""An interview, its panel, its events at Microsoft, and who was told what."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FEED_KIND = "interview"
MOST_PEOPLE = 40
LONGEST = timedelta(hours=12)
STEP = timedelta(minutes=30)  # times are offered from the hour and the half hour
LONGEST_WORDS = 2_000
LONGEST_COMMENT = 1_000
LONGEST_TITLE = 120
LONGEST_PLACE = 200


class State(StrEnum):
    """The state of an interview; docs/interviews.md has the transitions."""

    WRITING = "writing"
    SCHEDULED = "scheduled"
    CHANGING = "changing"
    NEEDS_TIME = "needs_time"
    ASKS = "asks"
    FAILED = "failed"
    CANCELLED = "cancelled"


# An interview in one of these holds its time, or waits for one.
OPEN = (State.WRITING, State.SCHEDULED, State.CHANGING, State.NEEDS_TIME, State.ASKS)


class Goal(StrEnum):
    """The end that a person wants for an interview."""

    SCHEDULED = "scheduled"
    NEEDS_TIME = "needs_time"
    CANCELLED = "cancelled"


class Place(StrEnum):
    TEAMS = "teams"
    ROOM = "room"
    PHONE = "phone"
    ADDRESS = "address"

    @property
    def label(self) -> str:
        names = "Microsoft Teams", "Meeting room", "Phone", "Somewhere else"
        return dict(zip(Place, names, strict=True))[self]


class Home(StrEnum):
    """The owner of the calendar that holds the events."""

    GROUP = "group"
    ORGANIZER = "organizer"


class CalendarSource(StrEnum):
    """The level that decided on the calendar. Each later one overrides those before it."""

    ORGANIZATION = "organization"
    KIND = "kind"
    INTERVIEW = "interview"


class Role(StrEnum):
    """An event of an interview. With one event for all there is only the internal one."""

    INTERNAL = "internal"
    CANDIDATE = "candidate"


class Step(StrEnum):
    """The state of one event at Microsoft. Nobody is told before INVITED. LEFT: still there."""

    PLANNED = "planned"
    EMPTY = "empty"
    LINKED = "linked"
    INVITED = "invited"
    GONE = "gone"
    LEFT = "left"


OVER = (Step.GONE, Step.LEFT)  # Portal has nothing more to do with such an event


class Proof(StrEnum):
    """Whether the panel's own copies of an event were found."""

    WAITS = ""
    SEEN = "seen"
    NOT_SEEN = "not_seen"


class Attends(StrEnum):
    CANDIDATE = "candidate"
    PANEL = "panel"
    ROOM = "room"


class ToldBy(StrEnum):
    PORTAL = "portal"
    OUTLOOK = "outlook"
    MAIL = "mail"


class Certainty(StrEnum):
    """ASKED: Microsoft took a write that tells. SEEN: it stands on the person's own copy."""

    ASKED = "asked"
    SEEN = "seen"
    UNKNOWN = "unknown"


class Reply(StrEnum):
    """A person's answer. UNKNOWN: Microsoft never shows it on this calendar."""

    UNKNOWN = "unknown"
    NONE = "none"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Subject(StrEnum):
    """The owner of a claimed time: a user by id, or a room by folded address."""

    PERSON = "person"
    ROOM = "room"


@dataclass(frozen=True)
class Kind:
    """A kind of interview that administrators made. Empty `calendar`: the organization's."""

    id: str
    name: str
    minutes: int
    place: Place
    place_text: str
    calendar: str
    calendar_id: str | None
    words: str
    retired_at: datetime | None = None

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None


@dataclass(frozen=True)
class Interview:
    """One row of interviews. `candidate_id` is None once the candidate was deleted.

    `goal` is what a person wants, `state` how far it is, `reason` why it asks or failed.
    `version` counts what people are told, `generation` how often the events were made again.
    """

    id: str
    candidate_id: str | None
    candidate_name: str
    candidate_address: str
    kind_id: str | None
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    candidate_zone: str
    place: Place
    place_text: str
    room_id: str | None
    room_name: str
    room_address: str
    calendar: Home
    calendar_source: CalendarSource
    calendar_id: str | None
    organizer_id: str | None
    organizer_name: str
    is_one_event: bool
    words: str
    state: State
    goal: Goal
    reason: str
    comment: str
    version: int
    generation: int
    join_url: str
    scheduled_by: str | None
    scheduled_by_name: str
    created_at: datetime
    changed_at: datetime
    failing_since: datetime | None = None
    ended_at: datetime | None = None
    form_number: str | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def label(self) -> str:
        """The interview in records and in sentences."""
        if not self.candidate_name:  # the candidate was deleted
            return self.title
        return f"{self.title} with {self.candidate_name}"

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


@dataclass(frozen=True)
class Panelist:
    """A person of the panel as they are now."""

    user_id: str
    name: str
    address: str
    is_required: bool = True


@dataclass(frozen=True)
class Event:
    """One event of an interview at Microsoft. `id` is its transactionId and our mark.

    `modified_at` without `graph_id`: it may have been made, and the answer was lost.
    `agreed_…`: the times that Microsoft last confirmed; `asked_…`: of a call without an answer.
    """

    id: str
    interview_id: str
    role: Role
    generation: int
    group_id: str | None
    owner_user_id: str | None
    step: Step = Step.PLANNED
    graph_id: str | None = None
    ical_uid: str | None = None
    web_link: str = ""
    join_url: str = ""
    agreed_starts_at: datetime | None = None
    agreed_ends_at: datetime | None = None
    etag: str = ""
    modified_at: datetime | None = None
    invited_at: datetime | None = None
    proof_due_at: datetime | None = None
    proof: Proof = Proof.WAITS
    cancel_asked_at: datetime | None = None
    invite_asked_at: datetime | None = None
    asked_starts_at: datetime | None = None
    asked_ends_at: datetime | None = None
    seen_etag: str = ""
    missing_since: datetime | None = None
    asks_since: datetime | None = None
    moved_version: int | None = None
    moved_at: datetime | None = None
    copies_due_at: datetime | None = None
    patched_at: datetime | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether a call was to invite people, and its answer was lost."""
        return self.step is Step.LINKED and self.invite_asked_at is not None


@dataclass(frozen=True)
class Told:
    """The version that one person or room was last told."""

    interview_id: str
    folded: str
    address: str
    name: str
    role: Attends
    user_id: str | None
    version: int
    generation: int
    starts_at: datetime
    ends_at: datetime
    told_by: ToldBy
    certainty: Certainty
    told_at: datetime
    reply: Reply = Reply.UNKNOWN
    replied_at: datetime | None = None
    withdrawn_at: datetime | None = None
    is_required: bool = True


@dataclass(frozen=True)
class Claimed:
    """A time that an interview holds of a person or a room."""

    interview_id: str
    kind: Subject
    subject: str
    starts_at: datetime
    ends_at: datetime
