"""The rooms that can be invited, and when Microsoft says that some of them are free."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from portal import clock
from portal.availability.spans import Span
from portal.calendars import room_times, store
from portal.calendars.busy import Day, Times
from portal.calendars.models import Room
from portal.errors import Conflict
from portal.graph.errors import GraphError
from portal.interviews.models import Subject
from portal.interviews.plan.columns import Column
from portal.services import Services

# As many as a list can show.
MOST = 200
NOT_SET_UP = (
    "Nobody can ask Microsoft about rooms yet. You can connect your calendar under Calendar in "
    "your settings, or an administrator can choose a room sync user."
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


def ask(
    services: Services, several: Sequence[Room], span: Span, askers: Sequence[str] = ()
) -> RoomTimes:
    """Ask Microsoft when these rooms are free. A refusal leaves all of them not known.

    `askers` are the people in whose name it is asked where no room sync user can be.
    """
    if not several:
        return RoomTimes(span)
    try:
        times = room_times.times_within(
            services.rows,
            services.microsoft365,
            several,
            Day(*span, zone=UTC),
            askers=askers,
        )
    except Conflict:
        return RoomTimes(span, failure=NOT_SET_UP)
    except GraphError as refusal:
        return RoomTimes(span, failure=str(refusal))
    return RoomTimes(span, times, read_at=clock.utc_now())


def column(
    room: Room,
    asked: RoomTimes,
    held: Sequence[Span],
    *,
    is_required: bool,
    besides: Span | None = None,
) -> Column:
    """A room as far as Microsoft told its times. `held` are those that interviews hold.

    `besides` is the time that an interview has in this room and is to leave.
    """
    times = asked.times.get(room.id, Times(failure=asked.failure))
    spans = [
        (span, each.is_tentative)
        for each in times.busy
        for span in _without((each.starts_at, each.ends_at), besides)
    ]
    return Column(
        id=room.id,
        name=room.name,
        kind=Subject.ROOM,
        busy=(*(span for span, is_tentative in spans if not is_tentative), *held),
        maybe=tuple(span for span, is_tentative in spans if is_tentative),
        known=None if times.failure or room.id not in asked.times else asked.span,
        is_required=is_required,
    )


def _without(span: Span, besides: Span | None) -> list[Span]:
    """The parts of a time that are left. Meetings that follow each other are told as one."""
    if besides is None:
        return [span]
    before, after = (span[0], min(span[1], besides[0])), (max(span[0], besides[1]), span[1])
    return [each for each in (before, after) if each[0] < each[1]]


def failure(asked: RoomTimes, room: Room) -> str:
    """Why a room's times are not known. Empty if they are."""
    return asked.times[room.id].failure if room.id in asked.times else asked.failure
