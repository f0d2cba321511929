"""One week of a person's calendar by days, in their time zone. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from portal.availability.calendar_view import Window
from portal.availability.models import Interval
from portal.flash_texts import FlashText


class AvailabilityFlash(FlashText):
    """Meeting hours, and the events that count as busy."""

    OWN_HOURS = "Saved. These are your meeting hours now."
    ORGANIZATION_HOURS = "The meeting hours of your organization now apply to you."
    HOURS_FOR_ALL = "Saved. These hours now apply to everybody without hours of their own."
    TENTATIVE = "Tentative events now {count} as busy."
    ELSEWHERE = "Times of working elsewhere now {count} as busy."
    SERIES_BUSY = "The times of the series by {label} now count as busy."
    SERIES_FREE = "The times of the series by {label} count as free."


WEEK = timedelta(days=7)
DAY = timedelta(days=1)
ON_A_PAGE = 100


@dataclass(frozen=True)
class ShownTime:
    """One event: its times in words, and whether and why it counts."""

    text: str
    counts: bool
    reason: str


@dataclass(frozen=True)
class ShownDay:
    title: str
    times: tuple[ShownTime, ...]


@dataclass(frozen=True)
class CalendarWeek:
    """A week from Monday to Sunday, and its neighbours within the days that are read."""

    first: date
    zone: tzinfo
    earliest: date
    latest: date

    @classmethod
    def of(cls, wanted: str, now: datetime, zone: tzinfo) -> "CalendarWeek":
        """The week of a date. This week for anything else, and the nearest that is read."""
        window = Window.at(now)
        earliest, latest, today = (
            _monday(each.astimezone(zone).date())
            for each in (window.starts_at, window.ends_at, now)
        )
        first = min(max(_monday(_date(wanted) or today), earliest), latest)
        return cls(first, zone, earliest, latest)

    @property
    def starts_at(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        return _midnight(self.first + WEEK, self.zone)

    @property
    def title(self) -> str:
        return f"{_day(self.first)} to {_day(self.last)} {self.last.year}"

    @property
    def last(self) -> date:
        return self.first + WEEK - DAY

    @property
    def previous(self) -> date | None:
        return self.first - WEEK if self.first > self.earliest else None

    @property
    def next(self) -> date | None:
        return self.first + WEEK if self.first < self.latest else None

    def has(self, interval: Interval) -> bool:
        is_within = interval.starts_at < self.ends_at and interval.ends_at > self.starts_at
        is_instant = interval.starts_at == interval.ends_at
        return is_within or (is_instant and self.starts_at <= interval.starts_at < self.ends_at)

    def days(self, intervals: Iterable[Interval]) -> list[ShownDay]:
        """Each event on the day it begins, or on Monday if it began earlier."""
        found: dict[date, list[ShownTime]] = {}
        for each in intervals:
            day = max(each.starts_at.astimezone(self.zone).date(), self.first)
            found.setdefault(day, []).append(_shown(each, day, self.zone))
        return [ShownDay(f"{day:%A} {_day(day)}", tuple(times)) for day, times in found.items()]


@dataclass(frozen=True)
class ReadDays:
    """The first and last whole day that a read covered, in the person's time zone."""

    first: date
    last: date

    @classmethod
    def of(cls, window: Window, zone: tzinfo) -> "ReadDays":
        before = (window.starts_at - timedelta.resolution).astimezone(zone).date()
        return cls(before + DAY, window.ends_at.astimezone(zone).date() - DAY)

    def part_of(self, week: CalendarWeek) -> "ReadDays":
        """Those of a week. The first is after the last if there are none."""
        return ReadDays(max(self.first, week.first), min(self.last, week.last))

    def cover(self, week: CalendarWeek) -> bool:
        return self.part_of(week) == ReadDays(week.first, week.last)

    @property
    def are_none(self) -> bool:
        return self.first > self.last

    @property
    def text(self) -> str:
        return f"{_day(self.first)} {self.first.year} to {_day(self.last)} {self.last.year}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday()) if day > date.min + WEEK else day


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _shown(interval: Interval, day: date, zone: tzinfo) -> ShownTime:
    text = span(interval.starts_at, interval.ends_at, zone, day=day)
    return ShownTime(text, interval.blocks, interval.reason.text)


def span(starts_at: datetime, ends_at: datetime, zone: tzinfo, *, day: date | None = None) -> str:
    """`09:00 to 10:00`, `all day`, or with dates where it leaves `day`."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    if day == start.date() and end == datetime.combine(day + DAY, time(), zone):
        return "All day"
    first = f"{start:%H:%M}" if day == start.date() else f"{start:%a} {_short(start)}"
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a} {_short(end)}"
    return f"{first} to {last}"


def _short(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %H:%M}"
