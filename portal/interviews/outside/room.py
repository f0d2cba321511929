"""The room at a time: by its own answer, by other interviews, or as Microsoft says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from portal.addresses import fold
from portal.availability.spans import Span
from portal.calendars.busy import Busy
from portal.calendars.models import Room
from portal.interviews import store
from portal.interviews.models import Attends, Interview, Reply, Subject, Told
from portal.interviews.outside.signs import Sign, overlaps
from portal.interviews.plan import rooms
from portal.services import Services

HOUR = timedelta(hours=1)
ANOTHER = "Choose another room or time."


@dataclass(frozen=True)
class RoomState:
    """`text` is what holds: `Aurora is booked`. `sign` is None if that suits."""

    text: str = ""
    sign: Sign | None = None

    @property
    def is_good(self) -> bool:
        return self.sign is None


def room_of(one: Interview) -> Room | None:
    """The room of an interview as changes name it. None without one."""
    if not one.room_address:
        return None
    return Room(one.room_id or "", one.room_name, one.room_address)


def state(
    services: Services,
    one: Interview,
    ledger: Iterable[Told],
    zone: tzinfo,
    *,
    may_ask: bool,
) -> RoomState | None:
    """The room of an interview at its time. Asks Microsoft only where nothing else tells."""
    room, span = room_of(one), (one.starts_at, one.ends_at)
    if room is None:
        return None
    held = _held(services, one, span)
    if held:
        return _bad(f"Another interview has {room.name} {overlaps(span, held, zone)}")
    reply = _reply(ledger, span)
    if reply is Reply.ACCEPTED:
        return RoomState(f"{room.name} is booked")
    if reply is Reply.DECLINED:
        return _bad(f"{room.name} declined")
    if not may_ask:
        return RoomState(sign=Sign("", f"{room.name} has not answered yet"))
    return _asked(services, room, span, zone)


def _bad(title: str) -> RoomState:
    return RoomState(sign=Sign("bad", title, ANOTHER, is_conflict=True))


def _held(services: Services, one: Interview, span: Span) -> list[Span]:
    found = store.claims(
        services.rows, Subject.ROOM, [fold(one.room_address)], since=span[0], until=span[1]
    )
    return [(each.starts_at, each.ends_at) for each in found if each.interview_id != one.id]


def _reply(ledger: Iterable[Told], span: Span) -> Reply | None:
    """The room's answer to this very time."""
    for each in ledger:
        is_now = each.withdrawn_at is None and (each.starts_at, each.ends_at) == span
        if each.role is Attends.ROOM and is_now:
            return each.reply
    return None


def _asked(services: Services, room: Room, span: Span, zone: tzinfo) -> RoomState:
    """The answer of Microsoft now. A time that is exactly the interview's own is its booking."""
    known = rooms.ask(services, [room], (span[0].replace(minute=0, second=0), span[1] + HOUR))
    times = known.times.get(room.id)
    if times is None or times.failure:
        hint = times.failure if times else known.failure
        return RoomState(sign=Sign("unknown", f"Portal does not know if {room.name} is free", hint))
    others = [
        each
        for each in times.busy
        if (each.starts_at, each.ends_at) != span
        and each.starts_at < span[1]
        and each.ends_at > span[0]
    ]
    taken = _spans([each for each in others if not each.is_tentative])
    maybe = _spans([each for each in others if each.is_tentative])
    if taken:
        return _bad(f"{room.name} is taken {overlaps(span, taken, zone)}")
    if maybe:
        when = overlaps(span, maybe, zone)
        return RoomState(sign=Sign("warn", f"{room.name} may be taken {when}", ANOTHER))
    return RoomState(f"{room.name} is free")


def _spans(several: Sequence[Busy]) -> list[Span]:
    return [(each.starts_at, each.ends_at) for each in several]
