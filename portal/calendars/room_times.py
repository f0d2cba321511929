"""Rooms' free times, as the delegated room sync user, the deputy, or somebody who schedules."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from portal import clock
from portal.calendars import busy, delegates, overview
from portal.calendars.busy import Day, Times
from portal.calendars.models import Room
from portal.entra.errors import ConsentMissing
from portal.errors import Conflict, NotAllowed
from portal.graph.client import GraphClient
from portal.graph.errors import (
    GraphError,
    MailboxMissing,
    NeedsReconnect,
    PermissionMissing,
    TokenRefused,
    TooSlow,
)
from portal.microsoft365 import coverage
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows

# The most schedules one request may ask for: https://learn.microsoft.com/graph/api/calendar-getschedule
AT_ONCE = 20
PATIENCE_SECONDS = 10.0
IN_UTC = 'outlook.timezone="UTC"'
TOO_LATE = "Microsoft did not answer within 10 seconds. Ask again in a moment."
# Somebody else may be able to ask.
REFUSALS = (
    ConsentMissing,
    MailboxMissing,
    NeedsReconnect,
    NotAllowed,
    PermissionMissing,
    TokenRefused,
)
Way = Callable[[], GraphClient]


def times_within(
    rows: Rows,
    microsoft365: Microsoft365,
    rooms: Sequence[Room],
    day: Day,
    *,
    askers: Sequence[str] = (),
) -> dict[str, Times]:
    """The times of rooms with an address, by id. A read that takes too long says so.

    Asked as the room sync user. Where that is impossible, each of `askers` is tried: people whose
    calendar the organization's consent reads, or whose connection may read their own. Raises
    Conflict if nobody may ask.
    """
    if platforms.enabled(rows) is not Platform.MICROSOFT_365:
        raise Conflict(overview.OFF)
    deadline = clock.monotonic() + PATIENCE_SECONDS
    cause = overview.access(rows).times_because_not
    ways = [*_ways(rows, microsoft365, askers, can_delegate=not cause)]
    refused = ""
    for opened, is_delegate in ways:
        try:
            return _asked(rows, opened(), rooms, day, deadline, notes=is_delegate)
        except REFUSALS as refusal:
            if is_delegate:
                coverage.failed(rows, Feature.ROOMS, str(refusal), clock.utc_now())
            refused = refused or (str(refusal) if is_delegate else "")
    if refused:
        return {room.id: Times(failure=refused) for room in rooms}
    raise Conflict(cause or overview.NOT_CHOSEN)


def _ways(
    rows: Rows, microsoft365: Microsoft365, askers: Sequence[str], *, can_delegate: bool
) -> Iterator[tuple[Way, bool]]:
    """The ways to ask, the room sync user's first. Each may be refused when it is opened."""

    def way(feature: Feature, user_id: str) -> Way:
        return lambda: microsoft365.client_for(feature, user_id, patience=PATIENCE_SECONDS)

    acting = delegates.acting(rows) if can_delegate else None
    if acting is not None:
        yield way(Feature.ROOMS, acting.person.id), True
    yield from ((way(Feature.AVAILABILITY, each), False) for each in dict.fromkeys(askers))


def _asked(
    rows: Rows,
    graph: GraphClient,
    rooms: Sequence[Room],
    day: Day,
    deadline: float,
    *,
    notes: bool,
) -> dict[str, Times]:
    found: dict[str, Times] = {}
    for first in range(0, len(rooms), AT_ONCE):
        found |= _ask(rows, graph, rooms[first : first + AT_ONCE], day, deadline, notes=notes)
    return found


def _ask(
    rows: Rows,
    graph: GraphClient,
    rooms: Sequence[Room],
    day: Day,
    deadline: float,
    *,
    notes: bool,
) -> dict[str, Times]:
    """Ask for at most twenty rooms. A failure counts for each of them.

    `notes`: whether it tells how the access of the room sync user works.
    """
    addresses = [room.address or "" for room in rooms]
    left = deadline - clock.monotonic()
    try:
        if left <= 0:
            raise TooSlow
        answer = replace(graph, patience=left).post(
            "calendar/getSchedule", busy.question(addresses, day), prefer=(IN_UTC,)
        )
    except REFUSALS:
        raise
    except GraphError as error:
        sentence = TOO_LATE if isinstance(error, TooSlow) else str(error)
        if notes:
            coverage.failed(rows, Feature.ROOMS, sentence, clock.utc_now())
        return {room.id: Times(failure=sentence) for room in rooms}
    if notes:
        coverage.worked(rows, Feature.ROOMS, clock.utc_now())
    told = busy.times_in(answer, addresses, day)
    return {room.id: told[room.address or ""] for room in rooms}
