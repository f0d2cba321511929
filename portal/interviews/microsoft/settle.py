"""The end of a change: every event agrees with the interview."""

from collections.abc import Iterable
from dataclasses import replace

from portal.audit.actions import Action
from portal.candidates import feed
from portal.interviews import claims, store
from portal.interviews.audited import audited
from portal.interviews.microsoft import update
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.work import Work, is_same
from portal.interviews.models import FEED_KIND, Claimed, Goal, Interview, State
from portal.storage.rows import Rows
from portal.wording import counted


def settle(work: Work, known: Known, _found: Next) -> None:
    """Make it scheduled, and show it in the candidate's feed.

    Not if a page changed what is wanted during the last step: that is written first.
    """
    before = known.interview
    update.follow_moved(work, known)
    with work.rows.write():
        one = work.save(interview=lambda one: _scheduled(one) if is_same(one, before) else one)
        if one.state is not State.SCHEDULED:
            return
        hold_only(work.rows, claims.wanted(one, store.panel(work.rows, one.id)), one.id)
        act = work.act
        told = sum(
            each.generation == one.generation and each.withdrawn_at is None for each in known.ledger
        )
        act.record(
            Action.INTERVIEW_WRITTEN,
            one.label,
            new=counted(told, "invitation"),
            candidate=audited(one),
        )
        if one.candidate_id is not None:
            entry = (one.candidate_id, one.id, act.now)
            feed.add_all(work.rows, [entry], kind=FEED_KIND, now=act.now)


def _scheduled(one: Interview) -> Interview:
    # A reason without failures says why a change was put back.
    reason = "" if one.failing_since else one.reason
    return replace(one, state=State.SCHEDULED, reason=reason, failing_since=None)


def hold_only(rows: Rows, wanted: Iterable[Claimed], interview_id: str) -> None:
    """Free the times that an interview held until Microsoft agreed. Belongs inside write()."""
    store.free_claims(rows, interview_id)
    store.add_claims(rows, wanted)


def end(work: Work, known: Known, _found: Next) -> None:
    """Every event is gone: end the interview, or let it wait for a new time. Its times are free."""
    before = known.interview
    with work.rows.write():
        one = work.save(interview=lambda one: _ended(work, one) if is_same(one, before) else one)
        if one.state in (State.CANCELLED, State.NEEDS_TIME):
            hold_only(work.rows, (), one.id)


def _ended(work: Work, one: Interview) -> Interview:
    ended = replace(one, reason="", failing_since=None, join_url="")
    if one.goal is Goal.NEEDS_TIME:
        return replace(ended, state=State.NEEDS_TIME)
    return replace(ended, state=State.CANCELLED, ended_at=work.act.now)
