"""A write that brings an interview no further is a failure, which waits and ends."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from portal.interviews.microsoft import update
from portal.interviews.models import Role, State
from tests.interviews.microsoft.later import moved, scheduled, starts
from tests.interviews.microsoft.stage import KIM, SAM, Stage

HOUR = timedelta(hours=1)
ONE_OCLOCK = datetime(2027, 10, 31, 1, tzinfo=UTC)


def test_candidate_with_a_panelists_address_waits_and_asks(stage: Stage) -> None:
    """As after an address changed that was another one when the interview was sent."""
    stage.schedule(candidate_address=SAM)

    for _ in range(2):
        assert stage.work() == update.STUCK
        stage.pass_time(minutes=31)
    assert stage.work() == ""

    assert (stage.one.state, stage.one.reason) == (State.ASKS, update.STUCK)
    assert stage.mails == Counter({("request", SAM): 2, ("request", KIM): 1})


def test_address_that_changed_before_a_refused_change_asks(stage: Stage) -> None:
    scheduled(stage)
    stage.change("update users set address = ? where id = 'sam'", "sam.reed@northwind.example")
    moved(stage)
    stage.fault("/events", method="PATCH", status=400, code="ErrorInvalidRequest")

    assert stage.work() == ""

    assert stage.one.state is State.ASKS
    assert stage.one.reason.startswith("Microsoft refused the change.")
    assert stage.mails == Counter()


@pytest.mark.parametrize("later", [-HOUR, timedelta(0)], ids=["first", "second"])
def test_each_of_two_equal_hours_is_the_one_that_was_chosen(stage: Stage, later: timedelta) -> None:
    """Clocks of Stockholm show 02:30 twice on this day."""
    stage.schedule(zone="Europe/Stockholm")
    at = ONE_OCLOCK + HOUR / 2 + later
    stage.change("update interviews set starts_at = ?, ends_at = ?", at, at + HOUR / 4)

    assert stage.work() == ""

    assert stage.one.state is State.SCHEDULED
    assert starts(stage) == [at, at]
    assert {stage.event(role).agreed_starts_at for role in Role} == {at}
