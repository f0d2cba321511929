"""A calendar that is watched, and how an event was found on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.models import Event

# Interviews of these days are read every minute, and later ones every five.
NEAR = timedelta(days=7)


@dataclass(frozen=True)
class Watch:
    """A group's calendar, or a person's own, that holds events of coming interviews.

    `name` is that of the group, or of the person.
    """

    id: str
    group_id: str | None
    user_id: str | None
    near_read_at: datetime | None
    far_read_at: datetime | None
    asked_at: datetime | None
    failure: str | None
    failed_at: datetime | None
    name: str

    def read_at(self, starts_at: datetime) -> datetime | None:
        """When the days of an interview that starts then were last read."""
        if self.near_read_at is not None and starts_at < self.near_read_at + NEAR:
            return self.near_read_at
        return self.far_read_at


@dataclass(frozen=True)
class Upcoming:
    """An event that people are invited to, of an interview that lies ahead."""

    event_id: str
    interview_id: str
    graph_id: str
    starts_at: datetime
    ends_at: datetime
    seen_etag: str
    is_missing: bool
    is_written: bool


@dataclass(frozen=True)
class Sight:
    """One event as a read found it. Without `found`, or not `is_listed`, it is missing.

    A deleted item may still answer by its id, and then stands in no list of the calendar.
    """

    event: Event
    found: Found | None
    is_listed: bool = True

    @property
    def is_missing(self) -> bool:
        return self.found is None or not self.is_listed
