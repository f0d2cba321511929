"""Events of an interview that nobody is told of yet: made empty, found again, taken back."""

from dataclasses import replace

from portal import clock
from portal.graph.errors import Gone
from portal.interviews import access
from portal.interviews.access import Calendar
from portal.interviews.changes import generations
from portal.interviews.microsoft import calendar_events
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.next_step import needs_link
from portal.interviews.microsoft.texts import text
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Event, Step


def plan(work: Work, known: Known, _found: Next) -> None:
    """Plan the events of a new generation."""
    with work.rows.write():
        one = work.save()
        if one.generation == known.interview.generation:
            generations.plan(work.rows, one)


def create(work: Work, known: Known, found: Next) -> None:
    """Make one event without attendees, or take over the one that a lost answer left."""
    one, event = known.interview, found.of
    access.create(work.services, one, event, lambda calendar: _create(work, known, event, calendar))


def _create(work: Work, known: Known, event: Event, calendar: Calendar) -> None:
    before = _found_again(calendar, event) if event.modified_at else None
    made = before or _add(work, known, event, calendar)
    step = Step.EMPTY if needs_link(known, event) else Step.LINKED
    work.save(
        replace(
            as_written(event, made),
            step=step,
            owner_user_id=calendar.user_id,
        )
    )


def _found_again(calendar: Calendar, event: Event) -> Found | None:
    """The event that was made before. An extra one is deleted."""
    several = calendar_events.by_mark(calendar, event.id)
    for each in several[1:]:
        calendar_events.delete(calendar, each.graph_id)
    return several[0] if several else None


def _add(work: Work, known: Known, event: Event, calendar: Calendar) -> Found:
    """Make the event. A lost answer leaves a row that says that there may be one."""
    one = known.interview
    work.begin(replace(event, modified_at=clock.utc_now()))
    words = text(known, event.role, join_url=one.join_url, base_url=work.services.config.base_url)
    return calendar_events.add(calendar, one, event, words, is_teams=needs_link(known, event))


def as_written(event: Event, found: Found) -> Event:
    """The event as Microsoft confirmed it."""
    return replace(
        event,
        graph_id=found.graph_id,
        ical_uid=found.ical_uid,
        web_link=found.web_link,
        agreed_starts_at=found.starts_at,
        agreed_ends_at=found.ends_at,
        etag=found.etag,
        modified_at=found.modified_at,
        asked_starts_at=None,
        asked_ends_at=None,
        asks_since=None,
        missing_since=None,
    )


def discard(work: Work, known: Known, found: Next) -> None:
    """Delete an event of an earlier generation that nobody was invited to."""
    withdraw(work, known, found.of)


def withdraw(work: Work, known: Known, event: Event) -> None:
    """Delete an event that nobody was invited to, also one whose answer was lost."""
    if event.modified_at is not None:
        one = known.interview
        access.write(work.services, one, event, lambda calendar: _withdraw(calendar, event))
    work.save(replace(event, step=Step.GONE, proof_due_at=None))


def _withdraw(calendar: Calendar, event: Event) -> None:
    if event.graph_id is not None:
        calendar_events.delete(calendar, event.graph_id)
    try:
        several = calendar_events.by_mark(calendar, event.id)
    except Gone:  # the calendar itself is gone, with all that was on it
        return
    for each in several:
        calendar_events.delete(calendar, each.graph_id)
