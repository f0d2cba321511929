"""An invitation whose answer was lost: whether its people stand on the event is read."""

from dataclasses import replace

from portal import clock
from portal.graph.errors import Gone
from portal.interviews import access, store
from portal.interviews.microsoft import calendar_events, comparison
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.create import as_written
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.next_step import FIRST_PROOF, is_withdrawn
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Certainty, Event, Step


def check(work: Work, known: Known, found: Next) -> None:
    """Make the event invited if anybody of ours stands on it, and else as it was before."""
    one, event = known.interview, found.of
    try:
        seen = access.read(
            work.services,
            one,
            event,
            lambda calendar: calendar_events.read(calendar, event.graph_id or ""),
        )
    except Gone:
        if not is_withdrawn(known, event):
            raise
        seen = None
    asked = {each.folded for each in comparison.told_by(known, event)}
    if seen is not None and asked & seen.addresses:
        _invited(work, known, event, seen)
    else:
        _not_invited(work, known, event)


def _invited(work: Work, known: Known, event: Event, seen: Found) -> None:
    """Those who stand there were told. The others are still to be invited, or taken off."""
    now = clock.utc_now()
    told = [
        replace(each, certainty=Certainty.ASKED)
        for each in comparison.told_by(known, event)
        if each.folded in seen.addresses or each.user_id == event.owner_user_id
    ]
    done = replace(
        as_written(event, seen),
        step=Step.INVITED,
        invited_at=now,
        invite_asked_at=None,
        proof_due_at=now + FIRST_PROOF,
    )
    work.save(done, told=told)


def _not_invited(work: Work, known: Known, event: Event) -> None:
    """Keeps since when it fails, as nothing worked but a read."""
    told, now = comparison.told_by(known, event), clock.utc_now()
    work.begin(replace(event, invite_asked_at=None))
    with work.rows.write():
        work.renew()
        if event.generation == 1:
            store.forget_told(work.rows, event.interview_id, [each.folded for each in told])
        else:  # they were told of earlier events
            store.save_told(work.rows, [replace(each, withdrawn_at=now) for each in told])
