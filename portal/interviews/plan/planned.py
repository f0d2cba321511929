"""The interview that a draft would become, or the first reason why it cannot be one."""

from dataclasses import dataclass
from datetime import datetime

from portal.audit.act import Act
from portal.calendars.models import Room
from portal.candidates import store as candidates
from portal.candidates.models import Candidate
from portal.errors import Invalid, NotFound
from portal.group_calendars import store as group_calendars
from portal.interviews import readiness
from portal.interviews.changes import checks, places
from portal.interviews.communication import Communication, communication
from portal.interviews.kinds import kind_store
from portal.interviews.models import Goal, Interview, Kind, Panelist, State
from portal.interviews.plan import people_store
from portal.interviews.plan.draft import Draft
from portal.interviews.readiness import Organizer
from portal.storage.ids import new_id
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Planned:
    """An interview that could be sent, with everything that its rows only name."""

    interview: Interview
    candidate: Candidate
    panel: tuple[Panelist, ...]
    kind: Kind
    communication: Communication
    organizer: Organizer


def planned(act: Act, candidate_id: str, draft: Draft) -> Planned:
    """Look up everything that a draft names. Raises Invalid at the field that has to change."""
    rows = act.rows
    candidate = _candidate(rows, candidate_id)
    kind, panel = _kind(rows, draft), _panel(rows, draft, candidate)
    room = places.chosen(rows, draft.place, draft.place_value).room
    span = _span(draft, now=act.now)
    calendar = _calendar(rows, draft, kind)
    organizer = _organizer(act, draft, calendar)
    one = _interview(
        act, draft, candidate, kind, room=room, span=span, calendar=calendar, organizer=organizer
    )
    return Planned(one, candidate, panel, kind, calendar, organizer)


def _candidate(rows: Rows, candidate_id: str) -> Candidate:
    found = candidates.candidate(rows, candidate_id)
    if not found.addresses:
        raise Invalid(
            f"{found.name} has no email address, so no invitation can go there. Add one first."
        )
    return found


def _kind(rows: Rows, draft: Draft) -> Kind:
    try:
        found = kind_store.kind(rows, draft.kind_id)
    except NotFound:
        found = None
    if found is None or found.retired_at is not None:
        raise Invalid("This kind is not offered any more. Choose another one.", field="kind")
    return found


def _panel(rows: Rows, draft: Draft, candidate: Candidate) -> tuple[Panelist, ...]:
    """The people of the panel in the order of the form."""
    known = {each.user_id: each for each in people_store.chosen(rows, draft.panel)}
    if len(known) < len(draft.panel):
        raise Invalid(
            "Somebody on this panel may no longer sign in to Portal. Choose the panel again.",
            field="panel",
        )
    found = tuple(
        Panelist(one.user_id, one.name, one.address, is_required=one.user_id in draft.required)
        for one in (known[user_id] for user_id in draft.panel)
    )
    checks.require_panel(found, candidate=candidate.name, address=candidate.addresses[0])
    return found


def _span(draft: Draft, *, now: datetime) -> tuple[datetime, datetime]:
    if draft.starts_at is None or draft.ends_at is None:
        raise Invalid("Choose a time.", field="start")
    checks.require_time(draft.starts_at, draft.ends_at, now=now)
    return draft.starts_at, draft.ends_at


def _calendar(rows: Rows, draft: Draft, kind: Kind) -> Communication:
    found = communication(draft.calendar, kind, group_calendars.offered(rows))
    if found is None:
        raise Invalid("This calendar was removed. Choose another one.", field="calendar")
    return found


def _organizer(act: Act, draft: Draft, calendar: Communication) -> Organizer:
    """The organizer, as long as their permission still holds."""
    rows = act.rows
    if not draft.organizer_id:
        found = readiness.choice(rows, act.actor.id or "", draft.place, calendar.group)
        raise Invalid(found.instead or "Choose an organizer.", field="organizer")
    chosen = readiness.organizer(rows, draft.organizer_id, draft.place, calendar.group)
    if chosen is None:
        raise Invalid(
            "This organizer may no longer schedule in Portal. Choose another one.",
            field="organizer",
        )
    if not chosen.can_organize:
        raise Invalid(f"{chosen.sentence} Or choose another organizer.", field="organizer")
    return chosen


def _interview(
    act: Act,
    draft: Draft,
    candidate: Candidate,
    kind: Kind,
    *,
    room: Room | None,
    span: tuple[datetime, datetime],
    calendar: Communication,
    organizer: Organizer,
) -> Interview:
    """The row of a new interview, before anything is written."""
    return Interview(
        id=new_id(),
        candidate_id=candidate.id,
        candidate_name=candidate.name,
        candidate_address=candidate.addresses[0],
        kind_id=kind.id,
        title=draft.title.strip() or kind.name,
        starts_at=span[0],
        ends_at=span[1],
        zone=draft.zone,
        candidate_zone=draft.candidate_zone,
        place=draft.place,
        place_text=draft.place_text.strip(),
        room_id=room.id if room else None,
        room_name=room.name if room else "",
        room_address=(room.address or "") if room else "",
        calendar=calendar.home,
        calendar_source=calendar.source,
        calendar_id=calendar.calendar_id,
        organizer_id=organizer.user_id,
        organizer_name=organizer.name,
        is_one_event=draft.is_one_event,
        words=draft.words,
        state=State.WRITING,
        goal=Goal.SCHEDULED,
        reason="",
        comment="",
        version=1,
        generation=1,
        join_url="",
        scheduled_by=act.actor.id,
        scheduled_by_name=act.actor.name,
        created_at=act.now,
        changed_at=act.now,
        form_number=draft.form_number,
    )
