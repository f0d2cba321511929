"""The card of a move in Outlook: both times, whom the new one suits, and who gets mail."""

from datetime import datetime, timedelta

import pytest

from portal.interviews import store
from portal.interviews.models import Claimed, Subject
from portal.interviews.times import DASH
from tests.interviews.outside.conftest import DAY, HOUR, PAGE, Moved
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor

NIGHT = f"Too early for Rosa 09:30{DASH}10:30 in London is 06:30{DASH}07:30 in Buenos Aires."


def test_both_times_stand_there_and_no_person_is_blamed(moved: Moved) -> None:
    page = moved.page
    assert "This interview was moved in Outlook" in page
    assert "on “Hiring” . Outlook does not say who did it." in page
    assert (
        f"Before {moved.before:%a} {moved.before.day} {moved.before:%b}, 09:30{DASH}10:30" in page
    )
    assert f"Now {moved.at:%a} {moved.at.day} {moved.at:%b}, 09:30{DASH}10:30" in page
    assert f"06:30{DASH}07:30 for Rosa, very early" in page
    assert f"Undo: back to {moved.before:%a} {moved.before.day} {moved.before:%b}, 09:30" in page


def test_the_night_of_the_candidate_is_told(moved: Moved) -> None:
    assert NIGHT in moved.page
    moved.change(candidate_zone="")
    assert "Portal does not know the time zone of Rosa" in moved.page
    moved.change(candidate_zone="Asia/Kolkata")
    assert "Too early" not in moved.page


def test_a_calendar_that_is_not_known_is_never_free(moved: Moved) -> None:
    with moved.rows.write():
        raw(moved.rows).execute("delete from calendar_reads where user_id = 'kim'")
    page = moved.page
    assert "Portal does not know whether Kim is free" in page
    assert "Sam is free" in page


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            "last_success_at = null, due_at = '2026-01-01T00:00:00Z'",
            "could not read their calendar",
        ),
        ("last_success_at = null, claimed_until = '2126-01-01T00:00:00Z'", "is reading their"),
        ("last_success_at = '2026-01-01T00:00:00Z'", "has not read their calendar for that time"),
    ],
)
def test_it_says_why_a_calendar_is_not_known(moved: Moved, columns: str, said: str) -> None:
    with moved.rows.write():
        raw(moved.rows).execute(f"update calendar_reads set {columns} where user_id = 'kim'")  # noqa: S608  # constants
    page = moved.page
    assert "Portal does not know whether Kim is free" in page
    assert said in page


def test_only_the_part_that_overlaps_is_told(moved: Moved) -> None:
    other = moved.at + HOUR / 2
    builders.calendar_time(moved.rows, "kim", "dentist", at=other, ical_uid="dentist")
    assert "Kim is busy from 10:00 to 10:30" in moved.page


def test_its_own_copy_is_no_conflict_but_a_meeting_of_the_same_hours_is(moved: Moved) -> None:
    builders.calendar_time(moved.rows, "sam", "copy", at=moved.at, ical_uid="uid-first-internal")
    assert "Sam and Kim are free" in moved.page
    builders.calendar_time(moved.rows, "kim", "other", at=moved.at, ical_uid="other")
    page = moved.page
    assert "Kim is busy from 09:30 to 10:30" in page
    assert "Sam is free" in page


def test_another_interview_and_meeting_hours_are_told(moved: Moved) -> None:
    builders.interview(moved.rows, "other", at=moved.at)
    held = Claimed("other", Subject.PERSON, "sam", moved.at, moved.at + HOUR / 4)
    with moved.rows.write():
        store.add_claims(moved.rows, [held])
        raw(moved.rows).execute(
            "update interviews set starts_at = ?, ends_at = ? where id = 'other'",
            ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"],
        )
    builders.insert(
        moved.rows,
        "meeting_hours",
        {"user_id": "kim", "windows": "{}", "saved_at": builders.EARLIER},
    )
    page = moved.page
    assert "Sam is busy from 09:30 to 09:45" in page
    assert "Outside Kim&#39;s meeting hours Kim has no meeting hours." in page


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("accepted", "Sam and Kim are free, and Aurora is booked"),
        ("declined", "Aurora declined Choose another room or time."),
        ("none", "Portal does not know if Aurora is free"),
    ],
)
def test_the_room_says_what_it_answered_to_this_time(moved: Moved, reply: str, said: str) -> None:
    room = "aurora@northwind.example"
    moved.change(room_name="Aurora", room_address=room, room_id="aurora")
    builders.told(moved.rows, "first", "Aurora", room, at=moved.at, role="room", reply=reply)
    assert said in moved.page


def test_it_says_who_gets_mail_and_who_was_not_told(moved: Moved) -> None:
    page = moved.page
    assert "If you undo, Rosa Ortega, Kim Lund and Sam Reed get an update." in page
    assert "Kim Lund was not told of the new time yet." in page
    moved.agree("candidate", moved.before)
    page = moved.page
    assert "If you undo, Kim Lund and Sam Reed get an update." in page
    assert "Rosa Ortega still has the time before, and hears nothing." in page


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "cancelled", "goal": "cancelled"},
        {"state": "changing", "goal": "needs_time"},
        {"starts_at": "2026-01-01T10:00:00Z"},
    ],
)
def test_one_that_ends_or_has_begun_has_no_card(
    moved: Moved, columns: dict[str, builders.Value]
) -> None:
    moved.change(**columns)
    assert "was moved in Outlook" not in moved.page


def test_a_time_before_that_is_past_cannot_come_back(moved: Moved) -> None:
    with moved.rows.write():
        raw(moved.rows).execute("update interview_moves set old_starts_at = ?", [builders.EARLIER])
    page = moved.page
    assert "This interview was moved in Outlook" in page
    assert "Undo: back" not in page
    assert "Keep" in page


def test_a_limited_person_sees_what_they_were_told_and_no_more(moved: Moved) -> None:
    kim: Visitor = visitor(moved.priya.client.application, "kim")
    page, lists = kim.text(PAGE), kim.text("/interviews")
    told: datetime = moved.before
    assert f"{told:%A} {told.day} {told:%B %Y} 09:30{DASH}10:30" in page
    assert "You were last told" in page
    for text in (page, lists, kim.text("/interviews?when=moved")):
        assert "Outlook" not in text
        assert f"{moved.at:%a} {moved.at.day} {moved.at:%b}" not in text
    assert kim.post(f"{PAGE}/moves/first-move/keep", {}).status_code in (403, 404)
    assert moved.moves[0].is_open
    assert timedelta(0) < moved.at - told == DAY
