"""The end of a change: every event agrees with the interview."""

from dataclasses import replace

from portal.audit.actions import Action
from portal.candidates import feed
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.work import Work
from portal.interviews.models import FEED_KIND, Interview, State
from portal.wording import counted


def settle(work: Work, known: Known, _found: Next) -> None:
    """Make it scheduled, and show it in the candidate's feed.

    Not if a page changed what is wanted during the last step: that is written first.
    """
    before = known.interview
    with work.rows.write():
        one = work.save(interview=lambda one: _scheduled(one) if _is_same(one, before) else one)
        if one.state is not State.SCHEDULED:
            return
        act = work.act
        told = len([each for each in known.ledger if each.generation == one.generation])
        act.record(Action.INTERVIEW_WRITTEN, one.candidate_name, new=counted(told, "invitation"))
        if one.candidate_id is not None:
            entry = (one.candidate_id, one.id, act.now)
            feed.add_all(work.rows, [entry], kind=FEED_KIND, now=act.now)


def _is_same(one: Interview, before: Interview) -> bool:
    """Whether people want the same still. A version is all that they are told."""
    return (one.version, one.generation, one.goal) == (
        before.version,
        before.generation,
        before.goal,
    )


def _scheduled(one: Interview) -> Interview:
    return replace(one, state=State.SCHEDULED, reason="", failing_since=None)
