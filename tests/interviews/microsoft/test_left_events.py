"""Events on the calendar of somebody whom Portal cannot act for any more."""

from collections import Counter
from datetime import UTC, timedelta

import pytest

from portal.audit.act import Act
from portal.interviews import store
from portal.interviews.changes.homes import change_home
from portal.interviews.changes.withdrawals import cancel
from portal.interviews.communication import Communication
from portal.interviews.effects import departures
from portal.interviews.lists.detail import detail
from portal.interviews.models import CalendarSource, Certainty, Home, State, Step
from tests.interviews.microsoft.later import scheduled, state
from tests.interviews.microsoft.stage import BY, KIM, ORGANIZES, PRIYA, ROSA, SAM, Stage, once

OWN = Communication(Home.ORGANIZER, CalendarSource.INTERVIEW)
ALEX = "alex@northwind.example"


def act(stage: Stage) -> Act:
    return Act(stage.rows, BY, stage.now)


def steps(stage: Stage) -> list[Step]:
    return [each.step for each in store.events(stage.rows, "first")]


def to_alex(stage: Stage) -> None:
    stage.hire("Alex Berg")
    stage.connect("alex", *ORGANIZES)
    change_home(act(stage), "first", version=None, calendar=OWN, organizer_id="alex")


def test_another_organizer_takes_over_from_a_disabled_one(stage: Stage) -> None:
    scheduled(stage)
    departures.disable(act(stage), "priya")
    assert state(stage) is State.ASKS
    to_alex(stage)

    assert stage.work() == ""

    assert (state(stage), stage.claims) == (State.SCHEDULED, 2)
    assert steps(stage) == [Step.INVITED, Step.INVITED, Step.LEFT, Step.LEFT]
    assert (len(stage.at_microsoft(ALEX)), len(stage.at_microsoft(PRIYA))) == (2, 2)
    assert stage.mails == once(SAM, KIM, ROSA)


def test_an_interview_of_a_disabled_organizer_ends(stage: Stage) -> None:
    scheduled(stage)
    departures.disable(act(stage), "priya")
    cancel(act(stage), "first", version=None)

    assert stage.work() == ""

    assert (state(stage), stage.claims, stage.is_due) == (State.CANCELLED, 0, False)
    assert steps(stage) == [Step.LEFT, Step.LEFT]
    for told in stage.ledger.values():
        assert (told.certainty, told.withdrawn_at) == (Certainty.UNKNOWN, None)
    assert stage.mails == Counter()
    said = detail(stage.rows, "first", UTC, "UTC", now=stage.now, on_loopback=True).said
    assert said.text == (
        "Rosa, Kim and Sam may still have it on the calendar. Portal cannot change the calendar "
        "of Priya Kaur, so an earlier invitation may still be in people's calendars. "
        "An Exchange administrator can remove it with "
        "Remove-CalendarEvents -CancelOrganizedMeetings. "
        "That cancels every coming meeting of Priya Kaur."
    )


def test_an_organizer_without_connection_is_waited_for(stage: Stage) -> None:
    scheduled(stage)
    stage.change("delete from connections where user_id = 'priya'")
    to_alex(stage)

    assert stage.work().startswith("Priya Kaur is not connected to Microsoft 365.")

    end = stage.offset + timedelta(minutes=80)
    while state(stage) is not State.SCHEDULED and stage.offset < end:
        stage.pass_time(minutes=20)
        claim = stage.claim()
        if claim is not None:
            stage.work(claim)
    assert state(stage) is State.SCHEDULED
    assert steps(stage) == [Step.INVITED, Step.INVITED, Step.LEFT, Step.LEFT]


@pytest.mark.parametrize("times", [1, 2])
def test_an_event_whose_answer_was_lost_is_deleted_by_its_own_organizer(
    stage: Stage, times: int
) -> None:
    stage.schedule()
    for _ in range(times):
        stage.lose("/events", "POST")
    assert stage.work() != ""
    to_alex(stage)

    stage.work_until_done()

    assert (state(stage), stage.at_microsoft(PRIYA)) == (State.SCHEDULED, [])
    assert len(stage.at_microsoft(ALEX)) == 2
