"""Read one calendar at Microsoft: the events of the coming days, and the calendars of series."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from portal import clock
from portal.availability import recurrence_blob
from portal.availability.events import UNREADABLE, events_in
from portal.availability.models import Calendar, Event, Series
from portal.graph import batches
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, Unavailable
from portal.graph.links import segment
from portal.graph.paging import pages

# What is kept of an event and what decides about it. Neither subject, place, text nor people.
SELECTED = (
    "id,iCalUId,seriesMasterId,type,start,end,originalStartTimeZone,isAllDay,isCancelled,"
    "showAs,responseStatus"
)
IN_UTC = 'outlook.timezone="UTC"'
ON_A_PAGE = "1000"
DAY = timedelta(days=1)
BEFORE, AFTER = DAY, 62 * DAY
CHECKED_AGAIN_AFTER = DAY
PROPERTIES = "singleValueExtendedProperties"
BLOB = quote(f"{PROPERTIES}($filter=id eq '{recurrence_blob.ID}')", safe="$()='")


@dataclass(frozen=True)
class Window:
    """The days that are read of a calendar."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def at(cls, now: datetime) -> "Window":
        return cls(now - BEFORE, now + AFTER)


def events(
    graph: GraphClient, window: Window, require_running: Callable[[], None]
) -> tuple[Event, ...]:
    """Every event of the window, as Microsoft expands it. All pages, or an error."""
    found: list[dict[str, Any]] = []
    query = {
        "startDateTime": clock.text(window.starts_at),
        "endDateTime": clock.text(window.ends_at),
        "$select": SELECTED,
        "$top": ON_A_PAGE,
    }
    for page in pages(graph, "calendarView", query=query, prefer=(IN_UTC,)):
        require_running()
        if page.dropped_count:  # An event without an id would otherwise look like free time.
            raise Unavailable(UNREADABLE)
        found += page.items
    return events_in(found)


def unchecked(found: Iterable[Event], known: Iterable[Series], *, now: datetime) -> list[str]:
    """The series among events that were not checked in the last day."""
    fresh = {each.series_id for each in known if now - each.checked_at < CHECKED_AGAIN_AFTER}
    return sorted({each.series_id for each in found if each.series_id} - fresh)


def check_series(
    graph: GraphClient,
    wanted: Iterable[str],
    known: Iterable[Series],
    require_running: Callable[[], None],
    *,
    now: datetime,
) -> Iterator[Series]:
    """Find the calendar of each series. One that Microsoft does not answer for stays unchecked."""
    before = {each.series_id: each for each in known}
    for some in batches.chunks(_question(each) for each in wanted):
        require_running()
        for series_id, answer in graph.batch(some).items():
            checked = _checked(series_id, answer, before.get(series_id), now)
            if checked is not None:
                yield checked


def _question(series_id: str) -> BatchRequest:
    url = f"events/{segment(series_id)}?$select=id,changeKey&$expand={BLOB}"
    return BatchRequest(series_id, "GET", url)


def _checked(
    series_id: str, answer: BatchAnswer, before: Series | None, now: datetime
) -> Series | None:
    """Read the answer about one series. What was known of an unchanged series holds."""
    error = answer.error()
    if isinstance(error, Gone):  # Its times are in the view, so they count.
        return Series(series_id, "", Calendar.UNKNOWN, now)
    if error is not None:
        return None
    change_key = str(answer.body.get("changeKey") or "")
    if before is not None and change_key and before.change_key == change_key:
        return Series(series_id, change_key, before.calendar, now)
    return Series(series_id, change_key, _calendar(answer.body), now)


def _calendar(event: dict[str, Any]) -> Calendar:
    """The calendar in an event's properties. Microsoft compares their ids without case."""
    wanted = recurrence_blob.ID.casefold()
    for each in event.get(PROPERTIES) or ():
        if str(each.get("id") or "").casefold() == wanted:
            return recurrence_blob.calendar_of(each.get("value"))
    return recurrence_blob.calendar_of(None)
