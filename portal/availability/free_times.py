"""The times at which a person can be met: their meeting hours without what blocks. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from portal.availability.hours import Week
from portal.availability.models import Interval
from portal.availability.spans import Span, spans


@dataclass(frozen=True)
class FreeDay:
    """One day of a person with what is left of its meeting hours."""

    day: date
    zone: tzinfo
    has_hours: bool
    free: tuple[Span, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.day:%a} {self.day.day} {self.day:%b}"

    @property
    def times(self) -> str:
        """`09:00 to 10:00, 12:00 to 17:00` by the person's clock. An end at midnight is 24:00."""
        return ", ".join(f"{self._clock(start)} to {self._clock(end)}" for start, end in self.free)

    def _clock(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{local:%H:%M}" if local.date() == self.day else "24:00"


def free_days(
    week: Week, intervals: Iterable[Interval], zone: tzinfo, *, now: datetime, days: int
) -> list[FreeDay]:
    """The free times from now on, by the dates of the person's zone."""
    today = now.astimezone(zone).date()
    blocks = merged(intervals)
    return [
        _free_day(week, blocks, today + timedelta(days=number), zone, now) for number in range(days)
    ]


def _free_day(week: Week, blocks: list[Span], day: date, zone: tzinfo, now: datetime) -> FreeDay:
    found = [(max(start, now), end) for start, end in spans(week, day, 1, zone) if end > now]
    free = tuple(piece for span in found for piece in _without(span, blocks))
    return FreeDay(day, zone, day.weekday() in week, free)


def merged(intervals: Iterable[Interval]) -> list[Span]:
    """The times that block, in order, each moment once."""
    found: list[Span] = []
    for start, end in sorted((one.starts_at, one.ends_at) for one in intervals if one.blocks):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _without(span: Span, blocks: list[Span]) -> Iterator[Span]:
    start, end = span
    for block_start, block_end in blocks:
        if block_end <= start or block_start >= end:
            continue
        if block_start > start:
            yield start, block_start
        start = block_end
    if start < end:
        yield start, end
