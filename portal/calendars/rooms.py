"""Read the room list as the delegated room sync user, or by the organization's consent."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from portal import clock
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.calendars import delegates, overview, places, store
from portal.calendars.models import Room
from portal.errors import Conflict
from portal.graph.client import GraphClient
from portal.graph.errors import Refused
from portal.graph.paging import pages
from portal.microsoft365 import connections, coverage
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature
from portal.storage.claims import Claim
from portal.storage.rows import Rows

PLACES = "/places/microsoft.graph.room"
ON_A_PAGE = "100"
MOST_PAGES = 200
DAILY = timedelta(days=1)
# Microsoft may report an empty list for this long after a change.
EMPTY_IS_BELIEVED_AFTER = timedelta(days=1)


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
