"""Cancelling, finding another time, trying again and discarding, each as one transaction."""

import pytest

from portal import clock
from portal.errors import Conflict, Invalid
from portal.interviews import store
from portal.interviews.changes import retries, withdrawals
from portal.interviews.changes.checks import Outdated
from portal.interviews.claims import Taken
from portal.interviews.models import Goal, State
from tests.interviews.changes.conftest import HOUR, Desk, claimed


def test_a_cancellation_is_wanted_with_its_words(desk: Desk) -> None:
    withdrawals.cancel(desk.act, "first", version=1, comment="We are sorry.")
    one = desk.interview
    assert (one.state, one.goal, one.version) == (State.CHANGING, Goal.CANCELLED, 2)
    assert one.comment == "We are sorry."
    assert desk.held()
    assert desk.is_due
    assert desk.audited[-1] == "interview cancelled"


def test_without_events_a_cancellation_is_done_at_once(desk: Desk) -> None:
    desk.change(state="needs_time", goal="needs_time")
    withdrawals.cancel(desk.act, "first", version=1)
    assert desk.interview.state is State.CANCELLED
    assert desk.interview.ended_at is not None


def test_nothing_is_cancelled_twice_or_after_its_end(desk: Desk) -> None:
    withdrawals.cancel(desk.act, "first", version=1)
    with pytest.raises(Conflict, match="is being cancelled"):
        withdrawals.cancel(desk.act, "first", version=2)
    desk.change(state="cancelled")
    with pytest.raises(Conflict, match="is cancelled"):
        withdrawals.cancel(desk.act, "first", version=2)
    now = clock.utc_now()
    desk.change(state="scheduled", goal="scheduled", starts_at=now - 2 * HOUR, ends_at=now - HOUR)
    with pytest.raises(Conflict, match="is over"):
        withdrawals.cancel(desk.act, "first", version=2)


def test_an_interview_of_a_deleted_candidate_can_still_be_cancelled(desk: Desk) -> None:
    desk.change(candidate_id=None)
    withdrawals.cancel(desk.act, "first", version=None)
    assert desk.interview.goal is Goal.CANCELLED


def test_words_have_a_limit(desk: Desk) -> None:
    with pytest.raises(Invalid, match="at most 1,000 characters"):
        withdrawals.cancel(desk.act, "first", version=1, comment="x" * 1001)


def test_another_time_is_looked_for(desk: Desk) -> None:
    withdrawals.find_time(desk.act, "first", version=1, comment="Soon")
    assert (desk.interview.state, desk.interview.goal) == (State.CHANGING, Goal.NEEDS_TIME)
    assert desk.audited[-1] == "interview waits for a new time"
    with pytest.raises(Conflict, match="being taken off"):
        withdrawals.find_time(desk.act, "first", version=2)
    withdrawals.cancel(desk.act, "first", version=2)
    assert desk.interview.goal is Goal.CANCELLED
    with pytest.raises(Outdated):
        withdrawals.find_time(desk.act, "first", version=1)


def test_what_asks_goes_on(desk: Desk) -> None:
    desk.change(state="asks", reason="Microsoft failed.", failing_since=clock.utc_now())
    retries.try_again(desk.act, "first", version=1)
    one = desk.interview
    assert (one.state, one.generation, one.reason) == (State.CHANGING, 1, "")
    assert one.failing_since is None
    assert desk.is_due


def test_what_failed_begins_anew_and_takes_its_time_again(desk: Desk) -> None:
    with desk.rows.write():
        store.free_claims(desk.rows, "first")
    desk.change(state="failed", ended_at=clock.utc_now())
    desk.other(desk.at, person="kim")
    with pytest.raises(Taken):
        retries.try_again(desk.act, "first", version=1)
    assert desk.held() == set()
    retries.try_again(desk.act, "first", version=1, override=True)
    one = desk.interview
    assert (one.state, one.generation, one.ended_at) == (State.WRITING, 2, None)
    assert desk.held() == {("sam", desk.at), ("kim", desk.at)}


def test_what_is_past_is_not_tried_again(desk: Desk) -> None:
    desk.change(state="asks", starts_at=clock.utc_now() - HOUR)
    with pytest.raises(Conflict, match="time is past"):
        retries.try_again(desk.act, "first", version=1)
    desk.change(goal="cancelled")
    retries.try_again(desk.act, "first", version=1)
    assert desk.interview.state is State.CHANGING


def test_only_what_failed_is_discarded(desk: Desk) -> None:
    with pytest.raises(Conflict):
        retries.discard(desk.act, "first", version=1)
    claimed(desk.rows)
    desk.change(state="failed")
    retries.discard(desk.act, "first", version=1)
    assert desk.interview.state is State.CANCELLED
    assert desk.held() == set()
    assert desk.audited[-1] == "interview discarded"
