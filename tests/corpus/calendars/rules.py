"""Rules of iCalendar in the words of Graph's recurrence, where it has any."""

from datetime import UTC, date, datetime
from typing import Any

from tests.corpus.calendars.files import Component, Moment, day_of

DAYS = {
    "MO": "monday", "TU": "tuesday", "WE": "wednesday", "TH": "thursday", "FR": "friday",
    "SA": "saturday", "SU": "sunday",
}  # fmt: skip  # one to a line says no more
INDEXES = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
# Exchange refuses more.
MOST = 999
# Every month has this day.
LAST_OF_EVERY_MONTH = 28
Rule = dict[str, list[Any]]


def recurrence(event: Component) -> dict[str, Any] | None:
    """Write the rule of a series as Graph does. None if Graph has no words for it."""
    told = event.get("RRULE")
    if not isinstance(told, dict):  # several rules
        return None
    start = event["DTSTART"].dt
    rule: Rule = {str(name).upper(): list(values) for name, values in told.items()}
    pattern = _pattern(rule, day_of(start))
    extent = _range(rule, start)
    if pattern is None or extent is None:
        return None
    interval = int(_one(rule, "INTERVAL", 1))
    return {"pattern": {"interval": interval, **pattern}, "range": extent}


def _one(rule: Rule, name: str, usual: Any = None) -> Any:
    values = rule.get(name, [])
    return values[0] if values else usual


def _pattern(rule: Rule, start: date) -> dict[str, Any] | None:
    """The pattern. `start` says what the rule leaves out."""
    names = {name for name in rule if name.startswith("BY")}
    kind = str(_one(rule, "FREQ")).upper()
    if kind == "DAILY" and not names:
        return {"type": "daily"}
    if kind == "WEEKLY" and names <= {"BYDAY"}:
        return _weekly(rule, start)
    if kind == "DAILY" and names == {"BYDAY"} and _one(rule, "INTERVAL", 1) == 1:
        return _weekly(rule, start)
    if kind == "MONTHLY":
        return _in_month("Monthly", rule, names, start)
    if kind == "YEARLY":
        return _yearly(rule, names, start)
    return None


def _weekly(rule: Rule, start: date) -> dict[str, Any] | None:
    days = [str(day) for day in rule.get("BYDAY", [])] or [list(DAYS)[start.weekday()]]
    if not set(days) <= set(DAYS):
        return None
    first = DAYS[str(_one(rule, "WKST", "MO"))]
    return {
        "type": "weekly",
        "daysOfWeek": [DAYS[day] for day in days],
        "firstDayOfWeek": first,
    }


def _yearly(rule: Rule, names: set[str], start: date) -> dict[str, Any] | None:
    months = rule.get("BYMONTH", [start.month])
    if len(months) != 1 or str(months[0]) not in map(str, range(1, 13)):
        return None
    if "BYDAY" in names and "BYMONTH" not in names:
        return None  # a day of the year, not of its month
    found = _in_month("Yearly", rule, names - {"BYMONTH"}, start)
    return found and {**found, "month": int(months[0])}


def _in_month(family: str, rule: Rule, names: set[str], start: date) -> dict[str, Any] | None:
    """The day of a month: by its number, or by its day of the week."""
    if names <= {"BYMONTHDAY"}:
        days = [int(day) for day in rule.get("BYMONTHDAY", [start.day])]
        # In a shorter month Graph takes the last day, where iCalendar has none.
        if days == [-1]:
            days = [31]
        elif len(days) != 1 or not 1 <= days[0] <= LAST_OF_EVERY_MONTH:
            return None
        return {"type": f"absolute{family}", "dayOfMonth": days[0]}
    days_of_week = [str(day) for day in rule.get("BYDAY", [])]
    if names == {"BYDAY", "BYSETPOS"}:
        positions = [int(each) for each in rule["BYSETPOS"]]
    elif names == {"BYDAY"} and len(days_of_week) == 1:
        positions = [int(days_of_week[0][:-2] or 0)]
        days_of_week = [days_of_week[0][-2:]]
    else:
        return None
    if len(positions) != 1 or positions[0] not in INDEXES or not set(days_of_week) <= set(DAYS):
        return None
    return {
        "type": f"relative{family}",
        "daysOfWeek": [DAYS[day] for day in days_of_week],
        "index": INDEXES[positions[0]],
    }


def _range(rule: Rule, start: Moment) -> dict[str, Any] | None:
    count, until = _one(rule, "COUNT"), _one(rule, "UNTIL")
    if count is not None:
        if not 1 <= int(count) <= MOST:
            return None
        return {"type": "numbered", "numberOfOccurrences": int(count)}
    if until is None:
        return {"type": "noEnd"}
    last = _last_day(until, start)
    first = day_of(start)
    return {"type": "endDate", "endDate": last.isoformat()} if last >= first else None


def _last_day(until: Moment, start: Moment) -> date:
    """The last day on which an occurrence begins no later than `until`."""
    if not isinstance(until, datetime) or not isinstance(start, datetime):
        return day_of(until)
    local = until
    if start.tzinfo is not None:
        local = (until if until.tzinfo else until.replace(tzinfo=UTC)).astimezone(start.tzinfo)
    is_over = local.time() < start.time()
    return date.fromordinal(local.date().toordinal() - is_over)
