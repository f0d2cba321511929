"""Acts of people in Outlook, as other tests let them act, and the tenant's record of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.interviews.outlook_hand import OutlookHand, stamp
from tests.sandbox.calendars.conftest import KIM
from tests.sandbox.callers import Caller
from tests.sandbox.meetings.conftest import (
    ALEX,
    NOON,
    ROSA,
    SAM,
    kim,
    made,
    mail,
    priya,
    recruiting,
)
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

__all__ = ["kim", "priya", "recruiting"]
FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
TIMES = (stamp(FRIDAY), stamp(FRIDAY + HOUR))
AURORA = "room-aurora@northwind.example"


@pytest.fixture
def hand(tenant: Sandbox) -> OutlookHand:
    return OutlookHand(tenant)


@pytest.fixture
def meeting(priya: Caller, recruiting: str) -> str:
    """A meeting of the group with Sam, Kim and a candidate."""
    people = [{"emailAddress": {"address": one}} for one in (SAM, KIM, ROSA)]
    return str(made(priya, recruiting, **NOON, attendees=people)["id"])


def times(found: dict[str, Any]) -> tuple[str, str]:
    return found["start"], found["end"]


def test_unsent_move_leaves_copies_and_tells_nobody(hand: OutlookHand, meeting: str) -> None:
    before = hand.read(meeting)
    hand.move(meeting, FRIDAY, FRIDAY + HOUR, send=False)
    after = hand.read(meeting)

    assert times(after) == TIMES
    assert {times(one) for one in after["copies"].values()} == {times(before)}
    assert {one["kind"] for one in hand.mail(meeting)} == {"request"}


def test_sent_move_tells_each_once_and_names_who_did_it(hand: OutlookHand, meeting: str) -> None:
    for _ in range(2):
        hand.move(meeting, FRIDAY, FRIDAY + HOUR, who=ALEX)
    told = [one for one in hand.mail(meeting) if one["kind"] == "update"]

    assert {times(one) for one in hand.read(meeting)["copies"].values()} == {TIMES}
    assert {one["address"] for one in told if one["via"] == "attendee"} == {SAM, KIM, ROSA}
    assert len(told) == len({one["address"] for one in told})
    assert {(one["by"], one["through"]) for one in told} == {(ALEX, "outlook")}
    assert hand.told(meeting)[SAM] == ["2026-11-27T12:00:00Z", TIMES[0]]


def test_move_of_ones_own_copy_changes_that_copy_alone(hand: OutlookHand, meeting: str) -> None:
    hand.move_copy(meeting, SAM, FRIDAY, FRIDAY + HOUR)
    found = hand.read(meeting)

    assert times(found["copies"][SAM]) == TIMES
    assert (
        times(found)
        == times(found["copies"][KIM])
        == (
            "2026-11-27T12:00:00Z",
            "2026-11-27T13:00:00Z",
        )
    )


@pytest.mark.parametrize(("send", "kinds"), [(True, {"request", "cancel"}), (False, {"request"})])
def test_deletion_is_told_or_not(
    hand: OutlookHand, meeting: str, send: bool, kinds: set[str]
) -> None:
    copy = hand.copy_of(meeting, SAM)
    for _ in range(2):
        hand.delete(meeting, send=send, comment="Sorry")

    assert not hand.is_there(meeting)
    assert {one["kind"] for one in hand.mail(meeting)} == kinds
    assert hand.read(copy)["isCancelled"] is send
    assert ("deleted", ALEX) in {(one["change"], one["by"]) for one in hand.history(meeting)}


@pytest.mark.parametrize(("send", "answer"), [(True, "declined"), (False, "none")])
def test_attendee_deletes_their_copy(
    hand: OutlookHand, meeting: str, send: bool, answer: str
) -> None:
    for _ in range(2):
        hand.delete_copy(meeting, SAM, send=send)
    found = hand.read(meeting)

    assert SAM not in found["copies"]
    assert found["attendees"][SAM] == answer


def test_whole_day_and_series(hand: OutlookHand, meeting: str) -> None:
    hand.make_all_day(meeting, date(2026, 11, 27))
    whole = hand.read(meeting)
    hand.move(meeting, FRIDAY, FRIDAY + HOUR)
    hand.make_series(meeting)

    assert (whole["isAllDay"], times(whole)) == (
        True,
        ("2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z"),
    )
    assert (hand.read(meeting)["isAllDay"], hand.read(meeting)["type"]) == (False, "seriesMaster")


def test_people_come_and_go_and_answers_stay(hand: OutlookHand, meeting: str) -> None:
    hand.accept(meeting, KIM)
    hand.edit(meeting, add=[ALEX], remove=[SAM], subject="Rosa Ortega")
    found = hand.read(meeting)

    assert found["subject"] == found["copies"][KIM]["subject"] == "Rosa Ortega"
    assert found["attendees"] == {KIM: "accepted", ROSA: "none", ALEX: "none"}


def test_answers_are_the_attendees_own(hand: OutlookHand, meeting: str, tenant: Sandbox) -> None:
    hand.propose(meeting, KIM, FRIDAY, FRIDAY + HOUR)
    hand.decline(meeting, SAM)
    hand.accept(meeting, ROSA)
    answers = mail(tenant)[-3:]

    assert [(one["kind"], one["sender"], one["by"]) for one in answers] == [
        ("proposal", KIM, KIM),
        ("declined", SAM, SAM),
        ("accepted", ROSA, ROSA),
    ]
    assert answers[0]["proposedStart"] == TIMES[0]


def test_room_takes_its_acceptance_back(hand: OutlookHand, meeting: str) -> None:
    hand.edit(meeting, room=AURORA)
    before = hand.read(meeting)["attendees"][AURORA]
    hand.decline_room(meeting, AURORA)
    found = hand.read(meeting)

    assert (before, found["attendees"][AURORA]) == ("accepted", "declined")
    assert AURORA not in found["copies"]
    assert found["place"] == "Aurora"
    answered = [one for one in hand.history(meeting) if one["through"] == "tenant"]
    assert answered, "nobody accepts for a room"


def test_another_room_takes_the_place_of_the_first(hand: OutlookHand, meeting: str) -> None:
    hand.edit(meeting, room=AURORA)
    hand.edit(meeting, room="room-borealis@northwind.example", send=False)

    attendees = hand.read(meeting)["attendees"]
    assert AURORA not in attendees
    assert "room-borealis@northwind.example" in attendees


def test_link_goes_and_another_comes(hand: OutlookHand, priya: Caller) -> None:
    event = str(made(priya, **NOON, isOnlineMeeting=True)["id"])
    first = hand.read(event)["joinUrl"]
    hand.edit(event, link="another", subject="Offer")
    second = hand.read(event)
    hand.edit(event, link="drop")

    assert first
    assert second["joinUrl"] not in (None, first)
    assert second["subject"] == "Offer"
    assert hand.read(event)["joinUrl"] is None


def test_record_says_which_program_acted(
    hand: OutlookHand, priya: Caller, meeting: str, tenant: Sandbox
) -> None:
    assert {(one["by"], one["through"]) for one in mail(tenant)} == {(PRIYA, "graph")}
    assert hand.history(meeting)[0]["change"] == "created"
    tenant.control("DELETE", "event-history")
    assert hand.history(meeting) == []


def test_unsent_answer_stays_on_the_copy(hand: OutlookHand, meeting: str) -> None:
    hand.accept(meeting, KIM, send=False)
    hand.decline(meeting, ROSA, send=False)
    found = hand.read(meeting)

    assert found["copies"][KIM]["response"] == "accepted"
    assert (found["attendees"][KIM], found["attendees"][ROSA]) == ("none", "none")
    assert {one["kind"] for one in hand.mail(meeting)} == {"request"}


def test_forwarded_invitation_adds_people(hand: OutlookHand, meeting: str) -> None:
    hand.forward(meeting, KIM, "lena@mail.example")

    assert hand.read(meeting)["attendees"]["lena@mail.example"] == "none"
    last = hand.mail(meeting)[-1]
    assert (last["address"], last["sender"]) == ("lena@mail.example", KIM)


def test_update_is_sent_later_whatever_programs_do(
    hand: OutlookHand, meeting: str, tenant: Sandbox
) -> None:
    tenant.control("PATCH", "meetings", {"repeatsTell": "nobody"})
    hand.move(meeting, FRIDAY, FRIDAY + HOUR, send=False)
    hand.send_update(meeting)

    assert {times(one) for one in hand.read(meeting)["copies"].values()} == {TIMES}
    assert hand.told(meeting)[ROSA] == ["2026-11-27T12:00:00Z", TIMES[0]]


def test_one_date_of_a_series_moves(hand: OutlookHand, priya: Caller, recruiting: str) -> None:
    event = str(made(priya, recruiting, **NOON)["id"])
    hand.make_series(event)
    window = "startDateTime=2026-11-28T00:00:00Z&endDateTime=2026-11-29T00:00:00Z"
    (second,) = priya.read(f"{recruiting}/{event}/instances?{window}")["value"]
    saturday = FRIDAY + timedelta(days=1)
    hand.move(second["id"], saturday, saturday + HOUR)

    assert hand.read(second["id"])["type"] == "exception"
    assert hand.read(event)["start"] == "2026-11-27T12:00:00Z"
