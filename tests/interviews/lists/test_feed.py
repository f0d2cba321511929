"""An interview on its candidate's page: what is coming up, and its entry in the feed."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import feed
from portal.interviews import store
from portal.interviews.changes import moves
from portal.interviews.models import FEED_KIND, State
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.visitors import Visitor

FEED = "/candidates/rosa"


def in_feed(rows: Rows, at: datetime, **columns: builders.Value) -> None:
    builders.interview(rows, "first", at=at, panel=["sam", "kim"], **columns)
    now = clock.utc_now()
    with rows.write():
        feed.add_all(rows, [("rosa", "first", now)], kind=FEED_KIND, now=now)


@pytest.mark.parametrize(
    ("columns", "title"),
    [
        ({"state": "writing"}, "Interview is being scheduled"),
        ({"state": "scheduled"}, "Interview was scheduled"),
        ({"state": "scheduled", "version": 2}, "Interview was scheduled"),
        ({"state": "changing"}, "Interview is being changed"),
        ({"state": "changing", "goal": "cancelled"}, "Interview is being cancelled"),
        ({"state": "changing", "goal": "needs_time"},
         "Interview is being taken off the calendars"),
        ({"state": "needs_time"}, "Interview needs a time"),
        ({"state": "asks"}, "Interview needs a decision"),
        ({"state": "failed"}, "Interview was not scheduled"),
        ({"state": "cancelled"}, "Interview was cancelled"),
    ],
)  # fmt: skip  # one case to a line where it fits
def test_entry_says_what_holds_now(
    rows: Rows, priya: Visitor, at: datetime, columns: dict[str, builders.Value], title: str
) -> None:
    in_feed(rows, at, **columns)
    answer = priya.get(FEED)
    assert title in priya.text(FEED)
    assert "with Sam Reed and Kim Lund. Microsoft Teams." in priya.text(FEED)
    assert 'href="/interviews/first">Open the interview' in answer.text


def test_time_that_is_no_more_is_said_to_be_past_plans(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    in_feed(rows, at, state="cancelled")
    assert "It was planned for" in priya.text(FEED)


def test_a_moved_interview_says_when_and_from_which_time(
    rows: Rows, priya: Visitor, at: datetime
) -> None:
    in_feed(rows, at)
    draft = Act(rows, Actor("priya", "Priya Kaur"), clock.utc_now())
    later = at + timedelta(hours=2)
    moves.move(
        draft, "first", version=1, starts_at=later, ends_at=later + timedelta(hours=1), room=None
    )
    assert "Interview is being changed" in priya.text(FEED)
    with rows.write():
        store.save(rows, replace(store.interview(rows, "first"), state=State.SCHEDULED))

    page = priya.text(FEED)
    assert "Interview has a new time" in page
    assert "Interview was scheduled" not in page
    before = at.astimezone(ZoneInfo("Europe/Stockholm"))
    assert f"from {before:%a} {before.day} {before:%b}, {before:%H:%M}" in page


def test_coming_up_stands_above_the_feed(rows: Rows, priya: Visitor, at: datetime) -> None:
    builders.interview(rows, "first", at=at, panel=["sam"], state="asks")
    builders.interview(rows, "cancelled", at=at, state="cancelled")
    answer = priya.get(FEED)
    page = priya.text(FEED)
    assert page.index("Coming up") < page.index("Feed")
    assert answer.text.count('href="/interviews/first"') == 1
    assert "/interviews/cancelled" not in answer.text
    assert "Needs a decision" in page


def test_nothing_coming_up_needs_no_card(rows: Rows, priya: Visitor) -> None:
    assert "Coming up" not in priya.text(FEED)


def test_interviews_are_no_messages(rows: Rows, priya: Visitor, at: datetime) -> None:
    """The question before deleting a candidate counts messages alone."""
    in_feed(rows, at)
    answer = priya.get(FEED)
    assert 'data-announce="1 entry in the feed"' in answer.text
    assert "1 message" not in answer.text
