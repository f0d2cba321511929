"""One calendar at Microsoft: which events its days list, and single events by their ids."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import clock
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.errors import Gone, Unavailable
from portal.graph.links import segment
from portal.graph.paging import pages
from portal.interviews.access import Calendar
from portal.interviews.microsoft import calendar_events
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.watch.models import Upcoming

LISTED = "id,start,end,isCancelled"
IN_UTC = 'outlook.timezone="UTC"'
ON_A_PAGE = "1000"
UNREADABLE = "Microsoft's list of a calendar could not be read."
# Microsoft refuses a longer view.
LONGEST = timedelta(days=1_800)
Read = tuple[Upcoming, Found | None]


@dataclass(frozen=True)
class Days:
    """A part of a calendar."""

    starts_at: datetime
    ends_at: datetime

    def hold(self, event: Upcoming) -> bool:
        return self.overlap(event.starts_at, event.ends_at)

    def overlap(self, starts_at: datetime, ends_at: datetime) -> bool:
        return starts_at < self.ends_at and self.starts_at < ends_at


def listed(calendar: Calendar, days: Days, require_running: Callable[[], None]) -> dict[str, str]:
    """The version of each event in these days, by its id. All pages, or an error."""
    found: dict[str, str] = {}
    query = {
        "startDateTime": clock.text(days.starts_at),
        "endDateTime": clock.text(min(days.ends_at, days.starts_at + LONGEST)),
        "$select": LISTED,
        "$top": ON_A_PAGE,
    }
    path = calendar.path.removesuffix("events") + "calendarView"
    for page in pages(calendar.graph, path, query=query, prefer=(IN_UTC,)):
        require_running()
        if page.dropped_count:  # An event without an id would otherwise look deleted.
            raise Unavailable(UNREADABLE)
        found |= {str(each["id"]): str(each.get("@odata.etag") or "") for each in page.items}
    return found


def by_ids(calendar: Calendar, wanted: Sequence[Upcoming], *, at_once: bool) -> Iterator[Read]:
    """Each event as it is now, found by our mark if not by its id. None if there is none.

    A batch takes all four calls that Microsoft allows at once on a mailbox, so while somebody
    else calls, events are read one after the other.
    """
    read = _in_batches if at_once else _one_by_one
    for event, found in read(calendar, wanted):
        yield event, found or _by_mark(calendar, event)


def _in_batches(calendar: Calendar, wanted: Iterable[Upcoming]) -> Iterator[Read]:
    several = {each.event_id: each for each in wanted}
    answers = calendar.graph.batch(_question(calendar, each) for each in several.values())
    for event_id, answer in answers.items():
        yield several[event_id], _found(answer)


def _question(calendar: Calendar, event: Upcoming) -> BatchRequest:
    url = f"{calendar.path}/{segment(event.graph_id)}?$select={calendar_events.SELECTED}"
    return BatchRequest(event.event_id, "GET", url)


def _found(answer: BatchAnswer) -> Found | None:
    error = answer.error()
    if error is None:
        return calendar_events.found_in(answer.body)
    if isinstance(error, Gone):
        return None
    raise error


def _one_by_one(calendar: Calendar, wanted: Iterable[Upcoming]) -> Iterator[Read]:
    for each in wanted:
        try:
            yield each, calendar_events.read(calendar, each.graph_id)
        except Gone:
            yield each, None


def _by_mark(calendar: Calendar, event: Upcoming) -> Found | None:
    return next(iter(calendar_events.by_mark(calendar, event.event_id)), None)
