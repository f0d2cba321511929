"""Forms that no page sends, and what changed between a page and "Send". Nothing is stored."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from portal import clock
from tests.interviews.plan.form import filled
from tests.interviews.scheduled.conftest import Desk
from tests.interviews.scheduled.form import PATH, interviews, press
from tests.support.visitors import Visitor, words

Fields = dict[str, str | list[str]]
LENGTH = "An interview lasts from 5 minutes to 12 hours."
SUNDAY = 6
NOT_ENABLED = "Portal writes interviews into calendars of Microsoft 365, which is not enabled."


def refused(desk: Desk, answer: TestResponse, sentence: str, *, status: int = 422) -> None:
    assert interviews(desk) == []
    assert answer.status_code == status
    assert sentence in words(answer)


@pytest.mark.parametrize("do", ["check", "send"])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"minutes": ["721"]}, LENGTH),
        ({"minutes": ["0"]}, LENGTH),
        ({"minutes": ["-5"]}, LENGTH),
        ({"minutes": ["9" * 400]}, LENGTH),
        ({"panel": []}, "Choose at least one person who must attend."),
        ({"optional": ["sam", "kim"]}, "Choose at least one person who must attend."),
        ({"panel": ["sam", "nobody"]}, "may no longer sign in to Portal"),
        ({"start": []}, "Choose a time."),
        ({"start": ["yesterday"]}, "Choose a time."),
        ({"clock": ["25:00"]}, "Enter a time such as 09:30."),
        ({"place": ["moon"]}, "Choose where the interview is held."),
        ({"place": []}, "Choose where the interview is held."),
        ({"place": ["room"]}, "Choose a room."),
        ({"place": ["room"], "room": ["nowhere"]}, "This room is gone"),
        ({"place": ["phone"]}, "Enter the number to call."),
        ({"place": ["phone"], "phone": ["1" * 5000]}, "This is too long"),
        ({"calendar": ["group:nowhere"]}, "This calendar was removed."),
        ({"organizer": ["nobody"]}, "may no longer schedule in Portal"),
        ({"organizer": ["kim"]}, "may no longer schedule in Portal"),
        ({"title": ["a\0b"]}, "invisible control character"),
        ({"words": ["a\0b"]}, "invisible control character"),
        ({"words": ["w" * 5000]}, "This is too long"),
        ({"kind": ["nothing"]}, "This kind is not offered any more."),
        ({"candidate_zone": ["Mars/Base"]}, "No time zone is called “Mars/Base”."),
    ],
)
def test_what_no_page_sends_is_refused_at_its_field(
    desk: Desk, priya: Visitor, do: str, fields: Fields, sentence: str
) -> None:
    refused(desk, press(priya, desk.draft, do, **fields), sentence)


@pytest.mark.parametrize("do", ["check", "send"])
def test_a_time_that_has_passed_is_refused(desk: Desk, priya: Visitor, do: str) -> None:
    past = clock.text(clock.utc_now() - timedelta(hours=1))

    refused(desk, press(priya, desk.draft, do, start=[past]), "This time is past.")


def test_an_hour_that_does_not_exist_is_refused(desk: Desk, priya: Visitor) -> None:
    desk.change("update users set time_zone = 'Europe/Stockholm' where id = 'priya'")
    year = clock.utc_now().year + 1
    days = (f"{year}-03-{day}" for day in range(25, 32))
    sunday = next(each for each in days if clock.moment(f"{each}T12:00:00Z").weekday() == SUNDAY)

    answer = press(priya, desk.draft, "send", start=[], other_day=[sunday], clock=["02:30"])

    refused(desk, answer, "so 02:30 does not exist. Choose another time.")


@pytest.mark.parametrize(
    ("happened", "sentence", "status"),
    [
        ("update users set is_enabled = 0 where id = 'sam'", "may no longer sign in", 422),
        ("delete from connections", "Priya has none. Or choose another organizer.", 422),
        ("update platforms set is_enabled = 0", NOT_ENABLED, 422),
        ("delete from candidate_addresses", "address", 422),
        ("update interview_kinds set retired_at = created_at", "is not offered any more", 422),
        ("delete from candidates", "This page does not exist", 404),
    ],
    ids=["panelist", "organizer", "platform", "address", "kind", "candidate"],
)
def test_what_happened_between_the_page_and_send_is_said(
    desk: Desk, priya: Visitor, happened: str, sentence: str, status: int
) -> None:
    assert press(priya, desk.draft, "check").status_code == 200
    desk.change(happened)

    refused(desk, press(priya, desk.draft, "send"), sentence, status=status)


def test_a_calendar_that_is_being_removed_is_refused(desk: Desk, priya: Visitor) -> None:
    draft = desk.drafted(calendar=f"group:{desk.group_calendar()}")
    assert press(priya, draft, "check").status_code == 200
    desk.change("update group_calendars set is_default = 0, retiring_since = added_at")

    refused(desk, press(priya, draft, "send"), "This calendar was removed. Choose another one.")


def test_a_form_of_a_kind_that_is_gone_goes_on_with_the_only_one_left(
    desk: Desk, priya: Visitor
) -> None:
    refused_form = filled(press(priya, desk.draft, "check", kind=["nothing"]))

    answer = priya.post(PATH, refused_form | {"do": ["check"]})

    assert refused_form["kind"] == ["interview"]
    assert answer.status_code == 200
    assert "Step 2 of 2." in words(answer)


def test_send_in_two_tabs_makes_one_interview(desk: Desk, priya: Visitor) -> None:
    """Each tab has a form of its own, so the second one is refused for the panel's time."""
    first, second = press(priya, desk.draft, "send"), press(priya, desk.draft, "send")

    assert first.status_code == 303
    assert second.status_code == 409
    assert "Kim Lund and Sam Reed were just booked" in words(second)
    assert len(interviews(desk)) == 1
