"""The next room that is free at a time, and whether one is, as Microsoft says now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.addresses import fold
from portal.availability.spans import Span
from portal.calendars.models import Room
from portal.interviews import store
from portal.interviews.models import Panelist, Place, Subject
from portal.interviews.plan import rooms
from portal.interviews.plan.columns import Column, Free
from portal.services import Services

# Asked for in two calls at most, so that a page does not wait long.
MOST_ASKED = 40
NOT_LISTED = "Microsoft no longer lists this room."
NO_TIMES = "Microsoft does not say when these rooms are free."


@dataclass(frozen=True)
class RoomNow:
    """A room at one time. `because_not` is why that is not known."""

    state: Free
    because_not: str = ""


@dataclass(frozen=True)
class Wanted:
    """A room that is needed at a time: with so many seats, best in the building of `near`.

    What the interview of `interview_id` holds itself does not count.
    """

    span: Span
    seats: int
    near: Room | None = None
    interview_id: str = ""


@dataclass(frozen=True)
class Offer:
    """The next free room. None if there is none, or if that is not known for a reason."""

    room: Room | None = None
    because_not: str = ""


def at(services: Services, room: Room, wanted: Wanted, askers: Sequence[str]) -> RoomNow:
    """Whether a room is free at that time. What other interviews hold of it counts as taken."""
    column, because_not = _columns(services, [room], wanted, askers)[0]
    return RoomNow(column.at(wanted.span), because_not)


def next_free(services: Services, wanted: Wanted, askers: Sequence[str]) -> Offer:
    """The first room that is surely free: of the same building, and no larger than needed."""
    several = [*_suitable(services, wanted)][:MOST_ASKED]
    found = _columns(services, several, wanted, askers) if several else []
    for room, (column, _) in zip(several, found, strict=True):
        if column.at(wanted.span) is Free.FREE:
            return Offer(room)
    unknown = [why for column, why in found if column.at(wanted.span) is Free.NOT_KNOWN]
    # One room that is not known may be free, but nobody can say so.
    return Offer(because_not=(unknown[0] or NO_TIMES) if len(unknown) == len(found) > 0 else "")


def _suitable(services: Services, wanted: Wanted) -> Iterator[Room]:
    near = wanted.near
    others = [
        each
        for each in rooms.offered(services)
        if (near is None or each.id != near.id)
        and (each.capacity is None or each.capacity >= wanted.seats)
    ]
    building = near.building if near else ""

    def order(room: Room) -> tuple[bool, bool, int, str]:
        is_near = bool(building) and room.building == building
        return not is_near, room.capacity is None, room.capacity or 0, fold(room.name)

    yield from sorted(others, key=order)


def _columns(
    services: Services, several: Sequence[Room], wanted: Wanted, askers: Sequence[str]
) -> list[tuple[Column, str]]:
    """Each room at that time, and why its times are not known."""
    span, own_id = wanted.span, wanted.interview_id
    asked = rooms.ask(services, several, span, askers)
    addresses = [fold(each.address or "") for each in several]
    held = store.claims(services.rows, Subject.ROOM, addresses, since=span[0], until=span[1])
    found = []
    for room, address in zip(several, addresses, strict=True):
        taken = [
            (each.starts_at, each.ends_at)
            for each in held
            if each.subject == address and each.interview_id != own_id
        ]
        column = rooms.column(room, asked, taken, is_required=True)
        found.append((column, rooms.failure(asked, room)))
    return found


def seats(panel: Sequence[Panelist], place: Place) -> int:
    """The seats that an interview needs: the candidate's too, unless everybody meets online."""
    return len(panel) + (1 if place is Place.ROOM else 0)
