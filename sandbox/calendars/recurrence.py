"""Graph's patterned recurrence: its check, and the dates that it stands for.

https://learn.microsoft.com/graph/api/resources/recurrencepattern
"""

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import count, islice, takewhile
from typing import Any

from sandbox.errors import GraphError

Recurrence = dict[str, dict[str, Any]]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = ("first", "second", "third", "fourth", "last")
# The members that each type of pattern needs besides `interval`.
NEEDED: dict[str, tuple[str, ...]] = {
    "daily": (),
    "weekly": ("daysOfWeek",),
    "absoluteMonthly": ("dayOfMonth",),
    "relativeMonthly": ("daysOfWeek",),
    "absoluteYearly": ("dayOfMonth", "month"),
    "relativeYearly": ("daysOfWeek", "month"),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "weekly": ("firstDayOfWeek",),
    "relativeMonthly": ("index",),
    "relativeYearly": ("index",),
}
RANGES = {"endDate": "endDate", "numbered": "numberOfOccurrences", "noEnd": None}
# Exchange answers with these where a pattern does not use a member.
UNUSED: dict[str, Any] = {
    "month": 0,
    "dayOfMonth": 0,
    "firstDayOfWeek": "sunday",
    "index": "first",
    "daysOfWeek": [],
}
NO_DATE = "0001-01-01"


def invalid(what: str) -> GraphError:
    return GraphError(
        400, "ErrorPropertyValidationFailure", f"At least one property failed validation. {what}"
    )


def checked(given: Any, *, start: date, zone: str) -> Recurrence:
    """Check a recurrence that a client sends, and fill in what Exchange answers with."""
    if not isinstance(given, dict) or not isinstance(given.get("pattern"), dict):
        raise invalid("recurrence has no pattern.")
    told = given.get("range")
    if not isinstance(told, dict):
        raise invalid("recurrence has no range.")
    return {"pattern": _pattern(given["pattern"]), "range": _range(told, start=start, zone=zone)}


def _pattern(given: dict[str, Any]) -> dict[str, Any]:
    kind = _one_of(given.get("type"), NEEDED, "recurrence.pattern.type")
    known = {*NEEDED[kind], *OPTIONAL.get(kind, ())}
    for name, usual in UNUSED.items():
        is_given = given.get(name) not in (None, usual)
        if is_given and name not in known:
            raise invalid(f"recurrence.pattern.{name} is of no use in a pattern of type {kind}.")
        if not is_given and name in NEEDED[kind]:
            raise invalid(f"recurrence.pattern.{name} is missing.")
    days = [_one_of(day, DAYS, "daysOfWeek") for day in given.get("daysOfWeek") or ()]
    return {
        "type": kind,
        "interval": _number(given.get("interval"), "interval", 999),
        "month": _number(given["month"], "month", 12) if "month" in known else 0,
        "dayOfMonth": _number(given["dayOfMonth"], "dayOfMonth", 31)
        if "dayOfMonth" in known
        else 0,
        **({"daysOfWeek": days} if days else {}),
        "firstDayOfWeek": _one_of(given.get("firstDayOfWeek") or "sunday", DAYS, "firstDayOfWeek"),
        "index": _one_of(given.get("index") or "first", INDEXES, "index"),
    }


def _range(given: dict[str, Any], *, start: date, zone: str) -> dict[str, Any]:
    kind = _one_of(given.get("type"), RANGES, "recurrence.range.type")
    if (given.get("startDate") or start.isoformat()) != start.isoformat():
        raise invalid("recurrence.range.startDate is not the date of start.")
    until = given.get("endDate") if kind == "endDate" else NO_DATE
    if kind == "endDate" and _date(until) < start:
        raise invalid("recurrence.range.endDate is before startDate.")
    number = given.get("numberOfOccurrences")
    return {
        "type": kind,
        "startDate": start.isoformat(),
        "endDate": until,
        "recurrenceTimeZone": given.get("recurrenceTimeZone") or zone,
        "numberOfOccurrences": (
            _number(number, "numberOfOccurrences", 999) if kind == "numbered" else 0
        ),
    }


def _one_of(given: Any, known: Iterable[str], name: str) -> str:
    """Find the spelling of a word, whose case Exchange ignores."""
    spelling = {word.lower(): word for word in known}
    if not isinstance(given, str) or given.lower() not in spelling:
        raise invalid(f"{name} is none of {', '.join(known)}.")
    return spelling[given.lower()]


def _number(given: Any, name: str, most: int) -> int:
    if not isinstance(given, int | float) or not 1 <= given <= most:
        raise invalid(f"{name} is no number from 1 to {most}.")
    return int(given)


def _date(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise invalid("A date of the range is missing or none.") from error


def dates(recurrence: Recurrence, *, upto: date) -> Iterator[date]:
    """Yield the dates of a series in order, none after `upto`."""
    told = recurrence["range"]
    start = date.fromisoformat(told["startDate"])
    last = min(upto, date.fromisoformat(told["endDate"])) if told["type"] == "endDate" else upto
    found: Iterator[date] = (day for day in _matches(recurrence["pattern"], start) if day >= start)
    if told["type"] == "numbered":
        found = islice(found, told["numberOfOccurrences"])
    yield from takewhile(lambda day: day <= last, found)


def last_date(recurrence: Recurrence) -> date | None:
    """Find the last date of a series that ends. A numbered one is counted out."""
    if recurrence["range"]["type"] == "noEnd":
        return None
    return max(dates(recurrence, upto=date.max), default=None)


def _matches(pattern: dict[str, Any], start: date) -> Iterator[date]:
    """Yield the days of a pattern from the start's day, week or month onward, without an end."""
    try:
        yield from _endless(pattern, start)
    except (OverflowError, ValueError):
        return  # the calendar ends with the year 9999


def _endless(pattern: dict[str, Any], start: date) -> Iterator[date]:
    interval, kind = pattern["interval"], pattern["type"]
    if kind == "daily":
        yield from (start + timedelta(days=number * interval) for number in count())
    elif kind == "weekly":
        yield from _weekly(pattern, start)
    else:
        is_yearly = kind.endswith("Yearly")
        first = pattern["month"] if is_yearly else start.month
        for number in count():
            months = start.year * 12 + first - 1 + number * interval * (12 if is_yearly else 1)
            yield _day_in_month(pattern, *divmod(months, 12))


def _weekly(pattern: dict[str, Any], start: date) -> Iterator[date]:
    first = DAYS.index(pattern.get("firstDayOfWeek") or "sunday")
    wanted = sorted((DAYS.index(day) - first) % 7 for day in pattern["daysOfWeek"])
    week = start - timedelta(days=(start.weekday() - first) % 7)
    for number in count():
        for day in wanted:
            yield week + timedelta(days=number * pattern["interval"] * 7 + day)


def _day_in_month(pattern: dict[str, Any], year: int, month: int) -> date:
    """Find the day of one month. Exchange takes the last day of a month that is too short."""
    length = calendar.monthrange(year, month + 1)[1]
    if pattern["type"].startswith("absolute"):
        return date(year, month + 1, min(pattern["dayOfMonth"], length))
    days = [date(year, month + 1, day + 1) for day in range(length)]
    fitting = [day for day in days if DAYS[day.weekday()] in pattern["daysOfWeek"]]
    index = INDEXES.index(pattern.get("index") or "first")
    return fitting[-1] if index == len(INDEXES) - 1 else fitting[index]
