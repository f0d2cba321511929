"""A move in Outlook moves the interview: once, and nobody is told twice."""

from collections import Counter
from datetime import timedelta

import pytest

from portal.audit.models import CANDIDATE
from portal.interviews.models import Role, State
from portal.interviews.outside.models import MoveSource, MoveState
from tests.interviews.microsoft.later import (
    CALENDARS,
    LATER,
    moved,
    scheduled,
    starts,
    state,
    updated,
    wanted,
)
from tests.interviews.microsoft.stage import KIM, ROSA, SAM, Stage
from tests.interviews.watch.watcher import (
    DAY,
    drag,
    hand,
    is_about,
    moves,
    next_poll,
    settle,
    watch,
)


@CALENDARS
@pytest.mark.parametrize("is_sent", [False, True], ids=["unsent", "sent"])
def test_the_interview_follows(stage: Stage, calendar: str, mailbox: str, is_sent: bool) -> None:
    scheduled(stage, calendar=calendar)
    old = stage.one
    settle(stage)
    drag(stage, DAY, send=is_sent)

    assert next_poll(stage) == ""

    assert (state(stage), stage.one.version) == (State.CHANGING, 2)
    assert stage.one.starts_at == old.starts_at + DAY
    assert stage.claims == 4
    event = stage.event()
    assert event.moved_version == 2
    assert is_about(event.moved_at, stage.now)
    assert is_about(event.copies_due_at, stage.now + timedelta(minutes=2))
    assert stage.work() == ""
    assert state(stage) is State.SCHEDULED
    assert stage.claims == 2
    assert starts(stage, mailbox) == wanted(stage)
    others = updated(SAM, KIM) if is_sent else Counter()
    assert stage.mails == updated(ROSA) + others
    assert stage.ledger[ROSA].version == 2
    # A copy that was read with the answers shows the new time, if Outlook sent it.
    known = old.starts_at + DAY if is_sent else old.starts_at
    assert stage.ledger[SAM].starts_at == known


def test_the_move_is_kept_with_its_calendar(stage: Stage) -> None:
    scheduled(stage, calendar="group")
    old = stage.one
    settle(stage)
    drag(stage, DAY)

    next_poll(stage)

    [move] = moves(stage)
    assert (move.calendar, move.state, move.version) == ("“Recruiting”", MoveState.OPEN, 2)
    assert (move.old_starts_at, move.new_starts_at) == (old.starts_at, old.starts_at + DAY)
    assert ("interview moved outside", f"Interview with {CANDIDATE}", "ok") in stage.env.audited()


def test_an_own_calendar_is_named_without_quotes(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    drag(stage, DAY)

    next_poll(stage)

    assert moves(stage)[0].calendar == "Priya Kaur's calendar"


def test_a_move_of_the_candidates_event_tells_the_panel(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    drag(stage, DAY, Role.CANDIDATE)
    next_poll(stage)

    stage.work()

    assert stage.mails == updated(SAM, KIM)
    assert starts(stage) == wanted(stage)
    assert stage.event(Role.CANDIDATE).moved_version == 2


def test_both_events_at_the_same_time_need_no_write(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    drag(stage, DAY)
    drag(stage, DAY, Role.CANDIDATE)
    next_poll(stage)

    stage.work()

    assert (state(stage), stage.one.version) == (State.SCHEDULED, 2)
    assert stage.mails == Counter()


def test_one_event_for_all_only_moves_the_interview(stage: Stage) -> None:
    scheduled(stage, is_one_event=True)
    settle(stage)
    drag(stage, DAY)
    next_poll(stage)

    stage.work()

    assert state(stage) is State.SCHEDULED
    assert stage.mails == Counter()
    assert {each.version for each in stage.ledger.values()} == {1}


def test_our_own_moves_are_no_news(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    moved(stage)
    stage.work()

    settle(stage)

    assert (state(stage), stage.one.version) == (State.SCHEDULED, 2)
    assert MoveSource.OUTLOOK not in {each.source for each in moves(stage)}


def test_there_and_back_is_nothing(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    event = drag(stage, DAY)
    drag(stage, timedelta(0))

    next_poll(stage)

    assert (state(stage), stage.one.version) == (State.SCHEDULED, 1)
    assert stage.event().etag == event.etag


def test_back_after_a_poll_is_another_move(stage: Stage) -> None:
    scheduled(stage)
    old = stage.one.starts_at
    settle(stage)
    drag(stage, DAY)
    next_poll(stage)
    stage.work()
    drag(stage, -DAY)
    next_poll(stage)

    stage.work()

    assert (stage.one.version, stage.one.starts_at) == (3, old)
    assert stage.mails == updated(ROSA, ROSA)
    assert [each.state for each in moves(stage)] == [MoveState.OPEN, MoveState.REPLACED]


def test_it_comes_before_a_move_of_ours(stage: Stage) -> None:
    scheduled(stage)
    old = stage.one.starts_at
    settle(stage)
    moved(stage, LATER)
    drag(stage, DAY)
    next_poll(stage)

    stage.work()

    assert stage.one.starts_at == old + DAY
    assert state(stage) is State.SCHEDULED
    assert stage.one.reason.startswith("Portal was about to move it to ")
    assert starts(stage) == wanted(stage)
    assert stage.mails == updated(ROSA)


def test_it_is_found_during_a_move_of_ours(stage: Stage) -> None:
    scheduled(stage)
    old = stage.one.starts_at
    settle(stage)
    moved(stage, LATER)
    drag(stage, DAY)

    stage.work()

    assert stage.one.starts_at == old + DAY
    assert state(stage) is State.SCHEDULED
    assert starts(stage) == wanted(stage)
    assert stage.mails == updated(ROSA)


def test_an_interview_that_is_written_waits(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    stage.pass_time(seconds=61)
    moved(stage, LATER)
    claim = stage.claim()
    drag(stage, DAY)
    watch(stage)
    assert stage.one.version == 2

    stage.work(claim)
    stage.pass_time(seconds=11)
    watch(stage)

    assert stage.one.version == 3
    assert state(stage) is State.SCHEDULED


def test_an_hour_more_is_a_move(stage: Stage) -> None:
    scheduled(stage)
    one = stage.one
    settle(stage)
    event = stage.event()
    hand(stage).move(event, one.starts_at, one.ends_at + timedelta(hours=1), send=False)
    next_poll(stage)

    stage.work()

    assert stage.one.ends_at == one.ends_at + timedelta(hours=1)
    assert stage.mails == updated(ROSA)


@CALENDARS
def test_the_meeting_beside_the_event_moves_too(stage: Stage, calendar: str, mailbox: str) -> None:
    assert mailbox
    scheduled(stage, calendar=calendar, place="teams")
    link = stage.one.join_url
    settle(stage)
    drag(stage, 90 * DAY)
    next_poll(stage)

    assert stage.work() == ""

    assert (state(stage), stage.one.join_url) == (State.SCHEDULED, link)
    found = stage.env.sandbox.state.rows("select * from online_meetings")
    starts_at = f"{stage.one.starts_at:%Y-%m-%dT%H:%M:%S}"
    assert [starts_at in str(dict(each)) for each in found] == (
        [True] if calendar == "group" else []
    )


def test_a_move_to_the_time_that_portal_is_about_to_write_tells_nobody_yet(stage: Stage) -> None:
    scheduled(stage)
    old = stage.one.starts_at
    settle(stage)
    moved(stage, LATER)
    drag(stage, LATER)

    assert stage.work() == ""

    assert state(stage) is State.SCHEDULED
    assert stage.mails == updated(ROSA)
    assert stage.ledger[SAM].starts_at == old
    assert stage.event().copies_due_at is not None
