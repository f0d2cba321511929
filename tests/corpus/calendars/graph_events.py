"""Events of a file as the practice tenant takes them: series where Graph can say the rule."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import tz_win, win_tz

from sandbox.calendars import recurrence as graph
from sandbox.errors import GraphError
from tests.corpus.calendars import library, rules
from tests.corpus.calendars.files import (
    Component,
    File,
    Group,
    Moment,
    day_of,
    is_cancelled,
    shown_as,
)
from tests.corpus.calendars.library import DAY, WINDOWS_ZONE, Instance, Window

# The zone of an event that was made in one that Windows does not have.
CUSTOM = "tzone://Microsoft/Custom"
Item = dict[str, Any]


def items(file: File, windows: list[Window]) -> list[Item]:
    """All events of a file that lie in one of the windows, and its series."""
    return [item for group in file.groups for item in _of_group(group, windows)]


def is_series(item: Item) -> bool:
    return "recurrence" in item


def _of_group(group: Group, windows: list[Window]) -> Iterator[Item]:
    found = _series(group, windows)
    if found is not None:
        yield found
    else:
        yield from _singles(group, windows)


def _singles(group: Group, windows: list[Window]) -> Iterator[Item]:
    """The events that the library computes in the windows."""
    # One that lies in two windows is loaded once, and one that the library has twice is so twice.
    counts: Counter[str] = Counter()
    for window in windows:
        counts |= Counter(map(_written, library.instances(group, window)))
    yield from map(json.loads, counts.elements())


def _written(instance: Instance) -> str:
    return json.dumps(_single(instance))


def _single(instance: Instance) -> Item:
    return _facts(instance.event) | _times(instance)


def _facts(event: Component) -> Item:
    return {
        "subject": str(event.get("SUMMARY", ""))[:255],
        "showAs": shown_as(event),
        "isCancelled": is_cancelled(event),
    }


def _times(instance: Instance) -> Item:
    if instance.is_all_day:
        last = max(instance.ends_at, instance.starts_at + DAY)
        days = {"start": _local(instance.starts_at), "end": _local(last)}
        return {**days, "timeZone": WINDOWS_ZONE, "isAllDay": True}
    start, end = instance.times
    zone = _windows_zone(instance.starts_at, [instance.starts_at])
    told = {"start": start.isoformat(), "end": end.isoformat()}
    return told | ({"timeZone": zone} if zone else {"originalStartTimeZone": CUSTOM})


def _local(day: date) -> str:
    return datetime.combine(day, datetime.min.time()).isoformat()


def _windows_zone(moment: Moment, checked: Iterable[Moment]) -> str | None:
    """The name of an event's zone in Windows, if the clocks of both agree at these moments."""
    if moment.tzinfo is None:
        return WINDOWS_ZONE
    name = str(getattr(moment.tzinfo, "zone", None) or getattr(moment.tzinfo, "key", None) or "UTC")
    windows = "UTC" if name == "UTC" else name if name in win_tz else tz_win.get(name)
    if windows is None:
        return None
    there = ZoneInfo("UTC" if windows == "UTC" else win_tz[windows])
    agree = all(each.utcoffset() == each.astimezone(there).utcoffset() for each in checked)
    return windows if agree else None


def _series(group: Group, windows: list[Window]) -> Item | None:
    """A series in Graph's words with its exceptions. None if anything about it has no words."""
    if len(group.masters) != 1 or "RRULE" not in (master := group.masters[0]):
        return None
    if any(name in master for name in ("RDATE", "EXRULE")):
        return None
    first, found = _first(master), rules.recurrence(master)
    if found is None or not _begins_with(found, first):
        return None
    happening = [one for window in windows for one in library.instances(group, window)]
    starts = [one.starts_at for one in happening if not one.is_all_day]
    times = _times(first)
    if not first.is_all_day:
        zone = _windows_zone(first.starts_at, [first.starts_at, *starts])
        if zone is None:
            return None
        times["timeZone"] = zone
    changes = _changes(group, first)
    if changes is None:
        return None
    return _facts(master) | times | {"recurrence": found} | changes


def _first(event: Component) -> Instance:
    start = event["DTSTART"].dt
    end = start
    if "DTEND" in event:
        end = event["DTEND"].dt
    elif "DURATION" in event:
        end = start + event["DURATION"].dt
    return Instance(event, start, end)


def _begins_with(found: Item, first: Instance) -> bool:
    """Whether the first event follows from the rule, as Graph demands."""
    start = day_of(first.starts_at)
    try:
        told = graph.checked(found, start=start, zone="UTC")
    except GraphError:
        return False
    return next(graph.dates(told, upto=start), None) == start


def _changes(group: Group, first: Instance) -> Item | None:
    """Cancelled dates and exceptions. None if one belongs to no date of the series."""
    cancelled = [_date_of(moment, first) for moment in _left_out(first.event)]
    exceptions = []
    for event in group.changed:
        told = event["RECURRENCE-ID"]
        day = _date_of(told.dt, first)
        if day is None or "RANGE" in told.params:
            return None
        instance = _first(event)
        if instance.is_all_day != first.is_all_day:
            return None
        exceptions.append({"date": day, **_single(instance)})
    if None in cancelled:
        return None
    return {"cancelledDates": cancelled, "exceptions": exceptions}


def _left_out(event: Component) -> list[Moment]:
    told = event.get("EXDATE", [])
    lists = told if isinstance(told, list) else [told]
    return [each.dt for one in lists for each in one.dts]


def _date_of(moment: Moment, first: Instance) -> str | None:
    """The date of an occurrence that is named by its start."""
    if isinstance(moment, datetime) == first.is_all_day:
        return None
    if first.is_all_day:
        return day_of(moment).isoformat()
    start = first.starts_at
    if (moment.tzinfo is None) != (start.tzinfo is None):
        return None
    local = moment.astimezone(start.tzinfo) if start.tzinfo else moment
    return day_of(local).isoformat() if local.time() == start.time() else None
