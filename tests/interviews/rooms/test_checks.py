"""A room that accepts, declines, answers late or never, on an own and on a group's calendar."""

import pytest

from portal.interviews.models import Reply
from portal.interviews.rooms.models import Finding, Trouble
from tests.interviews.microsoft.later import moved
from tests.interviews.rooms.conftest import AURORA, House


def test_room_that_accepts_needs_no_question(house: House) -> None:
    house.schedule()

    house.later(minutes=1)
    house.later(minutes=10)

    assert house.reply is Reply.ACCEPTED
    assert (house.check, house.trouble, house.alert) == (None, None, None)
    assert house.stage.calls("POST", "getSchedule") == 0


def test_room_that_declines_is_an_alert_until_it_accepts(house: House) -> None:
    house.switch(roomsDecline=True)
    house.schedule()

    house.later(minutes=1)
    assert (house.reply, house.trouble) == (Reply.DECLINED, Trouble.DECLINED)
    assert house.alert is not None
    assert house.alert.title == "Aurora declined this interview"
    assert "only in the room's mail to the organizer" in house.alert.text

    house.answer("accepted")
    house.later(minutes=40)
    assert house.reply is Reply.ACCEPTED
    assert house.alert is None


def test_room_that_answers_late_is_no_alert_once_it_did(house: House) -> None:
    house.switch(roomAnswerSeconds=None)
    house.schedule()
    house.remove_copy()
    house.after_five_minutes()
    assert house.check is not None
    assert (house.check.finding, house.trouble) == (Finding.FREE, Trouble.FREE)
    found = house.alert
    assert found is not None
    assert found.title == "Aurora is not booked"
    assert found.text.startswith("It has not answered, and Microsoft still shows it as free")
    since = house.check.since

    house.later(minutes=6)
    assert house.check.since == since, "it is free for as long as before"

    house.answer("accepted")
    house.later(minutes=40)
    assert (house.trouble, house.alert) == (None, None)


def test_nothing_is_said_before_five_minutes(house: House) -> None:
    house.switch(roomAnswerSeconds=None)
    house.schedule()
    house.remove_copy()

    house.later(minutes=1)

    assert (house.check, house.alert) == (None, None)
    due_at, told_at = house.stage.event().proof_due_at, house.stage.ledger[AURORA].told_at
    assert due_at is not None
    assert (due_at - told_at).total_seconds() == 300


def test_room_that_never_answers_is_said_to_be_tentative(house: House) -> None:
    house.switch(roomAnswerSeconds=None)
    house.schedule()

    house.after_five_minutes()

    assert house.check is not None
    assert house.check.finding is Finding.TENTATIVE
    assert (house.trouble, house.alert) == (None, None)


@pytest.mark.parametrize("is_free", [False, True])
def test_group_calendar_that_shows_no_answer_leaves_getschedule(
    house: House, *, is_free: bool
) -> None:
    house.schedule(calendar="group")
    house.answer("none")
    if is_free:
        house.remove_copy()

    house.after_five_minutes()

    assert (house.reply, house.check and house.check.finding) == (
        Reply.UNKNOWN,
        Finding.FREE if is_free else Finding.TAKEN,
    )
    found = house.alert
    if is_free:
        assert found is not None
        assert found.text.startswith("Microsoft does not show its answer on this calendar, and")
    else:
        assert found is None


def test_group_calendar_that_shows_the_refusal_is_an_alert(house: House) -> None:
    house.switch(roomsDecline=True)
    house.schedule(calendar="group")

    house.later(minutes=1)

    assert (house.reply, house.trouble) == (Reply.DECLINED, Trouble.DECLINED)


def test_room_that_nobody_may_ask_about_is_not_known_and_no_alert(house: House) -> None:
    house.switch(roomAnswerSeconds=None)
    house.schedule()
    house.remove_copy()
    house.stage.fault("/getSchedule", status=403, times=10)

    house.after_five_minutes()

    assert house.check is not None
    assert house.check.finding is Finding.UNKNOWN
    assert house.check.failure
    assert (house.trouble, house.alert) == (None, None)
    assert house.stage.is_due, "it is asked again"


def test_move_forgets_what_was_found_before(house: House) -> None:
    house.switch(roomAnswerSeconds=None)
    house.schedule()
    house.remove_copy()
    house.after_five_minutes()
    assert house.trouble is Trouble.FREE

    room = next(each for each in house.rooms if each.id == "Aurora")
    moved(house.stage, room=room)
    house.stage.work()

    assert house.alert is None
