"""Every step may be repeated: one event a role, and one invitation a person."""

import pytest

from portal.interviews.microsoft import calendar_events, turn
from portal.interviews.models import State
from portal.storage.claims import ClaimLost
from tests.interviews.microsoft.stage import (
    GROUP,
    KIM,
    PRIYA,
    ROSA,
    SAM,
    Stage,
    addresses,
    never,
    once,
)
from tests.support.builders import LONG_AGO

CALENDARS = pytest.mark.parametrize(
    ("calendar", "mailbox"), [("organizer", PRIYA), ("group", GROUP)], ids=["own", "group"]
)


def require_once(stage: Stage, mailbox: str = PRIYA) -> None:
    """One event a role, each with its people, however often the steps were repeated."""
    internal, candidates = stage.at_microsoft(mailbox)
    assert stage.one.state is State.SCHEDULED
    assert {SAM, KIM} <= addresses(internal)
    assert ROSA in addresses(candidates)
    assert stage.mails == once(SAM, KIM, ROSA)


@CALENDARS
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_lost_answer_is_found_again(
    stage: Stage, method: str, calendar: str, mailbox: str
) -> None:
    stage.schedule(calendar=calendar)
    stage.lose("/events", method)

    stage.work_until_done()

    require_once(stage, mailbox)
    # What Microsoft had carried out was not sent a second time.
    assert stage.calls("POST", "/events") == 2
    assert stage.calls("PATCH", "/events") == 2


@CALENDARS
def test_every_lost_answer_is_found_again(stage: Stage, calendar: str, mailbox: str) -> None:
    stage.schedule(calendar=calendar)
    for method in ("POST", "PATCH"):
        for _ in range(2):
            stage.lose("/events", method)

    stage.work_until_done()

    require_once(stage, mailbox)


def test_an_extra_event_is_deleted(stage: Stage) -> None:
    stage.schedule()
    event = stage.event()
    mark = [{"id": calendar_events.MARK, "value": event.id}]
    graph = stage.env.services.microsoft365.client_for(stage.feature, "priya")
    times = calendar_events.times(stage.one)
    for subject in ("One", "Two"):
        extra = {"subject": subject, "singleValueExtendedProperties": mark, **times}
        graph.post("events", extra)
    stage.change("update interview_events set modified_at = ? where id = ?", LONG_AGO, event.id)

    stage.work()

    require_once(stage)


def test_the_slower_of_two_workers_keeps_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.schedule()
    slow = stage.claim()
    assert slow is not None
    add = calendar_events.add

    def overtaken(*args: object, **more: object) -> object:
        """The first worker made its event, and stood still until another had done everything."""
        made = add(*args, **more)  # type: ignore[arg-type]  # handed on as they came
        monkeypatch.setattr(calendar_events, "add", add)
        stage.pass_time(minutes=2)
        stage.work()
        return made

    monkeypatch.setattr(calendar_events, "add", overtaken)
    with pytest.raises(ClaimLost):
        turn.work_through(stage.env.services, slow, should_stop=never)

    require_once(stage)


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_is_read_and_written_again(stage: Stage, status: int) -> None:
    stage.schedule()
    stage.fault("/events", method="PATCH", status=status, code="ErrorIrresolvableConflict")

    assert stage.work() == ""

    require_once(stage)


def test_throttling_waits_as_long_as_microsoft_says(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="POST", status=429, retryAfter=90)

    failure = stage.work()

    assert failure == "Microsoft is receiving too many requests and asked us to wait."
    assert (stage.one.state, stage.one.reason) == (State.WRITING, failure)
    assert stage.claim() is None
    stage.pass_time(seconds=91)
    stage.work()
    require_once(stage)


def test_somebody_who_was_added_in_outlook_stays(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="PATCH", status=503)
    assert stage.work() != ""
    guest = {"emailAddress": {"address": "guest@partner.example", "name": "Gael"}}
    graph = stage.env.services.microsoft365.client_for(stage.feature, "priya")
    graph.patch(f"events/{stage.event().graph_id}", {"attendees": [guest]})
    stage.pass_time(seconds=31)

    stage.work_until_done()

    assert addresses(stage.at_microsoft()[0]) == {SAM, KIM, "guest@partner.example"}
    assert stage.mails == once(SAM, KIM, ROSA, "guest@partner.example")


def test_an_unreadable_answer_is_a_failure_that_is_tried_again(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="POST", status=201, carriedOut=True, body={"id": "A"})

    assert stage.work() == "Microsoft's answer about an event could not be read."
    stage.pass_time(seconds=31)
    stage.work_until_done()

    require_once(stage)
