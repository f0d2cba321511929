"""A calendar that cannot be read deletes nothing, and is read again as soon as it can be."""

from datetime import timedelta

from portal.interviews.models import State
from tests.interviews.microsoft.later import scheduled, state
from tests.interviews.microsoft.stage import ORGANIZES, Stage
from tests.interviews.watch.watcher import (
    DAY,
    asked_of_microsoft,
    drag,
    hand,
    is_about,
    next_poll,
    settle,
    watch_row,
)


def test_nothing_is_deleted_on_a_calendar_that_nobody_opens(stage: Stage) -> None:
    scheduled(stage, calendar="group")
    settle(stage)
    hand(stage).delete(stage.event(), send=False)
    stage.change("update connections set state = 'lapsed'")

    for _ in range(3):
        assert "No connection of a member" in next_poll(stage)

    assert state(stage) is State.SCHEDULED
    row = watch_row(stage)
    assert is_about(row.failed_at, stage.now - timedelta(minutes=2))
    stage.connect("priya", *ORGANIZES)
    assert next_poll(stage) == ""
    assert watch_row(stage).failure is None


def test_another_member_reads_for_the_organizer(stage: Stage) -> None:
    stage.make_member("alex")
    scheduled(stage, calendar="group")
    settle(stage)
    stage.change("update connections set state = 'lapsed' where user_id = 'priya'")
    drag(stage, DAY)

    assert next_poll(stage) == ""

    assert stage.one.version == 2


def test_members_take_turns(stage: Stage) -> None:
    stage.make_member("alex")
    stage.change(
        "insert into calendar_reach (calendar_id, user_id, is_member, state, checked_at) "
        "select calendar_id, 'priya', is_member, state, checked_at from calendar_reach"
    )
    scheduled(stage, calendar="group")
    settle(stage)

    used = set()
    for _ in range(3):
        next_poll(stage)
        sql = "select user_id from calendar_reach order by used_at desc limit 1"
        used.add(stage.rows.value(str, sql))

    assert used == {"alex", "priya"}


def test_a_group_that_was_deleted_deletes_no_interview(stage: Stage) -> None:
    scheduled(stage, calendar="group")
    settle(stage)
    group_id = stage.event().group_id
    stage.env.sandbox.control("DELETE", f"groups/{group_id}")

    for _ in range(3):
        assert "Microsoft does not find this group" in next_poll(stage)

    assert state(stage) is State.SCHEDULED


def test_a_disabled_organizer_deletes_no_interview(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    stage.change("update users set is_enabled = 0 where id = 'priya'")

    for _ in range(3):
        assert next_poll(stage) != ""

    assert stage.event().missing_since is None


def test_without_microsoft_365_nothing_is_read(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    stage.change("update platforms set is_enabled = 0")
    asked_of_microsoft(stage)

    next_poll(stage)

    assert asked_of_microsoft(stage) == []
    assert stage.rows.value(int, "select count(*) from interview_watches") == 1


def test_microsoft_says_how_long_to_wait(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    drag(stage, DAY)
    stage.fault("calendarView", status=429, times=99, retryAfter=600)
    assert "asked us to wait" in next_poll(stage)
    asked_of_microsoft(stage)

    for _ in range(9):
        assert next_poll(stage) == ""
    assert asked_of_microsoft(stage) == []
    stage.env.sandbox.control("DELETE", "faults")
    next_poll(stage)

    assert stage.one.version == 2
