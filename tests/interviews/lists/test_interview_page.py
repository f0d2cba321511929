"""The page of one interview: its state, what may be done, the panel, the ledger, the place."""

from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, words

PAGE = "/interviews/first"
KIM, ROSA = "kim@northwind.example", "rosa.ortega@mail.example"


def everybody_told(rows: Rows, at: datetime, **columns: builders.Value) -> None:
    builders.told(rows, "first", "Kim Lund", KIM, at=at, user_id="kim", **columns)
    builders.told(rows, "first", "Rosa Ortega", ROSA, at=at, role="candidate", **columns)


@pytest.mark.parametrize(
    ("columns", "title", "text"),
    [
        ({"state": "writing"}, "Portal is writing this interview to Microsoft",
         "Nobody has been told yet."),
        ({"state": "changing"}, "A change of this interview is being written to Microsoft",
         "Rosa and Kim do not know of it yet."),
        ({"state": "changing", "goal": "needs_time"}, "The invitations are being withdrawn",
         "Nobody has an invitation any more."),
        ({"state": "changing", "goal": "cancelled"}, "This interview is being cancelled",
         "Nobody has an invitation any more."),
        ({"state": "needs_time", "goal": "needs_time"}, "This interview needs a time",
         "Choose another time, or cancel the interview."),
        ({"state": "asks", "reason": "Microsoft refused the time."},
         "This interview needs a decision",
         "Microsoft refused the time. Nobody has an invitation."),
        ({"state": "failed", "reason": "Microsoft made no meeting."},
         "This interview was not scheduled", "Microsoft made no meeting. Nobody was told"),
        ({"state": "cancelled", "goal": "cancelled"}, "This interview is cancelled",
         "Nobody had been told of it."),
        ({"state": "scheduled"}, "This interview is scheduled",
         "Rosa and Kim have not been told of this time."),
    ],
)  # fmt: skip  # one case to a line where it fits
def test_first_sentence_is_that_of_the_state(
    rows: Rows, priya: Visitor, at: datetime, columns: dict[str, str], title: str, text: str
) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"], **columns)
    page = priya.text(PAGE)
    assert title in page
    assert text in page


def test_who_was_last_told_another_time_may_know_the_new_one(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"])
    builders.told(rows, "first", "Rosa Ortega", ROSA, at=at, role="candidate")
    builders.told(rows, "first", "Kim Lund", KIM, at=at - timedelta(days=1))

    assert "Kim may still have the old time." in priya.text(PAGE)


def test_a_reason_on_a_scheduled_interview_promises_nothing_more(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    reason = "Portal was about to move it. The move in Outlook came first, so that one counts."
    builders.interview(rows, "first", at=at, panel=["kim"], reason=reason)
    builders.told(rows, "first", "Rosa Ortega", ROSA, at=at, role="candidate")
    builders.told(rows, "first", "Kim Lund", KIM, at=at - timedelta(days=1))
    page = priya.text(PAGE)

    assert f"This interview is scheduled {reason} Kim may still have the old time." in page
    assert "as before" not in page


def test_an_answer_has_its_time(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"])
    answered = at - timedelta(days=3)
    builders.told(rows, "first", "Kim Lund", KIM, at=at, reply="accepted", replied_at=answered)
    stamp = clock.text(answered)

    assert f'datetime="{stamp}"' in priya.get(PAGE).text
    with rows.write():
        raw(rows).execute("update invite_ledger set withdrawn_at = told_at")
    assert f'datetime="{stamp}"' not in priya.get(PAGE).text


def test_sentence_says_who_knows_and_who_does_not(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"], version=2, state="changing")
    builders.told(rows, "first", "Kim Lund", KIM, at=at, version=2)
    builders.told(rows, "first", "Rosa Ortega", ROSA, at=at - timedelta(days=1), role="candidate")
    page = priya.text(PAGE)
    assert "Rosa does not know of it yet." in page
    assert "Old time" in page
    assert "Has the old time" in page


def test_everybody_told_is_said_only_then(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"])
    everybody_told(rows, at)
    assert "This interview is scheduled Everybody has been told." in priya.text(PAGE)


def test_cancelled_interview_says_who_may_still_have_it(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"], state="cancelled", goal="cancelled")
    builders.told(rows, "first", "Kim Lund", KIM, at=at)
    withdrawn: dict[str, builders.Value] = {"role": "candidate", "withdrawn_at": clock.utc_now()}
    builders.told(rows, "first", "Rosa Ortega", ROSA, at=at, **withdrawn)
    page = priya.text(PAGE)
    assert "Kim may still have it on the calendar." in page
    assert "Invitation withdrawn" in page


def test_failure_and_next_try_are_named(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, state="writing")
    work: dict[str, builders.Value] = {
        "id": "first",
        "due_at": clock.utc_now() + timedelta(minutes=10),
        "failure": "Microsoft answered with an error.",
        "failed_at": clock.utc_now(),
    }
    builders.insert(rows, "interview_work", work)
    page = priya.text(PAGE)
    assert "Nobody has been told yet. Microsoft answered with an error." in page
    assert "Portal tries again" in page


def test_page_follows_what_is_under_way_alone(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, state="writing")
    builders.interview(rows, "second", at=at)
    assert "data-refresh-seconds" in priya.get(PAGE).text
    assert "data-refresh-seconds" not in priya.get("/interviews/second").text


def test_copies_that_nobody_has_are_said(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"])
    everybody_told(rows, at)
    builders.interview_event(rows, "first", proof="not_seen")
    assert "This interview is not seen on anybody&#39;s calendar" in priya.text(PAGE)


def test_copies_of_an_older_generation_are_not_said(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"], generation=2)
    everybody_told(rows, at)
    builders.interview_event(rows, "first", proof="not_seen")
    assert "not seen" not in priya.text(PAGE)


def test_time_stands_in_both_zones(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, candidate_zone="America/Argentina/Buenos_Aires")
    page = priya.text(PAGE)
    assert "in Stockholm" in page
    assert "06:30\u201307:30 in the morning for Rosa in Buenos Aires" in page


def test_unknown_zone_of_the_candidate_is_said(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at)
    assert "Portal does not know the time zone of Rosa ." in priya.text(PAGE)


def test_answers_that_a_group_calendar_hides_are_explained(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    builders.group_calendar(rows, "Hiring")
    group = {"calendar": "group", "calendar_id": "Hiring", "calendar_source": "kind"}
    builders.interview(rows, "first", at=at, panel=["kim"], **group)
    everybody_told(rows, at, reply="unknown")
    page = priya.text(PAGE)
    assert "Not known" in page
    assert "Microsoft may not show Portal who accepted" in page
    assert "Hiring The calendar of this interview" in page
    assert "The choice for this kind of interview." in page


def test_room_has_its_answer(rows: Rows, priya: Visitor, at: datetime) -> None:
    room = {"room_name": "Aurora", "room_address": "Aurora@northwind.example", "place": "room"}
    builders.interview(rows, "first", at=at, **room)
    told = {"role": "room", "reply": "declined", "certainty": "seen"}
    builders.told(rows, "first", "Aurora", "aurora@northwind.example", at=at, **told)
    page = priya.text(PAGE)
    assert "Aurora Meeting room Declined" in page
    assert "Aurora , room" in page
    assert "On their calendar" in page


def test_answer_to_the_old_time_is_no_answer_to_the_new_one(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"], version=2)
    builders.told(rows, "first", "Kim Lund", KIM, at=at - timedelta(days=1), reply="accepted")
    assert "Yes to the old time" in priya.text(PAGE)


@pytest.mark.parametrize(
    ("link", "is_shown"),
    [
        ("https://teams.microsoft.com/l/meetup-join/1", True),
        ("javascript:alert(1)", False),
        ("https://teams.microsoft.com@evil.example/", False),
        ("http://evil.example/", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_an_ordinary_address_becomes_a_link(
    rows: Rows, priya: Visitor, at: datetime, link: str, is_shown: bool
) -> None:
    builders.interview(rows, "first", at=at, join_url=link)
    assert (f'href="{link}"' in priya.get(PAGE).text) is is_shown


def test_deleted_candidate_has_no_link(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, candidate_id=None)
    answer = priya.get(PAGE)
    assert "The candidate was deleted" in answer.text
    assert "/candidates/" not in answer.text


def test_unknown_interview_is_not_found(priya: Visitor) -> None:
    assert priya.get("/interviews/none").status_code == 404


def test_cancelled_interview_waits_for_nothing(rows: Rows, priya: Visitor, at: datetime) -> None:
    columns = {"state": "cancelled", "goal": "cancelled", "place": "teams"}
    builders.interview(rows, "first", at=at, panel=["kim", "sam"], **columns)
    builders.told(rows, "first", "Kim Lund", KIM, at=at, user_id="kim", withdrawn_at=at)
    page = priya.text(PAGE)
    assert "Was not told" in page
    for untrue in ("Not told yet", "Not booked yet", "The link is there once", "No answer yet"):
        assert untrue not in page


def test_teams_meeting_of_somebody_disabled_offers_another_organizer(
    priya: Visitor, rows: Rows, at: datetime
) -> None:
    builders.user(rows, "Mo Ali", is_enabled=0)
    builders.group_calendar(rows, "Hiring")
    link = "https://teams.microsoft.com/l/meetup-join/1"
    columns = {"organizer_id": "mo", "organizer_name": "Mo Ali", "join_url": link}
    builders.interview(rows, "own", at=at, **columns)
    builders.interview(rows, "group", at=at, calendar="group", calendar_id="Hiring", **columns)
    gone = at - timedelta(days=30)
    builders.interview(rows, "past", at=gone, calendar="group", calendar_id="Hiring", **columns)
    title = "The Teams meeting belongs to Mo Ali, who was disabled"

    page = priya.get("/interviews/group")
    assert title in words(page)
    assert 'href="/interviews/group/calendar">Choose another organizer' in page.text
    assert title not in priya.text("/interviews/own")
    assert title not in priya.text("/interviews/past")
    raw(rows).execute("update users set is_enabled = 1")
    assert title not in priya.text("/interviews/group")


@pytest.mark.parametrize(("state", "is_said"), [("needs_time", True), ("scheduled", False)])
def test_time_that_was_given_up_is_called_the_one_before(
    rows: Rows, priya: Visitor, at: datetime, state: str, is_said: bool
) -> None:
    builders.interview(rows, "first", at=at, panel=["kim"], state=state, goal=state)

    assert ("This was its time. It is free again." in priya.text(PAGE)) is is_said
