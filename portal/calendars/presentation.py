"""One day of rooms as the page shows it: bars, hours and the present state. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.calendars.busy import Busy, Day, Times
from portal.calendars.models import Room

FIRST_HOUR, LAST_HOUR = 8, 18
WIDTH = 1000
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Bar:
    """A busy time in a drawing of width WIDTH."""

    x: int
    width: int
    is_tentative: bool


@dataclass(frozen=True)
class Scale:
    """The hours drawn: a working day, extended for events outside it."""

    starts_at: datetime
    ends_at: datetime
    day: Day

    def place(self, moment: datetime) -> int:
        within = min(max(moment, self.starts_at), self.ends_at)
        return round((within - self.starts_at) / (self.ends_at - self.starts_at) * WIDTH)

    @property
    def hours(self) -> list[tuple[int, str]]:
        """The position and name of each full hour."""
        count = round((self.ends_at - self.starts_at) / HOUR)
        hours = (self.starts_at + number * HOUR for number in range(count + 1))
        return [(self.place(hour), _hour(hour, self.day)[:2]) for hour in hours]


@dataclass(frozen=True)
class Shown:
    """One room on this day."""

    room: Room
    now: str
    kind: str
    words: str
    bars: tuple[Bar, ...]
    failure: str


def scale_of(times: Iterable[Times], day: Day) -> Scale:
    opens = _at(day, FIRST_HOUR)
    closes = _at(day, LAST_HOUR)
    for one in (busy for each in times for busy in each.busy):
        opens = min(opens, _full_hour(one.starts_at, day))
        closes = max(closes, min(_full_hour(one.ends_at + HOUR, day), day.ends_at))
    return Scale(opens, closes, day)


def _at(day: Day, hour: int) -> datetime:
    local = day.starts_at.astimezone(day.zone).replace(hour=hour)
    return local.astimezone(day.starts_at.tzinfo)


def _full_hour(moment: datetime, day: Day) -> datetime:
    local = moment.astimezone(day.zone)
    return moment - timedelta(minutes=local.minute, seconds=local.second)


def shown(room: Room, times: Times, scale: Scale, *, now: datetime) -> Shown:
    if times.failure:
        return Shown(room, "Not known", "warn", "", (), times.failure)
    state, kind = _state(times.busy, scale.day, now)
    return Shown(room, state, kind, _words(times.busy, scale.day), _bars(times.busy, scale), "")


def _state(taken: Sequence[Busy], day: Day, now: datetime) -> tuple[str, str]:
    current = next((one for one in taken if one.starts_at <= now < one.ends_at), None)
    if current is None:
        following = next((one for one in taken if one.starts_at > now), None)
        until = f"until {_hour(following.starts_at, day)}" if following else "for the rest of today"
        return f"Free {until}", "good"
    word = "Maybe taken" if current.is_tentative else "Taken"
    end = _end_of(taken, current)
    until = "for the rest of today" if end >= day.ends_at else f"until {_hour(end, day)}"
    return f"{word} {until}", "warn" if current.is_tentative else "bad"


def _end_of(taken: Sequence[Busy], current: Busy) -> datetime:
    """The end of a busy time, including a tentative one that follows directly."""
    end = current.ends_at
    for one in taken:
        end = one.ends_at if one.starts_at == end else end
    return end


def _words(taken: Sequence[Busy], day: Day) -> str:
    """The bars in words, for people who cannot see them."""
    return ", ".join(
        f"{_hour(one.starts_at, day)}\u2013{_hour(one.ends_at, day)}"
        + (" (tentative)" if one.is_tentative else "")
        for one in taken
    )


def _hour(moment: datetime, day: Day) -> str:
    """Format an hour. The end of the day is 24:00, not the next day's 00:00."""
    return "24:00" if moment >= day.ends_at else f"{moment.astimezone(day.zone):%H:%M}"


def _bars(taken: Sequence[Busy], scale: Scale) -> tuple[Bar, ...]:
    found = []
    for one in taken:
        left, right = scale.place(one.starts_at), scale.place(one.ends_at)
        found.append(Bar(left, max(2, right - left), one.is_tentative))
    return tuple(found)
