"""Attendees of the events of an interview, and what the ledger says of them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.addresses import fold
from portal.interviews.microsoft.calendar_events import Attendee, address_of
from portal.interviews.microsoft.models import Known
from portal.interviews.models import (
    Attends,
    Certainty,
    Event,
    Home,
    Reply,
    Role,
    Told,
    ToldBy,
)

REQUIRED, OPTIONAL, RESOURCE = "required", "optional", "resource"


@dataclass(frozen=True)
class Invited:
    """A person or a room that an event invites."""

    role: Attends
    address: str
    name: str
    type: str = REQUIRED
    user_id: str | None = None

    @property
    def as_attendee(self) -> Attendee:
        return {
            "emailAddress": {"address": self.address, "name": self.name},
            "type": self.type,
        }


def invited(known: Known, event: Event) -> list[Invited]:
    """Everybody whom an event invites, the organizer of an own calendar left out."""
    one = known.interview
    candidate = Invited(Attends.CANDIDATE, one.candidate_address, one.candidate_name)
    if event.role is Role.CANDIDATE:
        return [candidate]
    found = [each for each in panel(known) if not is_organizer(known, each)]
    if one.room_address:
        found.append(Invited(Attends.ROOM, one.room_address, one.room_name, RESOURCE))
    return [*found, candidate] if one.is_one_event else found


def panel(known: Known) -> Iterator[Invited]:
    for each in known.panel:
        kind = REQUIRED if each.is_required else OPTIONAL
        yield Invited(Attends.PANEL, each.address, each.name, kind, each.user_id)


def is_organizer(known: Known, person: Invited) -> bool:
    """Whether the event is the person's own, so that it needs no invitation."""
    one = known.interview
    return one.calendar is Home.ORGANIZER and person.user_id == one.organizer_id


def together(present: Iterable[Attendee], ours: Iterable[Invited]) -> list[Attendee]:
    """The list as Microsoft has it, with ours added. Forwarded people, group and writer stay."""
    kept = [plain(each) for each in present]
    known = {address_of(each) for each in kept}
    return kept + [each.as_attendee for each in ours if fold(each.address) not in known]


def plain(attendee: Attendee, wanted: Invited | None = None) -> Attendee:
    """An attendee without an answer, which is Microsoft's to keep; ours as we want them now."""
    kept: Attendee = {name: attendee[name] for name in ("emailAddress", "type") if name in attendee}
    return kept | {"type": wanted.type} if wanted else kept


def told(known: Known, event: Event, *, now: datetime) -> Iterator[Told]:
    """The ledger's rows of everybody whom a write to this event told."""
    starts_at, ends_at = event.agreed_starts_at, event.agreed_ends_at
    one = known.interview
    for each in on_event(known, event):
        is_own = is_organizer(known, each)
        yield Told(
            interview_id=one.id,
            folded=fold(each.address),
            address=each.address,
            name=each.name,
            role=each.role,
            user_id=each.user_id,
            version=one.version,
            generation=event.generation,
            starts_at=starts_at or one.starts_at,
            ends_at=ends_at or one.ends_at,
            told_by=ToldBy.PORTAL,
            certainty=Certainty.SEEN if is_own else Certainty.ASKED,
            told_at=now,
            reply=Reply.ACCEPTED if is_own else first_reply(known, each.role),
            is_required=each.type != OPTIONAL,
        )


def on_event(known: Known, event: Event) -> list[Invited]:
    """Everybody who knows of an event, the organizer of an own calendar too."""
    own = [each for each in panel(known) if is_organizer(known, each)]
    return [*(own if event.role is Role.INTERNAL else []), *invited(known, event)]


def is_of(told: Told, event: Event, known: Known) -> bool:
    """Whether a person or room was told by this event, and still has its invitation."""
    if told.generation != event.generation or told.withdrawn_at is not None:
        return False
    is_candidates = told.role is Attends.CANDIDATE and not known.interview.is_one_event
    return is_candidates == (event.role is Role.CANDIDATE)


def first_reply(known: Known, role: Attends) -> Reply:
    """A panel's answers stand on their own copies; a group's event shows nobody else's."""
    is_shown = role is Attends.PANEL or not known.is_on_group
    return Reply.NONE if is_shown else Reply.UNKNOWN
