"""The rooms that can be invited, and when Microsoft says that some of them are free."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from portal import clock
from portal.availability.spans import Span
from portal.calendars import rooms, store
from portal.calendars.busy import Day, Times
from portal.calendars.models import Room
from portal.errors import Conflict
from portal.graph.errors import GraphError
from portal.services import Services

# As many as a list can show.
MOST = 200
NOT_SET_UP = (
    "Portal may not read the times of rooms yet. An administrator sets that up under Integrations, "
    "Microsoft 365."
)
# Other rooms of the same building that are shown beside the chosen one.
BESIDE = 1


@dataclass(frozen=True)
class RoomTimes:
    """Each room's times within a span. `failure` is why none of them is known."""

    span: Span
    times: dict[str, Times] = field(default_factory=dict)
    failure: str = ""
    read_at: datetime | None = None


def offered(services: Services) -> list[Room]:
    """Rooms with an address. Those without one, and those that are gone, cannot be invited."""
    return store.rooms(services.rows, limit=MOST)


def shown(room_id: str, several: Sequence[Room]) -> tuple[Room, ...]:
    """The chosen room, and others of its building."""
    chosen = next((each for each in several if each.id == room_id), None)
    if chosen is None:
        return ()
    others = (each for each in several if each != chosen and each.building == chosen.building)
    return chosen, *islice(others, BESIDE)


def ask(services: Services, several: Sequence[Room], span: Span) -> RoomTimes:
    """Ask Microsoft when these rooms are free. A refusal leaves all of them not known."""
    if not several:
        return RoomTimes(span)
    try:
        times = rooms.times_within(
            services.rows, services.microsoft365, several, Day(*span, zone=UTC)
        )
    except Conflict:
        return RoomTimes(span, failure=NOT_SET_UP)
    except GraphError as refusal:
        return RoomTimes(span, failure=str(refusal))
    return RoomTimes(span, times, read_at=clock.utc_now())
