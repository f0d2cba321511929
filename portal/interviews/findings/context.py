"""Everything that a decision about a difference rests on, read at one time."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.addresses import fold
from portal.calendars import store as rooms
from portal.calendars.models import Room
from portal.group_calendars import store as group_calendars
from portal.interviews.findings import finding_store
from portal.interviews.findings.models import Finding, FindingKind
from portal.interviews.microsoft import attendees, comparison
from portal.interviews.microsoft.models import Known
from portal.interviews.models import Attends, Event, Home, Interview, Panelist, Role, Told
from portal.interviews.plan import people_store
from portal.storage.rows import Rows

MOST_ROOMS = 5_000


@dataclass(frozen=True)
class Context:
    """`colleague` may be on a panel, and `room` be booked: what Portal knows by that address.

    `deleted` are the events of the interview that are gone from their calendar.
    """

    known: Known
    event: Event
    finding: Finding
    where: str
    colleague: Panelist | None = None
    room: Room | None = None
    deleted: tuple[Event, ...] = ()

    @property
    def one(self) -> Interview:
        return self.known.interview

    @property
    def told(self) -> list[Told]:
        """Everybody who has an invitation to this event."""
        return comparison.told_by(self.known, self.event)

    @property
    def bereft(self) -> list[Told]:
        """Everybody whose invitation went with a deleted event."""
        several = (comparison.told_by(self.known, each) for each in self.deleted)
        return [told for each in several for told in each]

    @property
    def others(self) -> list[Told]:
        """Those who have an invitation to the other event alone."""
        here = {each.folded for each in (*self.told, *self.bereft)}
        invited = (each for each in self.known.ledger if each.withdrawn_at is None)
        return [each for each in invited if each.folded not in here]

    @property
    def panelist(self) -> Panelist | None:
        """The person of the panel whom it is about."""
        about = self.finding.subject
        return next((each for each in self.known.panel if fold(each.address) == about), None)

    @property
    def is_invited(self) -> bool:
        """Whether the interview still invites the person whom it is about, who may come."""
        invited = attendees.invited(self.known, self.event)
        about = next((each for each in invited if fold(each.address) == self.finding.subject), None)
        if about is None:
            return False
        return about.role is not Attends.PANEL or self.colleague is not None

    @property
    def event_name(self) -> str:
        if self.one.is_one_event:
            return "the event"
        if self.event.role is Role.INTERNAL:
            return "the panel's event"
        return f"the event for {self.one.candidate_name}"


def contexts(rows: Rows, known: Known, several: Sequence[Finding]) -> list[Context]:
    """All that decisions rest on, with the people and the rooms of the findings' addresses."""
    events = {each.id: each for each in known.events}
    colleagues = _colleagues(rows, several)
    name, deleted = where(rows, known.interview), _deleted(rows, known)
    return [
        Context(
            known,
            events[each.event_id],
            each,
            name,
            colleagues.get(each.subject),
            _room(rows, each) if each.kind is FindingKind.ROOM else None,
            deleted,
        )
        for each in several
    ]


def _colleagues(rows: Rows, several: Sequence[Finding]) -> dict[str, Panelist]:
    """People with these addresses who may be on a panel, and whether they must attend."""
    about = {
        each.subject: each.before_text
        for each in several
        if each.kind in (FindingKind.ATTENDEE_ADDED, FindingKind.ATTENDEE_REMOVED)
    }
    found = people_store.at(rows, about) if about else []
    return {
        fold(each.address): Panelist(
            each.user_id,
            each.name,
            each.address,
            is_required=about[fold(each.address)] != attendees.OPTIONAL,
        )
        for each in found
    }


def _room(rows: Rows, finding: Finding) -> Room | None:
    """The room that was booked, however Microsoft spells its address."""
    listed = rooms.rooms(rows, limit=MOST_ROOMS) if finding.subject else ()
    return next((each for each in listed if fold(each.address or "") == finding.subject), None)


def _deleted(rows: Rows, known: Known) -> tuple[Event, ...]:
    several = finding_store.of_interview(rows, known.interview.id)
    gone = {each.event_id for each in several if each.kind is FindingKind.DELETED}
    return tuple(each for each in known.present if each.id in gone)


def where(rows: Rows, one: Interview) -> str:
    """The calendar by name. Microsoft does not tell who changed something on it."""
    if one.calendar is Home.ORGANIZER:
        return f"the calendar of {one.organizer_name}"
    if one.calendar_id is None:
        return "a group calendar that was removed"
    return f"“{group_calendars.calendar(rows, one.calendar_id).name}”"
