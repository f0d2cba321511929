"""The room of an interview that is about to be sent or moved, as Microsoft shows it now."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.availability.spans import Span
from portal.calendars.models import Room
from portal.errors import Conflict
from portal.interviews.plan.columns import Free
from portal.interviews.rooms import free_rooms
from portal.interviews.rooms.free_rooms import Offer, RoomNow, Wanted
from portal.services import Services


class RoomTaken(Conflict):
    """Microsoft shows the room as taken at this time. A room is never booked twice."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is taken at this time. Choose another room or time.")


@dataclass(frozen=True)
class RoomAsked:
    """A room at the time of an interview. `offer` is another one, looked for if it is taken."""

    room: Room
    now: RoomNow
    offer: Offer = field(default_factory=Offer)

    @property
    def is_taken(self) -> bool:
        return self.now.state is Free.BUSY

    @property
    def sentence(self) -> str:
        """Words on a room that is not known to be free or taken. Empty for others."""
        if self.now.state is Free.MAYBE:
            return f"{self.room.name} may be taken: Microsoft shows it as tentative at this time."
        if self.now.state is Free.NOT_KNOWN:
            why = self.now.because_not
            return f"It is not known whether {self.room.name} is free. {why}".strip()
        return ""


def asked(
    services: Services,
    room: Room,
    span: Span,
    seats: int,
    askers: Sequence[str],
    *,
    interview_id: str = "",
) -> RoomAsked:
    """Ask Microsoft about a room, and if it is taken, about others."""
    wanted = Wanted(span, seats, room, interview_id)
    return with_offer(services, room, free_rooms.at(services, room, wanted, askers), wanted, askers)


def with_offer(
    services: Services, room: Room, now: RoomNow, wanted: Wanted, askers: Sequence[str]
) -> RoomAsked:
    """The answer about a room, with the next free one if it is taken."""
    if now.state is not Free.BUSY:
        return RoomAsked(room, now)
    return RoomAsked(room, now, free_rooms.next_free(services, wanted, askers))
