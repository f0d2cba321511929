"""The one write that invites: the attendees, and nothing else."""

from dataclasses import replace

from portal import clock
from portal.addresses import fold
from portal.graph.errors import Conflicting
from portal.interviews import access
from portal.interviews.access import Calendar
from portal.interviews.microsoft import attendees, calendar_events, comparison
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.create import as_written
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.next_step import FIRST_PROOF
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Event, Step

# Somebody else changed the event between our read and our write.
TRIES = 3


def invite(work: Work, known: Known, found: Next) -> None:
    """Invite everybody whom an event is for. Those who stand on it already were told before."""
    one, event = known.interview, found.of
    written = access.write(
        work.services, one, event, lambda calendar: _invited(work, calendar, known, event)
    )
    now = clock.utc_now()
    done = replace(
        as_written(event, written),
        step=Step.INVITED,
        invited_at=now,
        invite_asked_at=None,
        proof_due_at=now + FIRST_PROOF,
    )
    work.save(done, told=attendees.told(known, done, now=now))


def _invited(work: Work, calendar: Calendar, known: Known, event: Event) -> Found:
    """The event with its attendees. Read before each write, so that nobody is told twice."""
    ours, graph_id = attendees.invited(known, event), event.graph_id or ""
    for left in reversed(range(TRIES)):
        present = calendar_events.read(calendar, graph_id)
        if {fold(each.address) for each in ours} <= present.addresses:
            return present
        now = clock.utc_now()
        asked = replace(event, invite_asked_at=now)
        work.begin(asked, told=comparison.asked(known, event, now=now))
        try:
            together = attendees.together(present.attendees, ours)
            return calendar_events.invite(calendar, graph_id, together)
        except Conflicting:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")
