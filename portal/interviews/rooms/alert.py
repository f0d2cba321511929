"""An interview without a room although one was invited: what happened, and the next free room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.addresses import fold
from portal.calendars import store as room_list
from portal.calendars.models import Room
from portal.interviews import store
from portal.interviews.changes import consequences
from portal.interviews.changes.consequences import Known
from portal.interviews.models import Attends, Interview, Panelist, Reply, State, Told
from portal.interviews.rooms import checks, free_rooms, room_store
from portal.interviews.rooms.free_rooms import Offer, Wanted
from portal.interviews.rooms.models import Check, Finding, Trouble
from portal.services import Services
from portal.wording import counted

# Exchange's usual limit. A room may have another one.
USUAL_HORIZON = timedelta(days=180)
# Nobody knows yet whether it accepts.
OPEN = (Reply.NONE, Reply.UNKNOWN)
NOT_SHOWN = "Microsoft does not show its answer on this calendar"


@dataclass(frozen=True)
class RoomAlert:
    """The card above an interview. `said` is what taking the offered room does."""

    title: str
    text: str
    checked_at: datetime | None
    offer: Offer
    said: tuple[str, ...]
    seats: str

    @property
    def offered(self) -> Room | None:
        return self.offer.room


def invited_room(one: Interview, ledger: Sequence[Told]) -> Told | None:
    """The invitation of the present room to the present time."""
    address, span = fold(one.room_address), (one.starts_at, one.ends_at)
    found = (
        each
        for each in ledger
        if each.role is Attends.ROOM and each.withdrawn_at is None and each.folded == address
    )
    room = next(found, None) if one.room_address else None
    return room if room and (room.starts_at, room.ends_at) == span else None


def trouble(one: Interview, room: Told | None, check: Check | None) -> Trouble | None:
    """Why a scheduled interview has no room. None also while that is not known."""
    if one.state is not State.SCHEDULED or room is None:
        return None
    if room.reply is Reply.DECLINED:
        return Trouble.DECLINED
    is_open = room.reply in OPEN
    is_free = check is not None and checks.is_of(check, room) and check.finding is Finding.FREE
    return Trouble.FREE if is_open and is_free else None


def alert(
    services: Services, interview_id: str, *, reader_id: str, now: datetime
) -> RoomAlert | None:
    """The alert of an interview that has not begun. Asks Microsoft for the next free room."""
    rows = services.rows
    one, ledger = store.interview(rows, interview_id), store.ledger(rows, interview_id)
    room, check = invited_room(one, ledger), room_store.check(rows, interview_id)
    why = trouble(one, room, check)
    if why is None or room is None or one.starts_at <= now:
        return None
    panel = store.panel(rows, interview_id)
    offer = offer_for(services, one, panel, reader_id=reader_id)
    return RoomAlert(
        title=_title(why, room),
        text=_text(why, room),
        checked_at=check.checked_at if check and why is Trouble.FREE else None,
        offer=offer,
        said=_said(Known(one, panel, (), ledger), room, offer.room),
        seats=counted(free_rooms.seats(panel, one.place), "seat"),
    )


def _said(known: Known, room: Told, other: Room | None) -> tuple[str, ...]:
    """Sentences about who hears of it. A room that declined has nothing to give back."""
    if other is None:
        return ()
    told = consequences.of_room_update(known.interview, known.invited)
    return (*told, f"{room.name} gets a cancellation.", f"{other.name} is invited.")


def offer_for(
    services: Services, one: Interview, panel: Sequence[Panelist], *, reader_id: str
) -> Offer:
    """The next room that is free at the time of an interview."""
    wanted = Wanted(
        (one.starts_at, one.ends_at),
        free_rooms.seats(panel, one.place),
        room_list.room(services.rows, one.room_id or ""),
        one.id,
    )
    return free_rooms.next_free(services, wanted, [*checks.askers(one), reader_id])


def _title(why: Trouble, room: Told) -> str:
    if why is Trouble.DECLINED:
        return f"{room.name} declined this interview"
    return f"{room.name} is not booked"


def _text(why: Trouble, room: Told) -> str:
    is_far = room.starts_at - room.told_at > USUAL_HORIZON
    far = ["Rooms usually take no meeting that is more than 180 days ahead."] if is_far else []
    if why is Trouble.DECLINED:
        # The room's mail goes to the owner of the calendar alone.
        reason = "Microsoft gives the reason only in the room's mail to the organizer."
        return " ".join(["The interview has no room now.", reason, *far])
    answer = NOT_SHOWN if room.reply is Reply.UNKNOWN else "It has not answered"
    still = f"{answer}, and Microsoft still shows it as free at this time."
    return " ".join([still, "Others may book it.", *far])


def hint(one: Interview, ledger: Sequence[Told], check: Check | None) -> str:
    """Words on a room that neither accepted nor declined. Empty where its answer says all."""
    room = invited_room(one, ledger)
    if room is None or one.state is not State.SCHEDULED:
        return ""
    if check is None or not checks.is_of(check, room) or room.reply not in OPEN:
        return ""
    match check.finding:
        case Finding.FREE:
            return "Microsoft shows it as free at this time."
        case Finding.TENTATIVE:
            return "Microsoft shows it as tentative at this time, so it is not certain."
        case Finding.TAKEN:
            return "Microsoft shows it as taken at this time, but not by which meeting."
        case Finding.UNKNOWN:
            return f"Not known whether it is booked. {check.failure}".strip()
