"""Each instance that recurring-ical-events reads in a window of a calendar, with its times."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import recurring_ical_events

from tests.corpus.calendars.files import Component, File, Group, Moment, may_block

# The zone of the person whose calendar it is: all-day events and times without a zone are there.
ZONE = ZoneInfo("Europe/Berlin")
WINDOWS_ZONE = "W. Europe Standard Time"
DAY = timedelta(days=1)
Times = tuple[datetime, datetime]
# When an event is, and whether it counts as busy.
Verdict = tuple[datetime, datetime, bool]


@dataclass(frozen=True)
class Window:
    """The days that Portal reads around a moment."""

    now: datetime

    @property
    def starts_at(self) -> datetime:
        return self.now - DAY

    @property
    def ends_at(self) -> datetime:
        return self.now + 62 * DAY

    def overlaps(self, times: Times) -> bool:
        """Whether an event is within. One without length belongs to where it begins."""
        start, end = times
        return start < self.ends_at and (end > self.starts_at or start == end >= self.starts_at)


@dataclass(frozen=True)
class Instance:
    """One event as it happens."""

    event: Component
    starts_at: Moment
    ends_at: Moment

    @property
    def is_all_day(self) -> bool:
        return not isinstance(self.starts_at, datetime)

    @property
    def times(self) -> Times:
        end = self.ends_at
        if self.is_all_day and end <= self.starts_at:
            end = self.starts_at + DAY
        return in_utc(self.starts_at), in_utc(end)

    @property
    def blocks(self) -> bool:
        return may_block(self.event) and self.times[0] < self.times[1]


def in_utc(moment: Moment) -> datetime:
    """The moment in UTC. A date is its midnight, and a time without a zone local, for the person.

    Exchange keeps no fractions of a second.
    """
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    found: datetime = moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    return found.astimezone(UTC).replace(microsecond=0)


@lru_cache(maxsize=1000)
def instances(group: Group, window: Window) -> list[Instance]:
    """The instances that overlap a window."""
    span = (window.starts_at - 2 * DAY).date(), (window.ends_at + 2 * DAY).date()
    found = [
        Instance(event, event["DTSTART"].dt, event["DTEND"].dt)
        for event in recurring_ical_events.of(group.calendar).between(*span)
    ]
    return [each for each in found if window.overlaps(each.times)]


def verdicts(file: File, window: Window) -> list[Verdict]:
    """When each event is within a window, and whether it counts as busy."""
    return sorted(
        (*one.times, one.blocks) for group in file.groups for one in instances(group, window)
    )


def windows(file: File, *, most: int) -> list[Window]:
    """Windows that lie over the file's own dates: each begins with an event that is not in one."""
    first: list[date] = []
    for day in file.starts:
        if not first or day > first[-1] + 60 * DAY:
            first.append(day)
    step = max(1, -(-len(first) // most))
    return [Window(datetime.combine(day, time(), UTC)) for day in first[::step]]
