"""Read the room list, and rooms' free times as the delegated room sync user."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal import clock
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.calendars import busy, places, store
from portal.calendars.busy import Day, Times
from portal.calendars.models import Access, Counts, Delegate, Person, Refresh, Room
from portal.errors import Conflict, NotAllowed, NotFound
from portal.graph.client import GraphClient
from portal.graph.errors import GraphError, Refused, TooSlow
from portal.graph.paging import pages
from portal.microsoft365 import connections, consent_store, coverage
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature, missing, permissions_of
from portal.storage import platforms
from portal.storage.claims import Claim
from portal.storage.platforms import Platform
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
LIST_ROLE = "Place.Read.All"
TOO_LATE = "Microsoft did not answer within 10 seconds. Ask again in a moment."
EMPTY = (
    "Microsoft's list of rooms is empty at the moment, which happens for some hours after a "
    "change. The rooms that were known are kept; if it is still empty tomorrow, they go."
)
OFF = "Microsoft 365 is not enabled."
NOT_CHOSEN = "Choose a delegated room sync user first."
DISABLED = "{name} can no longer sign in. Choose another delegated room sync user."
NOT_OF_TENANT = "{name} does not belong to the connected organization. Choose somebody else."
LACKING = "The organization's consent with {roles} is missing."


@dataclass(frozen=True)
class Overview:
    """The rooms section of the Microsoft 365 page."""

    counts: Counts
    some: tuple[Room, ...]
    refresh: Refresh | None
    delegate: Delegate | None
    access: Access
    needs_successor: bool

    @property
    def empty_list(self) -> str:
        """Why known rooms stay although Microsoft lists none. Empty if it lists some."""
        is_empty = self.refresh is not None and self.refresh.first_empty_at is not None
        return EMPTY if is_empty and self.counts.known else ""


def overview(rows: Rows, *, most: int = 8) -> Overview:
    chosen = store.delegate(rows)
    return Overview(
        counts=store.counts(rows),
        some=tuple(store.rooms(rows, limit=most)),
        refresh=store.refresh(rows),
        delegate=chosen,
        access=access(rows),
        needs_successor=chosen is not None and not chosen.person.is_enabled,
    )


def access(rows: Rows) -> Access:
    """Tell what can be read now. Only reads our tables."""
    if platforms.enabled(rows) is not Platform.MICROSOFT_365:
        return Access(OFF, OFF)
    chosen = store.delegate(rows)
    return Access(_why_no_list(rows, chosen), _why_no_times(rows, chosen))


def _why_no_list(rows: Rows, chosen: Delegate | None) -> str:
    if LIST_ROLE in _roles(rows) or (chosen and _has_connection(rows, chosen)):
        return ""
    return LACKING.format(roles=LIST_ROLE)


def _why_no_times(rows: Rows, chosen: Delegate | None) -> str:
    if chosen is None:
        return NOT_CHOSEN
    name = chosen.person.name
    if not chosen.person.is_enabled:
        return DISABLED.format(name=name)
    lacking = roles_lacking(rows)
    if lacking:
        return LACKING.format(roles=" and ".join(lacking))
    if store.eligible(rows, chosen.person.id) is None:
        return NOT_OF_TENANT.format(name=name)
    return ""


def roles_lacking(rows: Rows) -> tuple[str, ...]:
    """Roles that rooms need and the organization's consent lacks."""
    return missing(_roles(rows), permissions_of(Feature.ROOMS).application)


def _roles(rows: Rows) -> frozenset[str]:
    given = consent_store.consent(rows)
    return given.roles if given is not None and given.is_working else frozenset()


def _has_connection(rows: Rows, chosen: Delegate) -> bool:
    """Whether this person's own connection can read the list without consent."""
    try:
        connections.usable(rows, chosen.person.id, Feature.ROOMS)
    except (GraphError, NotAllowed):
        return False
    return True


def choose_delegate(act: Act, user_id: str) -> Person:
    """Replace the delegate. Refuses a person who cannot sign in or is not of the organization."""
    with act.rows.write():
        person = store.eligible(act.rows, user_id)
        if person is None:
            raise NotFound("This person cannot be chosen: they are not here, or cannot sign in.")
        before = store.delegate(act.rows)
        if before is not None and before.person.id == user_id:
            return person
        store.save_delegate(act.rows, user_id, chosen_by=act.actor.name, now=act.now)
        act.record(
            Action.DELEGATED_ROOM_SYNC_USER_CHOSEN,
            person.label,
            old=before.person.label if before else None,
            new=person.label,
        )
    return person


def refresh_now(act: Act) -> None:
    """Make the room list due now."""
    cause = access(act.rows).lists_because_not
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
    chosen = store.delegate(rows)
    if LIST_ROLE in _roles(rows) or chosen is None:
        return microsoft365.organization_client()
    return microsoft365.client_of_person(Feature.ROOMS, chosen.person.id)


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
    chosen = store.delegate(rows)
    if graph.is_app_only:
        coverage.worked(rows, Feature.ROOMS, now)
    elif chosen is not None:
        connections.worked(rows, chosen.person.id, Feature.ROOMS, now)


def times_today(
    rows: Rows, microsoft365: Microsoft365, rooms: Sequence[Room], day: Day
) -> dict[str, Times]:
    """Today's times of rooms with an address, by id. A read that takes too long says so."""
    cause = access(rows).times_because_not
    chosen = store.delegate(rows)
    if cause or chosen is None:
        raise Conflict(cause or NOT_CHOSEN)
    deadline = clock.monotonic() + PATIENCE_SECONDS
    graph = microsoft365.client_for(Feature.ROOMS, chosen.person.id, patience=PATIENCE_SECONDS)
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
