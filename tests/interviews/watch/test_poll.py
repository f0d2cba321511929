"""A poll of a calendar asks Microsoft for little, and misses nothing."""

from collections import Counter
from datetime import timedelta

from portal import clock
from portal.interviews.models import State
from portal.interviews.watch.jobs import WATCH, make_due
from tests.interviews.microsoft.later import CALENDARS, moved, scheduled, state
from tests.interviews.microsoft.stage import Stage
from tests.interviews.watch.watcher import (
    DAY,
    asked_of_microsoft,
    drag,
    hand,
    is_about,
    next_poll,
    settle,
    watch,
    watch_row,
)


@CALENDARS
def test_a_quiet_poll_is_one_request(stage: Stage, calendar: str, mailbox: str) -> None:
    assert mailbox
    scheduled(stage, calendar=calendar)
    settle(stage)
    next_poll(stage)
    asked_of_microsoft(stage)

    next_poll(stage)

    [view] = asked_of_microsoft(stage)
    assert "calendarView" in view
    assert is_about(watch_row(stage).near_read_at, stage.now)


def test_later_days_are_read_every_five_minutes(stage: Stage) -> None:
    scheduled(stage)
    moved(stage, 20 * DAY)
    stage.work()
    settle(stage)
    asked_of_microsoft(stage)

    reads = []
    for _ in range(10):
        next_poll(stage)
        reads.append(len([each for each in asked_of_microsoft(stage) if "calendarView" in each]))

    assert sorted(reads) == [0] * 8 + [1] * 2
    drag(stage, DAY)
    for _ in range(5):
        next_poll(stage)
    assert stage.one.version == 3


def test_a_move_from_the_next_days_to_later_ones_is_seen(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    drag(stage, 30 * DAY)

    next_poll(stage)

    assert stage.one.version == 2
    stage.work()
    settle(stage)
    assert (state(stage), stage.one.version) == (State.SCHEDULED, 2)


def test_only_interviews_of_which_something_changed_are_read(stage: Stage) -> None:
    scheduled(stage)
    stage.schedule("second")
    stage.work()
    settle(stage)
    drag(stage, DAY)
    asked_of_microsoft(stage)

    next_poll(stage)

    assert [each.split()[0] for each in asked_of_microsoft(stage) if "batch" not in each] == [
        "GET",
        "GET",
        "GET",
    ]


def test_answers_alone_are_read_and_change_nothing(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    hand(stage).accept(stage.event(), "sam@northwind.example")

    next_poll(stage)
    asked_of_microsoft(stage)
    next_poll(stage)

    assert (state(stage), stage.one.version) == (State.SCHEDULED, 1)
    assert len(asked_of_microsoft(stage)) == 1


def test_a_calendar_without_interviews_is_watched_no_more(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    stage.pass_time(days=3)

    watch(stage)

    assert stage.rows.value(int, "select count(*) from interview_watches") == 0
    asked_of_microsoft(stage)
    assert watch(stage) == ""
    assert asked_of_microsoft(stage) == []


def test_an_older_version_changes_nothing(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    drag(stage, DAY)
    newer = clock.text(stage.now + timedelta(days=1))
    stage.change("update interview_events set modified_at = ?", newer)

    next_poll(stage)

    assert stage.one.version == 1


def test_a_storm_of_notifications_is_one_read(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    asked_of_microsoft(stage)

    for _ in range(200):
        with stage.rows.write():
            make_due(stage.rows, ["priya", "sam"], stage.now)
        watch(stage)
        stage.pass_time(seconds=0.1)

    assert 1 <= len(asked_of_microsoft(stage)) <= 4
    drag(stage, DAY)
    with stage.rows.write():
        make_due(stage.rows, ["priya"], stage.now)
    stage.pass_time(seconds=11)
    watch(stage)
    assert stage.one.version == 2


def test_a_request_during_a_read_is_a_read_soon(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    stage.pass_time(minutes=1)
    claim = WATCH.claim(stage.env.services, "test", now=stage.now)
    assert claim is not None
    with stage.rows.write():
        make_due(stage.rows, ["priya"], stage.now)
    WATCH.work(stage.env.services, claim, lambda: False)
    drag(stage, DAY)
    stage.pass_time(seconds=11)

    watch(stage)

    assert stage.one.version == 2


def test_while_a_worker_writes_there_events_are_read_one_by_one(stage: Stage) -> None:
    scheduled(stage)
    stage.schedule("second")
    stage.work()
    settle(stage)
    stage.pass_time(seconds=61)
    stage.change("update interview_work set due_at = '2100-01-01T00:00:00Z' where id = 'first'")
    claim = stage.claim()
    assert claim is not None
    assert claim.row_id == "second"
    drag(stage, DAY)
    asked_of_microsoft(stage)

    watch(stage)

    assert not any("batch" in each for each in asked_of_microsoft(stage))
    assert stage.one.version == 2


def test_a_stopped_poll_is_due_again(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    stage.pass_time(minutes=1)
    claim = WATCH.claim(stage.env.services, "test", now=stage.now)
    assert claim is not None

    WATCH.work(stage.env.services, claim, lambda: True)

    assert WATCH.claim(stage.env.services, "test", now=stage.now) is not None


def test_a_clock_that_ran_ahead_delays_no_read(stage: Stage) -> None:
    scheduled(stage)
    moved(stage, 20 * DAY)
    stage.work()
    settle(stage)
    stage.change("update interview_watches set far_read_at = '2100-01-01T00:00:00Z'")
    drag(stage, DAY)

    next_poll(stage)

    assert stage.one.version == 3


def test_an_older_version_of_another_change_is_read_again(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    stage.env.sandbox.control("PATCH", "tenant", {"staleReads": 2})
    drag(stage, DAY)

    for _ in range(4):
        next_poll(stage)

    assert stage.one.version == 2
    stage.work_until_done()
    for _ in range(4):
        settle(stage)
    assert (state(stage), stage.one.version) == (State.SCHEDULED, 2)
    assert stage.mails == Counter([("update", "rosa.ortega@mail.example")])


def test_no_more_than_four_calls_are_open_on_a_calendar(stage: Stage) -> None:
    scheduled(stage, calendar="group")
    for number in range(7):
        stage.schedule(f"more{number}", calendar="group")
        stage.work()
    settle(stage)
    stage.change("update interview_events set seen_etag = ''")
    stage.env.sandbox.control("DELETE", "concurrency")
    asked_of_microsoft(stage)

    assert next_poll(stage) == ""

    asked = Counter(each.split("/")[-1] for each in asked_of_microsoft(stage))
    assert asked["$batch"] == 1
    most = stage.env.sandbox.control("GET", "concurrency")["value"]
    assert most
    assert max(each["highest"] for each in most) <= 4
