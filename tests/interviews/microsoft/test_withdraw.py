"""Cancelling and finding another time at Microsoft: one cancellation a person, no event left."""

from collections import Counter
from datetime import timedelta

from portal.interviews import store
from portal.interviews.changes.moves import move
from portal.interviews.changes.retries import try_again
from portal.interviews.changes.withdrawals import cancel, find_time
from portal.interviews.models import State, Step
from tests.interviews.microsoft.later import CALENDARS, scheduled, state
from tests.interviews.microsoft.stage import KIM, ROSA, SAM, Stage, once

CANCELLED = Counter(("cancel", each) for each in (SAM, KIM, ROSA))


def comments(stage: Stage) -> dict[str, str]:
    """The words of each cancellation, by address."""
    found = stage.env.sandbox.control("GET", "invitations")["value"]
    return {each["address"]: each["comment"] for each in found if each["kind"] == "cancel"}


@CALENDARS
def test_everybody_gets_one_cancellation(stage: Stage, calendar: str, mailbox: str) -> None:
    scheduled(stage, calendar=calendar)
    cancel(stage.act, "first", version=1, comment="We are sorry, Rosa.")

    assert stage.work() == ""

    assert state(stage) is State.CANCELLED
    assert stage.one.ended_at is not None
    assert stage.at_microsoft(mailbox) == []
    assert stage.mails == CANCELLED
    said = comments(stage)
    assert (said[ROSA], said[SAM], said[KIM]) == ("We are sorry, Rosa.", "", "")
    assert all(each.withdrawn_at for each in stage.ledger.values())
    assert stage.claims == 0
    assert not stage.is_due


@CALENDARS
def test_lost_answers_tell_nobody_twice(stage: Stage, calendar: str, mailbox: str) -> None:
    scheduled(stage, calendar=calendar)
    cancel(stage.act, "first", version=1)
    for _ in range(2):
        stage.lose("/cancel", "POST")

    stage.work_until_done()

    assert state(stage) is State.CANCELLED
    assert stage.mails == CANCELLED
    assert stage.at_microsoft(mailbox) == []


def test_a_cancellation_that_never_arrived_is_sent_again(stage: Stage) -> None:
    scheduled(stage)
    cancel(stage.act, "first", version=1)
    stage.fault("/cancel", method="POST", status=503)

    stage.work_until_done()

    assert stage.mails == CANCELLED


def test_an_event_that_is_gone_is_as_good(stage: Stage) -> None:
    scheduled(stage)
    graph = stage.env.services.microsoft365.client_for(stage.feature, "priya")
    graph.delete(f"events/{stage.event().graph_id}")
    stage.env.sandbox.control("DELETE", "invitations")
    cancel(stage.act, "first", version=1)

    assert stage.work() == ""

    assert state(stage) is State.CANCELLED
    assert stage.mails == once() + Counter([("cancel", ROSA)])


def test_nobody_hears_of_an_interview_that_ends_before_the_invitations(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="PATCH", status=503)
    assert stage.work() != ""
    cancel(stage.act, "first", version=1, comment="Sorry")

    stage.work_until_done()

    assert state(stage) is State.CANCELLED
    assert stage.mails == Counter()
    assert stage.at_microsoft() == []


def test_a_cancellation_before_any_call_ends_it(stage: Stage) -> None:
    stage.schedule()
    cancel(stage.act, "first", version=1)

    stage.work()

    assert state(stage) is State.CANCELLED
    assert stage.calls("POST", "/events") == 0


def test_another_time_makes_new_events(stage: Stage) -> None:
    scheduled(stage, place="teams")
    find_time(stage.act, "first", version=1, comment="Another time soon.")

    stage.work()

    assert state(stage) is State.NEEDS_TIME
    assert comments(stage)[ROSA] == "Another time soon."
    assert stage.claims == 0
    stage.env.sandbox.control("DELETE", "invitations")
    at = stage.one.starts_at + timedelta(hours=2)
    move(stage.act, "first", version=2, starts_at=at, ends_at=at + timedelta(hours=1), room=None)

    stage.work()

    assert state(stage) is State.SCHEDULED
    assert stage.mails == once(SAM, KIM, ROSA)
    assert [each.generation for each in store.events(stage.rows, "first")] == [2, 2, 1, 1]
    assert {each.step for each in store.events(stage.rows, "first")} == {Step.INVITED, Step.GONE}
    assert not any(each.withdrawn_at for each in stage.ledger.values())


def test_an_interview_without_a_time_ends_at_once(stage: Stage) -> None:
    scheduled(stage)
    find_time(stage.act, "first", version=1)
    stage.work()

    cancel(stage.act, "first", version=2)

    assert state(stage) is State.CANCELLED
    assert stage.work() == ""
    assert stage.mails == CANCELLED


def test_after_an_hour_of_failures_a_person_decides_and_tries_again(stage: Stage) -> None:
    scheduled(stage)
    cancel(stage.act, "first", version=1)
    stage.fault("/cancel", method="POST", status=503, times=9)
    stage.work()
    stage.pass_time(minutes=61)
    stage.work()
    assert state(stage) is State.ASKS
    stage.env.sandbox.control("DELETE", "faults")

    try_again(stage.act, "first", version=2)
    stage.work()

    assert state(stage) is State.CANCELLED
    assert stage.mails == CANCELLED


def test_failures_until_the_start_ask_a_person(stage: Stage) -> None:
    scheduled(stage)
    cancel(stage.act, "first", version=1)
    stage.fault("/cancel", method="POST", status=503, times=9)
    stage.pass_time(minutes=-5, seconds=(stage.one.starts_at - stage.now).total_seconds())
    stage.work()
    stage.pass_time(minutes=6)

    stage.work()

    assert state(stage) is State.ASKS


def test_one_event_for_all_carries_the_words_to_all(stage: Stage) -> None:
    scheduled(stage, is_one_event=1)
    cancel(stage.act, "first", version=1, comment="Sorry")

    stage.work()

    assert set(comments(stage).values()) == {"Sorry"}
    assert stage.mails == CANCELLED
