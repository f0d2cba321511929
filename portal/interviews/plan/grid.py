"""The starts of one day, who is free then, and what that means for the whole interview. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from portal.availability.spans import Span
from portal.interviews.models import STEP
from portal.interviews.plan.columns import Column, Free, hours_within
from portal.wording import counted, verb

DAY = timedelta(days=1)
# The starts of a day on which nobody has meeting hours.
USUAL_FROM, USUAL_TO = time(8), time(18)
EARLY, LATE = time(7), time(22)


@dataclass(frozen=True)
class Theirs:
    """The candidate's time. `day` is their date where it is another one, `word` early or late."""

    clock: str
    day: str
    word: str


@dataclass(frozen=True)
class Row:
    """One start. Each cell is about the half hour, the verdict about the whole interview."""

    starts_at: datetime
    clock: str
    theirs: Theirs | None
    cells: tuple[Free, ...]
    verdict: str
    is_good: bool


@dataclass(frozen=True)
class Grid:
    """One local day of the panel and the rooms. `chosen` has a row in any case."""

    columns: tuple[Column, ...]
    day: date
    zone: tzinfo
    length: timedelta
    now: datetime
    chosen: datetime | None = None
    their_zone: tzinfo | None = None

    @property
    def rows(self) -> list[Row]:
        """Every start of the day that is not past and lies within anybody's hours."""
        since, until = local_day(self.day, self.zone)
        found = {*self._starts(since, until)}
        if self.chosen is not None and since <= self.chosen < until:
            found.add(self.chosen)
        return [self._row(each) for each in sorted(found) if each > self.now]

    def _starts(self, since: datetime, until: datetime) -> Iterator[datetime]:
        first, last = hours_within(self.columns, since, until) or _usual(self.day, self.zone)
        for each in _halves(since, until):
            if first <= each and each + self.length <= max(last, first + self.length):
                yield each

    def _row(self, start: datetime) -> Row:
        whole = (start, start + self.length)
        verdict, is_good = judged(self.columns, whole)
        half = (start, start + min(STEP, self.length))
        theirs = their_time(whole, self.their_zone, self.day) if self.their_zone else None
        cells = tuple(each.at(half) for each in self.columns)
        return Row(start, clock_of(start, self.zone), theirs, cells, verdict, is_good)


def local_day(day: date, zone: tzinfo) -> Span:
    """The first and last moment of a date: 23 to 25 hours."""
    first, last = (
        datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + DAY)
    )
    return first, last


def _halves(since: datetime, until: datetime) -> Iterator[datetime]:
    while since < until:
        yield since
        since += STEP


def _usual(day: date, zone: tzinfo) -> Span:
    first, last = (
        datetime.combine(day, each, zone).astimezone(UTC) for each in (USUAL_FROM, USUAL_TO)
    )
    return first, last


def clock_of(at: datetime, zone: tzinfo) -> str:
    """`14:00`. An hour that clocks show twice that day has its offset: `02:30 (UTC+1)`."""
    local = at.astimezone(zone)
    is_repeated = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return f"{local:%H:%M} ({offset(local)})" if is_repeated else f"{local:%H:%M}"


def offset(local: datetime) -> str:
    """`UTC+2`, `UTC-3`, `UTC+5:30`."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def their_time(whole: Span, zone: tzinfo, day: date) -> Theirs:
    """A candidate's time, with a word for what begins or ends between 22:00 and 07:00."""
    start, end = (each.astimezone(zone) for each in whole)
    shown = "" if start.date() == day else f"{start:%a}"
    return Theirs(f"{start:%H:%M}", shown, _word(start, end))


def _word(start: datetime, end: datetime) -> str:
    if start.time() < EARLY:
        return "early"
    is_late = start.time() >= LATE or end.time() > LATE or end.date() > start.date()
    return "late" if is_late else ""


def judged(columns: Sequence[Column], whole: Span) -> tuple[str, bool]:
    """Everybody at once, in words, and whether all who are needed are free."""
    needed = [each for each in columns if each.is_required]
    states = {each.id: each.at(whole) for each in columns}
    for worst in (Free.BUSY, Free.NOT_KNOWN, Free.MAYBE, Free.OFF_HOURS):
        found = [each for each in needed if states[each.id] is worst]
        if found:
            return _trouble(found, needed, worst), False
    absent = [each for each in columns if not each.is_required and states[each.id] is not Free.FREE]
    if absent:
        return f"Free, except {_names(absent)} (optional)", True
    return _all_free(columns), bool(columns)


def _all_free(columns: Sequence[Column]) -> str:
    people = [each for each in columns if not each.is_room]
    if not people:
        return "Free" if columns else "Nobody is chosen"
    return f"{people[0].name} is free" if len(people) == 1 else "Everyone is free"


def _trouble(found: list[Column], needed: list[Column], worst: Free) -> str:
    people = [each for each in found if not each.is_room]
    told = people or found
    names = _names(told)
    if worst is Free.BUSY and not people:
        return f"{names} {verb(len(told), 'is', 'are')} taken"
    if worst is Free.BUSY:
        all_people = [each for each in needed if not each.is_room]
        names = "Both" if len(told) == len(all_people) == 2 else names
        return f"{names} {verb(len(told), 'is', 'are')} busy"
    if worst is Free.MAYBE:
        return f"{names} may be {'busy' if people else 'taken'}"
    return f"{names}: not known" if worst is Free.NOT_KNOWN else f"Outside the hours of {names}"


def _names(several: Iterable[Column]) -> str:
    names = [each.name for each in several]
    return " and ".join(names) if len(names) < 3 else counted(len(names), "person")
