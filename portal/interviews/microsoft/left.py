"""An event on a calendar that is closed to Portal for good, left where it is."""

from dataclasses import replace

from portal.errors import NotAllowed, PortalError
from portal.graph.errors import NeedsReconnect
from portal.interviews.microsoft import comparison
from portal.interviews.microsoft.models import Do, Known, Next
from portal.interviews.microsoft.next_step import is_withdrawn
from portal.interviews.microsoft.work import Work
from portal.interviews.models import OVER, Certainty, Event, Step

TAKES_OFF = (Do.CHECK, Do.CANCEL, Do.DISCARD)


def is_closed(event: Event, failure: PortalError) -> bool:
    """Whether the calendar is that of a person who may no longer sign in."""
    return event.group_id is None and isinstance(failure, NotAllowed)


def may_be_left(known: Known, found: Next, failure: PortalError) -> bool:
    """Whether an event that is to leave its calendar is held by its owner's connection alone."""
    return (
        found.do in TAKES_OFF
        and is_withdrawn(known, found.of)
        and isinstance(failure, NotAllowed | NeedsReconnect)
    )


def leave(work: Work, known: Known, event: Event) -> None:
    """Go on without its owner's events. Nobody can say whether people still have invitations."""
    several = [each for each in known.events if _is_like(each, event) and is_withdrawn(known, each)]
    told = [told for each in several for told in comparison.told_by(known, each)]
    work.save(
        *(replace(each, step=Step.LEFT, proof_due_at=None) for each in several),
        told=[replace(each, certainty=Certainty.UNKNOWN) for each in told],
    )


def _is_like(one: Event, event: Event) -> bool:
    """Whether an event is on the same calendar, as far as Portal made it."""
    is_there = one.modified_at is not None and one.step not in OVER
    same = (one.owner_user_id, one.group_id) == (event.owner_user_id, event.group_id)
    return one.id == event.id or (is_there and same)
