"""Events as they happen: single ones, and each occurrence and exception of a series."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.calendars import recurrence, store, zones
from sandbox.database import Row, State

OCCURRENCE_ID = re.compile(r"AAMkAOccur(?P<series>[0-9a-f]{32})(?P<day>\d{8})")
# No zone is further from UTC than this.
WIDEST = timedelta(days=1)
# A member of the tenant's own, for series whose dates no rule of Graph's can say.
DATES = "_dates"
CANCELLED = "_cancelled"


@dataclass(frozen=True)
class Instance:
    """One event of a calendar as it happens. A series stands for its first occurrence."""

    row: Row
    item: dict[str, Any]
    id: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    day: date | None = None

    @property
    def order(self) -> tuple[datetime, str]:
        return self.starts_at, self.id

    def is_within(self, start: datetime, end: datetime) -> bool:
        """Whether it overlaps a period. An event without length belongs to where it begins."""
        return self.starts_at < end and (self.ends_at > start or self.starts_at >= start)


def of_row(row: Row) -> Instance:
    """Read a stored event."""
    item = store.item_of(row)
    start = datetime.fromisoformat(row["starts_at"])
    # A series ends with its last date, and its first occurrence before.
    is_series = row["kind"] == store.MASTER
    end = zones.moment(item["end"], "end") if is_series else datetime.fromisoformat(row["ends_at"])
    day = date.fromisoformat(row["original_date"]) if row["original_date"] else None
    return Instance(row, item, row["id"], row["kind"], start, end, day)


def between(state: State, owner: str, start: datetime, end: datetime) -> list[Instance]:
    """List everything that happens within a period, in order, each occurrence for itself."""
    rows = store.between(state, owner, start, end)
    series = [row for row in rows if row["kind"] == store.MASTER]
    changed = store.exceptions(state, [row["id"] for row in series])
    found = [of_row(row) for row in rows if row["kind"] != store.MASTER]
    for row in series:
        without = {one["original_date"] for one in changed[row["id"]]}
        found += occurrences(row, start, end, without=without)
    return sorted((one for one in found if one.is_within(start, end)), key=lambda one: one.order)


def of_series(state: State, row: Row, start: datetime, end: datetime) -> list[Instance]:
    """List the occurrences and exceptions of one series within a period."""
    changed = store.exceptions(state, [row["id"]])[row["id"]]
    without = {one["original_date"] for one in changed}
    found = [*occurrences(row, start, end, without=without), *map(of_row, changed)]
    return sorted((one for one in found if one.is_within(start, end)), key=lambda one: one.order)


def occurrences(
    row: Row,
    start: datetime,
    end: datetime,
    *,
    without: set[str] = frozenset(),  # type: ignore[assignment]  # never changed
) -> Iterator[Instance]:
    """Yield the occurrences of a series that are neither exceptions nor cancelled."""
    item = store.item_of(row)
    gone = {*without, *item.get(CANCELLED, ())}
    length = _length(item)
    first = (start - length - WIDEST).date() if start.year > 1 else date.min
    for day in days(item, upto=_later(end)):
        if day >= first and day.isoformat() not in gone:
            yield occurrence(row, item, day)


def _later(moment: datetime) -> date:
    return date.max if moment.year == date.max.year else (moment + WIDEST).date()


def days(item: dict[str, Any], *, upto: date) -> Iterator[date]:
    """Yield the dates of a series, cancelled ones included."""
    if DATES in item:
        yield from (day for day in map(date.fromisoformat, item[DATES]) if day <= upto)
    else:
        yield from recurrence.dates(item["recurrence"], upto=upto)


def occurrence(row: Row, item: dict[str, Any], day: date) -> Instance:
    """Build the occurrence of one date. It begins at the same local time each day."""
    start, there = zones.local_time(item["start"], "start")
    begins = datetime.combine(day, start.time())
    at = begins.replace(tzinfo=zones.zone(there)).astimezone(UTC)
    ends = at + _length(item)
    end_zone = item["end"].get("timeZone") or "UTC"
    if item["isAllDay"]:
        # A day may have 23 or 25 hours.
        local_end = begins + (zones.local_time(item["end"], "end")[0] - start)
        ends = local_end.replace(tzinfo=zones.zone(end_zone)).astimezone(UTC)
    times = {"start": zones.written(begins, there), "end": zones.shown(ends, end_zone)}
    name = occurrence_id(row["id"], day)
    return Instance(row, item | times, name, store.OCCURRENCE, at, ends, day)


def occurrence_id(series_id: str, day: date) -> str:
    return f"AAMkAOccur{series_id.removeprefix('AAMkAEvent')}{day:%Y%m%d}"


def _length(item: dict[str, Any]) -> timedelta:
    return zones.moment(item["end"], "end") - zones.moment(item["start"], "start")


Reader = Callable[[State, str, str], Row | None]


def find(state: State, owner: str, event_id: str, *, read: Reader = store.event) -> Instance | None:
    """Find an event, an exception or an occurrence by its id."""
    row = read(state, owner, event_id)
    if row is not None:
        return of_row(row)
    match = OCCURRENCE_ID.fullmatch(event_id)
    series = match and read(state, owner, f"AAMkAEvent{match['series']}")
    if not match or not series:
        return None
    item, day = store.item_of(series), date.fromisoformat(match["day"])
    is_there = day in days(item, upto=day) and day.isoformat() not in item.get(CANCELLED, ())
    return occurrence(series, item, day) if is_there else None
