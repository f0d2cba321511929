"""A copy that somebody moved on their own calendar changes nothing, and is named on the page."""

from datetime import timedelta

from portal.interviews.findings import finding_store
from portal.interviews.findings.models import FindingKind
from tests.interviews.findings import outlook
from tests.interviews.microsoft.later import scheduled
from tests.interviews.microsoft.stage import KIM, Stage
from tests.interviews.outlook_hand import OutlookHand

HOUR = timedelta(hours=1)


def kim_moves(stage: Stage, by: timedelta) -> None:
    at = (stage.one.starts_at + by, stage.one.ends_at + by)
    OutlookHand(stage.env.sandbox).move_copy(stage.event(), KIM, *at)


def read(stage: Stage, minutes: int) -> None:
    stage.pass_time(minutes=minutes)
    stage.work()


def test_it_is_found_with_its_time_and_its_owner(stage: Stage) -> None:
    scheduled(stage)
    read(stage, 2)
    before = stage.one
    kim_moves(stage, HOUR)

    read(stage, 10)

    [found] = finding_store.of_interview(stage.rows, "first")
    assert (found.kind, found.subject, found.now_text) == ("own_copy", "kim", "Kim Lund")
    assert found.starts_at == before.starts_at + HOUR
    assert stage.one == before


def test_copies_that_are_late_are_not_said_to_be_moved(stage: Stage) -> None:
    scheduled(stage)
    kim_moves(stage, HOUR)

    read(stage, 2)

    assert outlook.kinds(stage) == []


def test_one_that_is_moved_back_is_over(stage: Stage) -> None:
    scheduled(stage)
    kim_moves(stage, HOUR)
    read(stage, 2)
    read(stage, 10)
    assert outlook.kinds(stage) == [FindingKind.OWN_COPY]

    kim_moves(stage, timedelta(0))
    read(stage, 31)

    assert outlook.kinds(stage) == []


def test_a_calendar_that_cannot_be_read_any_more_leaves_it(stage: Stage) -> None:
    scheduled(stage)
    kim_moves(stage, HOUR)
    read(stage, 2)
    read(stage, 10)
    stage.change("delete from connections where user_id = 'kim'")

    read(stage, 31)

    assert outlook.kinds(stage) == [FindingKind.OWN_COPY]
