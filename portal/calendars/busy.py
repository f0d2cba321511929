"""The times a room is busy on one day, from Microsoft's answer. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from portal import clock
from portal.addresses import fold

INTERVAL_MINUTES = 15
TAKEN, MAYBE = ("busy", "oof"), ("tentative",)
DIGITS = {"1": "tentative", "2": "busy", "3": "oof"}
UTC_NAMES = ("", "utc", "tzone://microsoft/utc", "etc/utc")
NOT_FOUND = "Microsoft does not know this address any more. Refresh the list of rooms."
UNREADABLE = "Microsoft's answer about this room cannot be read."
REFUSED = "Microsoft does not say when this room is free. Its calendar may not be shared."
NOTHING = "Microsoft's answer says nothing about this room."


@dataclass(frozen=True)
class Busy:
    """A time when a room is busy, or may be."""

    starts_at: datetime
    ends_at: datetime
    is_tentative: bool = False


@dataclass(frozen=True)
class Day:
    """One day in a time zone: 23 to 25 hours."""

    starts_at: datetime
    ends_at: datetime
    zone: tzinfo

    @classmethod
    def of(cls, now: datetime, zone: tzinfo) -> "Day":
        today = now.astimezone(zone).date()
        first = datetime.combine(today, time(), zone)
        last = datetime.combine(today + timedelta(days=1), time(), zone)
        return cls(first.astimezone(UTC), last.astimezone(UTC), zone)


@dataclass(frozen=True)
class Times:
    """One room on one day: its busy times, or why they are unknown."""

    busy: tuple[Busy, ...] = ()
    failure: str = ""


def question(addresses: Sequence[str], day: Day) -> dict[str, Any]:
    """The body of getSchedule, in UTC, where no hour occurs twice."""
    return {
        "schedules": list(addresses),
        "startTime": _written(day.starts_at),
        "endTime": _written(day.ends_at),
        "availabilityViewInterval": INTERVAL_MINUTES,
    }


def _written(moment: datetime) -> dict[str, str]:
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def times_in(answer: dict[str, Any], addresses: Iterable[str], day: Day) -> dict[str, Times]:
    """Busy times by requested address. Each room fails alone."""
    schedules = answer.get("value")
    told = {
        fold(str(one.get("scheduleId", ""))): one
        for one in (schedules if isinstance(schedules, list) else [])
        if isinstance(one, dict)
    }
    return {address: _times(told.get(fold(address)), day) for address in addresses}


def _times(schedule: dict[str, Any] | None, day: Day) -> Times:
    if schedule is None:
        return Times(failure=NOTHING)
    if isinstance(error := schedule.get("error"), dict):
        code = str(error.get("responseCode", ""))
        return Times(failure=NOT_FOUND if code == "ErrorMailRecipientNotFound" else REFUSED)
    try:
        return Times(merged(_told(schedule, day), day))
    except (KeyError, TypeError, ValueError, OverflowError):
        return Times(failure=UNREADABLE)


def _told(schedule: dict[str, Any], day: Day) -> Iterator[Busy]:
    """The listed events, or else the availability digits, which are always present."""
    items = schedule.get("scheduleItems") or []
    if not items:
        yield from _from_digits(str(schedule.get("availabilityView") or ""), day)
    for item in items:
        status = str(item["status"]).casefold()
        if status in (*TAKEN, *MAYBE):
            yield Busy(moment_in(item["start"]), moment_in(item["end"]), status in MAYBE)


def _from_digits(view: str, day: Day) -> Iterator[Busy]:
    step = timedelta(minutes=INTERVAL_MINUTES)
    for number, digit in enumerate(view):
        if digit in DIGITS:
            start = day.starts_at + number * step
            yield Busy(start, start + step, DIGITS[digit] in MAYBE)


def moment_in(told: dict[str, Any]) -> datetime:
    """A time from a date, time and zone name. ValueError for an unknown zone."""
    name, text = str(told.get("timeZone") or ""), str(told["dateTime"])
    if name.casefold() in UTC_NAMES:
        return clock.moment(text)
    try:
        zone = ZoneInfo(name)
    except (LookupError, OSError) as error:
        raise ValueError(f"No time zone: {name[:64]}") from error
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def merged(told: Iterable[Busy], day: Day) -> tuple[Busy, ...]:
    """Clip, sort and merge busy times. A busy time hides a tentative one."""
    within = [
        Busy(max(one.starts_at, day.starts_at), min(one.ends_at, day.ends_at), one.is_tentative)
        for one in told
        if one.starts_at < day.ends_at and one.ends_at > day.starts_at
    ]
    edges = sorted({moment for one in within for moment in (one.starts_at, one.ends_at)})
    found: list[Busy] = []
    for start, end in pairwise(edges):
        over = [one for one in within if one.starts_at <= start and one.ends_at >= end]
        if over:
            _append(found, Busy(start, end, all(one.is_tentative for one in over)))
    return tuple(found)


def _append(found: list[Busy], piece: Busy) -> None:
    last = found[-1] if found else None
    if last and last.ends_at == piece.starts_at and last.is_tentative == piece.is_tentative:
        found[-1] = Busy(last.starts_at, piece.ends_at, piece.is_tentative)
    else:
        found.append(piece)
