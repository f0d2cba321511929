"""A calendar that nobody reads is named on the interview and under Checks, with the cure."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.diagnostics import watch_checks
from portal.diagnostics.models import Verdict
from portal.interviews import store
from portal.interviews.watch import state
from portal.interviews.watch.state import Watching
from tests.interviews.microsoft.later import moved, scheduled
from tests.interviews.microsoft.stage import Stage
from tests.interviews.watch.watcher import DAY, is_about, next_poll, settle, watch_row


def watching(stage: Stage) -> Watching | None:
    events = store.events(stage.rows, "first")
    return state.of_interview(stage.rows, stage.one, events, now=stage.now)


def checks(stage: Stage) -> list[tuple[Verdict, str]]:
    found = watch_checks.checks(stage.rows, now=stage.now)
    return [(each.verdict, each.found) for each in found]


def test_the_last_read_is_known(stage: Stage) -> None:
    scheduled(stage)
    assert watching(stage) == Watching(None)
    assert checks(stage) == []

    settle(stage)

    found = watching(stage)
    assert found is not None
    assert is_about(found.read_at, stage.now)
    assert not found.is_lost
    [(verdict, _)] = checks(stage)
    assert verdict is Verdict.OK


def test_a_lost_calendar_says_since_when_and_why(stage: Stage) -> None:
    scheduled(stage, calendar="group")
    settle(stage)
    read_at = stage.now
    stage.change("update connections set state = 'lapsed'")
    next_poll(stage)
    found = watching(stage)
    assert found is not None
    assert not found.is_lost

    for _ in range(6):
        next_poll(stage)

    found = watching(stage)
    assert found is not None
    assert is_about(found.read_at, read_at)
    assert found.reason.startswith("No connection of a member of the group reads this calendar")
    [(verdict, words)] = checks(stage)
    assert verdict is Verdict.FAILED
    assert words.startswith("Portal does not notice changes on the calendar of Recruiting. No conn")


def _delete_group(stage: Stage) -> None:
    stage.env.sandbox.control("DELETE", f"groups/{stage.event().group_id}")


def _lose_members(stage: Stage) -> None:
    stage.env.sandbox.control(
        "PATCH", f"groups/{stage.event().group_id}", {"members": [], "visibility": "Private"}
    )


def _disable_organizer(stage: Stage) -> None:
    stage.change("update users set is_enabled = 0 where id = 'priya'")


@pytest.mark.parametrize(
    ("calendar", "lose", "said", "cure"),
    [
        ("group", _delete_group, "Microsoft does not find this group", "to another calendar"),
        ("group", _lose_members, "No connection of a member of the group", "be added to the group"),
        ("organizer", _disable_organizer, "may no longer sign in", "Choose another organizer"),
    ],
)
def test_the_interview_jobs_and_checks_say_why_and_the_cure(
    stage: Stage, calendar: str, lose: Callable[[Stage], None], said: str, cure: str
) -> None:
    scheduled(stage, calendar=calendar)
    settle(stage)
    lose(stage)
    for _ in range(7):
        next_poll(stage)

    found = watching(stage)
    assert found is not None
    [(verdict, words)] = checks(stage)
    assert verdict is Verdict.FAILED
    for sentence in (found.reason, watch_row(stage).failure or "", words):
        assert said in sentence
        assert cure in sentence
    assert stage.event().missing_since is None


def test_a_worker_that_stands_still_is_named(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    stage.pass_time(minutes=3)
    found = watching(stage)
    assert found is not None
    assert found.reason == state.NO_WORKER
    assert checks(stage)[0][0] is Verdict.OK
    stage.pass_time(minutes=4)
    assert checks(stage)[0][0] is Verdict.FAILED


def test_later_interviews_are_read_less_often(stage: Stage) -> None:
    scheduled(stage)
    moved(stage, 20 * DAY)
    stage.work()
    settle(stage)
    for _ in range(3):
        next_poll(stage)

    found = watching(stage)
    assert found is not None
    assert is_about(found.read_at, stage.now - timedelta(minutes=3))
    assert not found.is_lost


def test_without_microsoft_365_nobody_watches(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    stage.change("update platforms set is_enabled = 0")

    found = watching(stage)
    assert found is not None
    assert found.reason == state.NOT_ENABLED
    assert checks(stage) == [(Verdict.ADVICE, watch_checks.NOT_ENABLED)]


def test_an_interview_without_events_needs_no_watch(stage: Stage) -> None:
    stage.schedule()

    assert watching(stage) is None
