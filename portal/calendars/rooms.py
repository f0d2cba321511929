"""Read the room list, and rooms' free times as the delegated room sync user or the deputy."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from portal import clock
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.calendars import busy, delegates, overview, places, store
from portal.calendars.busy import Day, Times
from portal.calendars.models import Room
from portal.errors import Conflict
from portal.graph.client import GraphClient
from portal.graph.errors import GraphError, Refused, TooSlow
from portal.graph.paging import pages
from portal.microsoft365 import connections, coverage
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature
from portal.storage.claims import Claim
from portal.storage.rows import Rows

PLACES = "/places/microsoft.graph.room"
ON_A_PAGE = "100"
MOST_PAGES = 200
# The most schedules one request may ask for: https://learn.microsoft.com/graph/api/calendar-getschedule
AT_ONCE = 20
PATIENCE_SECONDS = 10.0
DAILY = timedelta(days=1)
# Microsoft may report an empty list for this long after a change.
EMPTY_IS_BELIEVED_AFTER = timedelta(days=1)
IN_UTC = 'outlook.timezone="UTC"'
TOO_LATE = "Microsoft did not answer within 10 seconds. Ask again in a moment."


def refresh_now(act: Act) -> None:
    """Make the room list due now."""
    cause = overview.access(act.rows).lists_because_not
    if cause:
        raise Conflict(f"The list of rooms cannot be read. {cause}")
    with act.rows.write():
        store.make_due(act.rows, now=act.now)
        act.record(
            Action.ROOMS_REFRESHED,
            "Meeting rooms",
        )


def refresh(
    rows: Rows, microsoft365: Microsoft365, claim: Claim, *, should_stop: Callable[[], bool]
) -> None:
    """Read every page, then replace the list in one transaction.

    Places have no cursor, and half a list would make the other half look gone. A page has a
    hundred rooms, so beginning again is cheap.
    """
    graph = _reader(rows, microsoft365)
    found = places.rooms_in(_listed(graph, should_stop))
    if should_stop():
        return
    now = clock.utc_now()
    with rows.write():
        store.CLAIMS.fence.renew(rows, claim, now=now)
        if _keeps_known(rows, found, now):
            store.note_empty(rows, claim, now=now)
        else:
            store.replace_rooms(rows, found, now=now)
        _worked(rows, graph, now)
        first_empty_at = _first_empty_at(rows, found, now)
        store.finish(rows, claim, due_at=now + DAILY, first_empty_at=first_empty_at, now=now)


def _reader(rows: Rows, microsoft365: Microsoft365) -> GraphClient:
    person = None if overview.lists_by_consent(rows) else delegates.reader(rows)
    if person is None:
        return microsoft365.organization_client()
    return microsoft365.client_of_person(Feature.ROOMS, person.person.id)


def _listed(graph: GraphClient, should_stop: Callable[[], bool]) -> Iterator[dict[str, object]]:
    for number, page in enumerate(pages(graph, PLACES, query={"$top": ON_A_PAGE}), 1):
        if number > MOST_PAGES:
            raise Refused(f"Microsoft's list of rooms has more than {MOST_PAGES} pages.")
        yield from page.items
        if should_stop():
            return


def _keeps_known(rows: Rows, found: Sequence[Room], now: datetime) -> bool:
    """Whether an empty list is still doubted. Microsoft needs hours after a change."""
    if found or not store.counts(rows).known:
        return False
    before = store.refresh(rows)
    since = before.first_empty_at if before else None
    return since is None or now - since < EMPTY_IS_BELIEVED_AFTER


def _first_empty_at(rows: Rows, found: Sequence[Room], now: datetime) -> datetime | None:
    before = store.refresh(rows)
    return None if found or before is None else before.first_empty_at or now


def _worked(rows: Rows, graph: GraphClient, now: datetime) -> None:
    person = delegates.reader(rows)
    if graph.is_app_only:
        coverage.worked(rows, Feature.ROOMS, now)
    elif person is not None:
        connections.worked(rows, person.person.id, Feature.ROOMS, now)


def times_within(
    rows: Rows, microsoft365: Microsoft365, rooms: Sequence[Room], day: Day
) -> dict[str, Times]:
    """The times of rooms with an address, by id. A read that takes too long says so."""
    cause = overview.access(rows).times_because_not
    acting = delegates.acting(rows)
    if cause or acting is None:
        raise Conflict(cause or overview.NOT_CHOSEN)
    deadline = clock.monotonic() + PATIENCE_SECONDS
    graph = microsoft365.client_for(Feature.ROOMS, acting.person.id, patience=PATIENCE_SECONDS)
    found: dict[str, Times] = {}
    for first in range(0, len(rooms), AT_ONCE):
        found |= _ask(rows, graph, rooms[first : first + AT_ONCE], day, deadline)
    return found


def _ask(
    rows: Rows, graph: GraphClient, rooms: Sequence[Room], day: Day, deadline: float
) -> dict[str, Times]:
    """Ask for at most twenty rooms. A refusal counts for each of them."""
    addresses = [room.address or "" for room in rooms]
    left = deadline - clock.monotonic()
    try:
        if left <= 0:
            raise TooSlow
        answer = replace(graph, patience=left).post(
            "calendar/getSchedule", busy.question(addresses, day), prefer=(IN_UTC,)
        )
    except GraphError as error:
        sentence = TOO_LATE if isinstance(error, TooSlow) else str(error)
        coverage.failed(rows, Feature.ROOMS, sentence, clock.utc_now())
        return {room.id: Times(failure=sentence) for room in rooms}
    coverage.worked(rows, Feature.ROOMS, clock.utc_now())
    told = busy.times_in(answer, addresses, day)
    return {room.id: told[room.address or ""] for room in rooms}
