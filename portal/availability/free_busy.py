"""Free/busy of one person, as a colleague sees it in Outlook: times without series."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.addresses import fold
from portal.availability.calendar_view import DAY, IN_UTC, Window
from portal.availability.events import UNREADABLE, events_in
from portal.availability.models import Event
from portal.graph.client import GraphClient
from portal.graph.errors import Refused, Unavailable

# Microsoft allows 42 days and 1,000 entries: https://learn.microsoft.com/graph/api/calendar-getschedule
MOST_DAYS = timedelta(days=31)
TOO_MANY = "5006"
INTERVAL_MINUTES = 60
NOT_TOLD = "Microsoft does not say when this person is free ({code})."


def events(graph: GraphClient, address: str, window: Window) -> tuple[Event, ...]:
    """The times of one person. A time that two answers hold is kept once."""
    found: dict[tuple[datetime, datetime, str], Event] = {}
    for some in _parts(window, MOST_DAYS):
        for each in _read(graph, address, some):
            found[each.starts_at, each.ends_at, each.show_as] = each
    return tuple(
        replace(each, id=f"free-busy-{number}") for number, each in enumerate(found.values())
    )


def _parts(window: Window, longest: timedelta) -> Iterator[Window]:
    start = window.starts_at
    while start < window.ends_at:
        end = min(start + longest, window.ends_at)
        yield Window(start, end)
        start = end


def _read(graph: GraphClient, address: str, window: Window) -> Iterator[Event]:
    """Ask for one span. One with too many entries is asked for in halves."""
    schedule = _schedule(graph, address, window)
    error = schedule.get("error")
    if error is None:
        yield from _events(schedule)
        return
    code = str(error.get("responseCode") or "") if isinstance(error, dict) else ""
    if code != TOO_MANY or window.ends_at - window.starts_at <= DAY:
        raise Refused(NOT_TOLD.format(code=code[:64]))
    half = (window.ends_at - window.starts_at) / 2
    for some in _parts(window, half):
        yield from _read(graph, address, some)


def _schedule(graph: GraphClient, address: str, window: Window) -> dict[str, Any]:
    body = {
        "schedules": [address],
        "startTime": _written(window.starts_at),
        "endTime": _written(window.ends_at),
        "availabilityViewInterval": INTERVAL_MINUTES,
    }
    answer = graph.post("calendar/getSchedule", body, prefer=(IN_UTC,)).get("value")
    for each in answer if isinstance(answer, list) else ():
        if isinstance(each, dict) and fold(str(each.get("scheduleId") or "")) == fold(address):
            return each
    raise Unavailable(UNREADABLE)


def _written(moment: datetime) -> dict[str, str]:
    return {"dateTime": clock.text(moment).removesuffix("Z"), "timeZone": "UTC"}


def _events(schedule: dict[str, Any]) -> tuple[Event, ...]:
    items = schedule.get("scheduleItems")
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise Unavailable(UNREADABLE)
    return events_in(
        {**each, "id": number, "showAs": each.get("status")} for number, each in enumerate(items)
    )
