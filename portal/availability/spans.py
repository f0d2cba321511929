"""Meeting hours of dates, as times in UTC. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from portal.availability.hours import MIDNIGHT, Week, Window

Span = tuple[datetime, datetime]


def spans(week: Week, first: date, days: int, zone: tzinfo) -> Iterator[Span]:
    """The meeting hours of some days, in UTC. 09:00 stays 09:00 across clock changes."""
    for day in (first + timedelta(days=number) for number in range(days)):
        window = week.get(day.weekday())
        if window and (span := _span(window, day, zone)):
            yield span


def _span(window: Window, day: date, zone: tzinfo) -> Span | None:
    """The window of one date. An hour that clocks skip or repeat makes it shorter, never longer."""
    last = day + timedelta(days=1) if window.ends == MIDNIGHT else day
    start = max(_readings(day, window.starts, zone))
    end = min(_readings(last, window.ends, zone))
    return (start, end) if start < end else None


def _readings(day: date, at: time, zone: tzinfo) -> Span:
    """A local time before and after a clock change. Both are the same on other days."""
    first, second = (
        datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1)
    )
    return first, second
