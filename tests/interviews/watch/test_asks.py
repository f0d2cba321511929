"""Changes that no interview can follow are left to a person, with the reason."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.audit.models import CANDIDATE
from portal.interviews.changes.retries import try_again
from portal.interviews.findings import finding_store
from portal.interviews.findings.models import FindingKind
from portal.interviews.models import Role, State
from sandbox import quirks
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
from tests.interviews.watch.watcher import DAY, drag, hand, next_poll, settle, watch

Odd = Callable[[Stage], object]


def to_the_past(stage: Stage) -> None:
    drag(stage, -3 * DAY)


def to_a_whole_day(stage: Stage) -> None:
    hand(stage).make_all_day(stage.event(), (stage.one.starts_at + DAY).date(), send=False)


def to_a_series(stage: Stage) -> None:
    hand(stage).make_series(stage.event(), send=False)


def to_thirteen_hours(stage: Stage) -> None:
    one = stage.one
    hand(stage).move(stage.event(), one.starts_at, one.starts_at + timedelta(hours=13), send=False)


def apart(stage: Stage) -> None:
    drag(stage, DAY)
    drag(stage, 2 * DAY, Role.CANDIDATE)


ODD = pytest.mark.parametrize(
    ("odd", "words"),
    [
        (to_the_past, "which is past"),
        (to_a_whole_day, "lasts all day now"),
        (to_a_series, "repeats now"),
        (to_thirteen_hours, "is longer than 12 hours now"),
        (apart, "were moved to different times"),
    ],
)


@ODD
def test_a_person_decides(stage: Stage, odd: Odd, words: str) -> None:
    scheduled(stage, calendar="group")
    old = stage.one
    settle(stage)
    odd(stage)

    next_poll(stage)

    assert (state(stage), stage.one.starts_at) == (State.ASKS, old.starts_at)
    assert words in stage.one.reason
    assert "on “Recruiting”" in stage.one.reason
    assert stage.mails == Counter()
    reason = stage.one.reason
    next_poll(stage)
    next_poll(stage)
    assert stage.one.reason == reason
    assert stage.env.audited().count(("interview asks", f"Interview with {CANDIDATE}", "ok")) == 1


@ODD
def test_trying_again_gives_the_event_its_time(stage: Stage, odd: Odd, words: str) -> None:
    scheduled(stage)
    old = stage.one
    settle(stage)
    odd(stage)
    next_poll(stage)
    assert words in stage.one.reason
    try_again(stage.act, "first", version=1)

    assert stage.work() == ""

    assert state(stage) is State.SCHEDULED
    assert starts(stage) == [old.starts_at] * 2
    [panels, _] = stage.at_microsoft()
    assert (panels["isAllDay"], panels.get("recurrence")) == (False, None)
    settle(stage)
    assert (state(stage), stage.one.version) == (State.SCHEDULED, 2)


def test_another_time_is_written_over_it(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    to_the_past(stage)
    next_poll(stage)
    moved(stage, LATER)

    stage.work()

    assert state(stage) is State.SCHEDULED
    assert starts(stage) == wanted(stage)
    assert stage.mails == updated(SAM, KIM, ROSA)


def test_put_right_in_outlook_nothing_is_left_to_decide(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    to_the_past(stage)
    next_poll(stage)
    drag(stage, 3 * DAY)
    next_poll(stage)

    stage.work()

    assert (state(stage), stage.one.reason, stage.one.version) == (State.SCHEDULED, "", 1)
    assert stage.mails == Counter()


def test_a_good_time_after_a_bad_one_counts(stage: Stage) -> None:
    scheduled(stage)
    old = stage.one.starts_at
    settle(stage)
    to_the_past(stage)
    next_poll(stage)
    drag(stage, 4 * DAY)
    next_poll(stage)

    stage.work()

    assert (state(stage), stage.one.starts_at) == (State.SCHEDULED, old + DAY)
    assert stage.mails == updated(ROSA)
    assert stage.one.reason == ""


def test_a_question_of_another_kind_stays(stage: Stage) -> None:
    scheduled(stage)
    old = stage.one.starts_at
    settle(stage)
    stage.change("update interviews set state = 'asks', reason = 'Choose another organizer.'")
    drag(stage, DAY)

    next_poll(stage)

    assert (state(stage), stage.one.starts_at) == (State.ASKS, old + DAY)
    assert stage.one.reason == "Choose another organizer."


@CALENDARS
@pytest.mark.parametrize("answers", [False, True], ids=["404", "still-answers"])
def test_a_deleted_event_asks_after_two_polls(
    stage: Stage, calendar: str, mailbox: str, answers: bool
) -> None:
    assert mailbox
    scheduled(stage, calendar=calendar)
    settle(stage)
    stage.pass_time(minutes=10)
    watch(stage)
    quirks.turn(stage.env.sandbox.state, {"deletedAnswer": answers})
    hand(stage).delete(stage.event(), send=False)

    next_poll(stage)
    assert state(stage) is State.SCHEDULED
    watch_now(stage)
    assert state(stage) is State.SCHEDULED
    next_poll(stage)

    assert state(stage) is State.ASKS
    assert stage.one.reason.startswith("An event of this interview was deleted in Outlook, on ")
    [found] = finding_store.of_event(stage.rows, stage.event().id)
    assert found.kind is FindingKind.DELETED
    next_poll(stage)
    assert stage.env.audited().count(("interview asks", f"Interview with {CANDIDATE}", "ok")) == 1


def watch_now(stage: Stage) -> None:
    stage.change("update interview_watches set due_at = '2026-01-01T00:00:00Z'")
    watch(stage)


def test_a_list_that_lags_behind_deletes_nothing(stage: Stage) -> None:
    stage.env.sandbox.control("PATCH", "tenant", {"calendarDelay": 3600})
    scheduled(stage)

    for _ in range(4):
        next_poll(stage)

    assert stage.event().missing_since is not None
    assert (state(stage), stage.one.version) == (State.SCHEDULED, 1)
    stage.env.sandbox.control("PATCH", "tenant", {"calendarDelay": 0})
    next_poll(stage)
    assert stage.event().missing_since is None
