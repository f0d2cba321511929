"""A line of the list, the filter of the list, and the work that an interview waits for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.interviews.models import Attends, Goal, Place, Reply, State


class Whose(StrEnum):
    """A filter by person."""

    EVERYBODY = ""
    PANEL = "panel"
    ORGANIZED = "organized"

    @property
    def label(self) -> str:
        return {
            "": "Everybody's",
            "panel": "Where I am on the panel",
            "organized": "That I organize",
        }[self]


class When(StrEnum):
    """A filter by time and state. An interview that needs a decision may also be coming up."""

    COMING = ""
    DECISION = "decision"
    MOVED = "moved"
    PAST = "past"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            "": "Coming up",
            "decision": "Needs a decision",
            "moved": "Moved in Outlook",
            "past": "Past",
            "cancelled": "Cancelled",
        }[self]


@dataclass(frozen=True)
class Wanted:
    """The filter of a reader's list. `search`: of a candidate's name or a title.

    A limited reader sees no others than their own invitations, whatever they want.
    """

    reader_id: str
    is_limited: bool
    now: datetime
    search: str = ""
    whose: Whose = Whose.EVERYBODY
    when: When = When.COMING


@dataclass(frozen=True)
class Listed:
    """An interview as a line of a list.

    `is_unseen`: nobody of the panel has its event. `is_moved`: nobody decided yet on a move in
    Outlook. `is_changed`: nor on something else that was changed there. A limited reader sees
    what they were told; without `is_place_told`, that was of events with another place.
    `found_count` counts all lines of the filter. `room_trouble` is why it has no room, as a
    Trouble, or empty.
    """

    id: str
    title: str
    candidate_name: str
    candidate_zone: str
    starts_at: datetime
    ends_at: datetime
    place: Place
    place_text: str
    room_name: str
    state: State
    goal: Goal
    reason: str
    is_unseen: bool
    is_moved: bool
    is_changed: bool
    is_place_told: bool = True
    found_count: int = 1
    room_trouble: str = ""


@dataclass(frozen=True)
class Answer:
    """The last news to one person or room, and their reply to it."""

    interview_id: str
    name: str
    role: Attends
    starts_at: datetime
    ends_at: datetime
    reply: Reply


@dataclass(frozen=True)
class Invited:
    """The contents of a panelist's own invitation. `is_place_told`: it has the present place.

    `told_at` is when they were last told. None once it was withdrawn.
    """

    title: str
    room_name: str
    is_place_told: bool
    starts_at: datetime
    ends_at: datetime
    told_at: datetime | None


@dataclass(frozen=True)
class Work:
    """How far writing to Microsoft is. `failure` is why the last try did not work."""

    due_at: datetime
    failure: str | None
    failed_at: datetime | None
    is_throttled: bool
