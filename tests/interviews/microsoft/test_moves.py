"""A move reaches Microsoft once: the panel's event first, one update a person, the same link."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.calendars.models import Room
from portal.interviews import store
from portal.interviews.microsoft import calendar_events
from portal.interviews.models import Certainty, Role, State, Step
from tests.interviews.microsoft.later import (
    CALENDARS,
    moved,
    scheduled,
    starts,
    state,
    updated,
    wanted,
)
from tests.interviews.microsoft.stage import (
    CREATE,
    KIM,
    LINK,
    ROOM,
    ROSA,
    SAM,
    Stage,
    addresses,
    once,
)

AURORA = Room("aurora", "Aurora", ROOM)


@CALENDARS
def test_everybody_is_told_once(stage: Stage, calendar: str, mailbox: str) -> None:
    scheduled(stage, calendar=calendar)
    moved(stage)

    assert stage.work() == ""

    assert state(stage) is State.SCHEDULED
    assert starts(stage, mailbox) == wanted(stage)
    assert stage.mails == updated(SAM, KIM, ROSA)
    for told in stage.ledger.values():
        assert (told.version, told.starts_at) == (2, stage.one.starts_at)
        assert told.certainty is Certainty.ASKED


def test_the_old_time_is_free_once_both_events_agree(stage: Stage) -> None:
    scheduled(stage)
    moved(stage)
    assert stage.claims == 4

    stage.work()

    assert stage.claims == 2


@pytest.mark.parametrize("calendar", ["organizer", "group"])
def test_the_link_stays(stage: Stage, calendar: str) -> None:
    scheduled(stage, calendar=calendar, place="teams")
    before = stage.one.join_url
    moved(stage)

    stage.work()

    assert state(stage) is State.SCHEDULED
    assert stage.one.join_url == before != ""
    assert stage.mails == updated(SAM, KIM, ROSA)


def test_a_meeting_beside_the_event_moves_with_it(stage: Stage) -> None:
    scheduled(stage, calendar="group", place="teams")
    moved(stage)

    stage.work()

    found = stage.env.sandbox.state.row("select * from online_meetings")
    assert found is not None
    assert stage.calls("PATCH", "/onlineMeetings/") == 1
    assert f"{stage.one.starts_at:%Y-%m-%dT%H:%M:%S}" in str(dict(found))


def test_a_meeting_that_cannot_move_holds_nobody_up(stage: Stage) -> None:
    scheduled(stage, calendar="group", place="teams")
    moved(stage)
    stage.fault(CREATE, method="POST", status=403, code="Forbidden")

    assert stage.work() == ""

    assert state(stage) is State.SCHEDULED


@CALENDARS
def test_lost_answers_tell_nobody_twice(stage: Stage, calendar: str, mailbox: str) -> None:
    scheduled(stage, calendar=calendar)
    moved(stage)
    for _ in range(2):
        stage.lose("/events", "PATCH")

    stage.work_until_done()

    assert starts(stage, mailbox) == wanted(stage)
    assert stage.mails == updated(SAM, KIM, ROSA)
    assert state(stage) is State.SCHEDULED


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_is_read_and_written_again(stage: Stage, status: int) -> None:
    scheduled(stage)
    moved(stage)
    stage.fault("/events", method="PATCH", status=status, code="ErrorIrresolvableConflict")

    assert stage.work() == ""

    assert stage.mails == updated(SAM, KIM, ROSA)


def test_the_candidates_event_is_tried_again(stage: Stage) -> None:
    scheduled(stage)
    moved(stage)
    graph_id = stage.event(Role.CANDIDATE).graph_id
    stage.fault(f"/events/{graph_id}", method="PATCH", status=503, times=9)

    assert stage.work() != ""

    assert state(stage) is State.CHANGING
    assert stage.ledger[SAM].version == 2
    assert stage.ledger[ROSA].version == 1
    assert stage.claims == 4
    stage.env.sandbox.control("DELETE", "faults")
    stage.pass_time(seconds=61)
    stage.work_until_done()
    assert stage.mails == updated(SAM, KIM, ROSA)
    assert state(stage) is State.SCHEDULED


def test_after_an_hour_of_failures_a_person_decides(stage: Stage) -> None:
    scheduled(stage)
    moved(stage)
    stage.fault("/events", method="PATCH", status=503, times=99)
    stage.work()
    stage.pass_time(minutes=61)

    stage.work()

    assert state(stage) is State.ASKS
    assert "Microsoft 365 has a problem" in stage.one.reason


def test_a_move_that_comes_too_late_asks(stage: Stage) -> None:
    scheduled(stage)
    moved(stage, timedelta(minutes=5) - (stage.one.starts_at - stage.now))
    stage.pass_time(minutes=6)

    stage.work()

    assert state(stage) is State.ASKS
    assert stage.one.reason.startswith("Its time came before")


def test_two_moves_before_a_turn_are_one(stage: Stage) -> None:
    scheduled(stage)
    moved(stage)
    moved(stage)

    stage.work()

    assert stage.mails == updated(SAM, KIM, ROSA)
    assert starts(stage) == wanted(stage)
    assert stage.claims == 2


def test_a_move_during_a_write_is_written_after_it(stage: Stage) -> None:
    stage.schedule(place="teams")
    stage.env.sandbox.control("PATCH", "meetings", {"teams": "late"})
    stage.at_pause(1, lambda: moved(stage))

    stage.work_until_done()

    assert state(stage) is State.SCHEDULED
    assert starts(stage) == wanted(stage)
    assert stage.mails == once(SAM, KIM, ROSA)
    assert {each.version for each in stage.ledger.values()} == {2}


def test_another_room_is_booked_and_named(stage: Stage) -> None:
    scheduled(stage, place="room", room_id="birch", room_name="Birch", room_address="b@x.example")
    moved(stage, timedelta(0), room=AURORA)

    stage.work()

    internal, candidates = stage.at_microsoft()
    assert ROOM in addresses(internal)
    assert "b@x.example" not in addresses(internal)
    assert internal["location"]["displayName"] == "Aurora"
    assert candidates["location"]["displayName"] == "Aurora"
    assert stage.ledger["b@x.example"].withdrawn_at is not None
    assert stage.mails == updated(SAM, KIM, ROSA) + Counter(
        [("cancel", "b@x.example"), ("request", ROOM)]
    )
    assert store.panel(stage.rows, "first")


def test_no_write_touches_the_text_or_the_link(stage: Stage) -> None:
    scheduled(stage, place="teams")
    bodies: list[dict[str, Any]] = []
    change = calendar_events.change

    def noted(calendar: Any, graph_id: str, body: dict[str, Any]) -> Any:
        bodies.append(body)
        return change(calendar, graph_id, body)

    stage.monkeypatch.setattr(calendar_events, "change", noted)
    moved(stage)
    stage.work()

    assert [set(each) for each in bodies] == [{"start", "end"}] * 2
    assert {each.step for each in store.events(stage.rows, "first")} == {Step.INVITED}


def test_a_stale_read_is_no_ground_for_a_write(stage: Stage) -> None:
    scheduled(stage)
    moved(stage)
    newer = stage.now + timedelta(minutes=5)
    stage.change("update interview_events set modified_at = ?", clock.text(newer))

    assert (
        stage.work() == "Microsoft still shows an earlier version of the event. We will try again."
    )

    assert stage.mails == Counter()
    assert state(stage) is State.CHANGING


def test_another_link_after_a_move_asks_a_person(stage: Stage) -> None:
    scheduled(stage, place="teams")
    moved(stage)
    stage.change("update interview_events set join_url = ? where role = 'internal'", f"{LINK}old")

    stage.work()

    assert state(stage) is State.ASKS
    assert "Rosa Ortega has the old one" in stage.one.reason
