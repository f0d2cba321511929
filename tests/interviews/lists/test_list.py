"""The list of interviews: decisions first, then by day, with filters and pages."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.interviews.lists.list_store import PAGE_SIZE
from portal.storage.rows import Rows
from tests.support import builders, statements
from tests.support.visitors import Visitor, visitor

LINK = re.compile(r'href="/interviews/([\w-]+)"')


def found(browser: Visitor, query: str = "") -> list[str]:
    """The interviews of a page, in the order in which they stand there."""
    answer = browser.get(f"/interviews{query}")
    assert answer.status_code == 200
    return LINK.findall(answer.text)


def test_interviews_stand_below_their_day_in_the_zone_of_the_reader(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    late = at.replace(hour=23, minute=30)
    builders.interview(rows, "late", at=late, panel=["sam"], title="Team interview")
    builders.interview(rows, "early", at=at, panel=["sam", "kim"])
    assert found(priya) == ["early", "late"]
    page = priya.text("/interviews")
    following = at + timedelta(days=1)
    assert f"{at:%A} {at.day} {at:%B}" in page
    # Half past eleven in the evening in UTC is the next day in Stockholm.
    assert f"{following:%A} {following.day} {following:%B}" in page
    assert "Sam Reed, Kim Lund · Microsoft Teams" in page


def test_hour_of_the_candidate_stands_beside_it(rows: Rows, priya: Visitor, at: datetime) -> None:
    zone = "America/Argentina/Buenos_Aires"
    builders.interview(rows, "first", at=at, candidate_zone=zone)
    assert "06:30 in the morning for Rosa" in priya.text("/interviews")


def test_hour_of_the_same_clock_is_not_repeated(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, candidate_zone="Europe/Berlin")
    assert "for Rosa" not in priya.text("/interviews")


def test_decisions_stand_first(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "scheduled", at=at)
    asks = {"state": "asks", "reason": "Microsoft refused the new time."}
    builders.interview(rows, "asks", at=at + timedelta(days=1), **asks)
    builders.interview(rows, "failed", at=at + timedelta(days=2), state="failed")
    builders.interview(rows, "timeless", at=at - timedelta(days=60), state="needs_time")
    # One that asks still holds its time.
    assert found(priya) == ["timeless", "asks", "failed", "scheduled", "asks"]
    page = priya.text("/interviews")
    assert "3 interviews need a decision" in page
    assert "Microsoft refused the new time." in page


def test_more_decisions_than_fit_are_a_page_of_their_own(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    for number in range(7):
        builders.interview(rows, f"failed{number}", at=at, state="failed")
    assert len(found(priya)) == 5
    assert "Show all 7" in priya.text("/interviews")
    assert len(found(priya, "?when=decision")) == 7


def test_filter_of_decisions_says_why_and_leads_on(
    rows: Rows, priya: Visitor, kim: Visitor, at: datetime
) -> None:
    reason = "The room Aurora declined. Choose another room."
    builders.interview(rows, "asks", at=at, panel=["kim"], state="asks", reason=reason)
    page = priya.get("/interviews?when=decision")
    assert reason in page.text
    assert 'href="/interviews/asks/reschedule"' in page.text
    assert reason not in kim.get("/interviews?when=decision").text


def test_scheduling_begins_with_choosing_a_candidate(
    rows: Rows, priya: Visitor, kim: Visitor
) -> None:
    chooser = "/candidates?purpose=interview"
    assert f'href="{chooser}"' in priya.get("/interviews").text
    assert chooser not in kim.get("/interviews").text
    page = priya.get(f"{chooser}&search=rosa")
    assert "Choose a candidate to interview" in page.text
    assert 'href="/candidates/rosa/interviews/new"' in page.text
    assert '<input type="hidden" name="purpose" value="interview">' in page.text
    assert 'href="/candidates/rosa/interviews/new"' not in priya.get("/candidates").text


def test_filters_of_person_and_time(rows: Rows, priya: Visitor, at: datetime) -> None:
    before = clock.utc_now() - timedelta(days=3)
    builders.interview(rows, "panel", at=at, panel=["priya"], organizer_id="sam")
    builders.interview(rows, "organized", at=at, panel=["sam"])
    builders.interview(rows, "older", at=before - timedelta(days=1), organizer_id="sam")
    builders.interview(rows, "over", at=before, organizer_id="sam")
    builders.interview(rows, "ended", at=at, state="cancelled", organizer_id="sam")
    assert sorted(found(priya)) == ["organized", "panel"]
    assert found(priya, "?whose=panel") == ["panel"]
    assert found(priya, "?whose=organized") == ["organized"]
    assert found(priya, "?when=past") == ["over", "older"]
    assert found(priya, "?when=cancelled") == ["ended"]
    # Words that no filter has change nothing.
    assert sorted(found(priya, "?whose=nobody&when=never")) == ["organized", "panel"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [("jose", ["of-jose"]), ("JOSÉ", ["of-jose"]), ("portfolio", ["of-rosa"]), ("100%", [])],
)
def test_search_finds_candidates_and_titles(
    rows: Rows, priya: Visitor, at: datetime, words: str, expected: list[str]
) -> None:
    builders.candidate(rows, "José Alba", "jose@mail.example", now=clock.utc_now())
    builders.interview(rows, "of-rosa", at=at, title="Portfolio talk")
    josé = {"candidate_id": "josé", "candidate_name": "José Alba"}
    builders.interview(rows, "of-jose", at=at, **josé)
    assert found(priya, f"?q={words}") == expected


def test_search_finds_deleted_candidates(rows: Rows, priya: Visitor, at: datetime) -> None:
    gone: dict[str, Any] = {
        "candidate_id": None,
        "candidate_name": "Mei Tanaka",
        "state": "cancelled",
    }
    builders.interview(rows, "gone", at=at, **gone)
    assert found(priya, "?q=tanaka&when=cancelled") == ["gone"]


def test_pages_follow_each_other(rows: Rows, priya: Visitor, at: datetime) -> None:
    for number in range(PAGE_SIZE + 3):
        builders.interview(rows, f"i{number:03}", at=at + timedelta(hours=number))
    first, second = found(priya), found(priya, "?page=2")
    assert (len(first), second) == (PAGE_SIZE, ["i050", "i051", "i052"])
    assert "50 of 53 interviews" in priya.text("/interviews")
    assert priya.get("/interviews?page=3").status_code == 404


def test_empty_list_says_where_to_begin(priya: Visitor) -> None:
    page = priya.text("/interviews")
    assert "No interviews are coming up" in page
    assert "Schedule one to see it here" in page


def test_thousand_interviews_stay_a_light_page(rows: Rows, app: Flask, at: datetime) -> None:
    """A page weighs as much as before, and sends as many statements."""
    builders.interview(rows, "first", at=at, panel=["sam"])
    with statements.heard(app) as few:
        visitor(app, "priya").get("/interviews")
    with rows.write():
        for number in range(1_000):
            start = at + timedelta(hours=number)
            state = "failed" if number % 3 == 0 else "scheduled"
            builders.interview(rows, f"i{number}", at=start, panel=["sam"], state=state)
    browser = visitor(app, "priya")
    with statements.heard(app) as many:
        answer = browser.get("/interviews")
    assert len(many) <= len(few) + 1
    assert len(answer.data) < 80_000
    assert "50 of 667 interviews" in answer.text
