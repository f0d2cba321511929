"""An event that is gone before anybody was invited to it: both events are made again."""

from dataclasses import replace
from datetime import timedelta

from portal import clock
from portal.interviews.microsoft.models import Do, Known, Next
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Interview, Step

# Microsoft may not find an event that it has just made.
BELIEVED_AFTER = timedelta(minutes=1)
BEFORE_INVITATIONS = (Do.LINK, Do.CHECK, Do.INVITE, Do.UPDATE)


def start_again(work: Work, known: Known, found: Next) -> bool:
    """Plan a new generation. False if people know of the event, or it may still turn up."""
    since = known.interview.failing_since
    is_believed = since is not None and clock.utc_now() - since >= BELIEVED_AFTER
    if found.do not in BEFORE_INVITATIONS or known.is_anybody_invited or not is_believed:
        return False
    work.save(replace(found.of, step=Step.GONE), interview=_next_generation)
    return True


def _next_generation(one: Interview) -> Interview:
    return replace(one, generation=one.generation + 1, join_url="")
