"""The button that reads an interview's calendar now."""

from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from tests.interviews import rows as interviews
from tests.interviews.lists.conftest import app, at, kim, priya, rows
from tests.support import builders
from tests.support.raw_rows import Value, raw
from tests.support.visitors import Visitor

__all__ = ["app", "at", "kim", "priya", "rows"]
LATER = "2100-01-01T00:00:00Z"


@pytest.fixture
def talk(rows: Rows, at: datetime) -> str:
    with rows.write():
        platforms.save(
            rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="", now=clock.utc_now()
        )
    interviews.interview(rows, "talk", at=at, panel=["kim"])
    interviews.interview_event(rows, "talk", agreed_starts_at=at)
    return "talk"


def watched(rows: Rows, **columns: Value) -> None:
    usual: dict[str, Value] = {"id": "own:priya", "user_id": "priya", "due_at": LATER}
    builders.insert(rows, "interview_watches", usual | columns)


def due_at(rows: Rows) -> str | None:
    return rows.value(str, "select due_at from interview_watches")


def test_the_calendar_is_due_at_once(rows: Rows, priya: Visitor, talk: str) -> None:
    watched(rows)

    page = priya.post(f"/interviews/{talk}/outlook-check", follow_redirects=True)

    assert "Portal reads the calendar now." in page.text
    assert str(due_at(rows)) <= clock.text(clock.utc_now())


@pytest.mark.parametrize("column", ["near_read_at", "far_read_at"])
def test_one_that_was_just_read_is_left(
    rows: Rows, priya: Visitor, talk: str, at: datetime, column: str
) -> None:
    watched(rows, **{column: clock.utc_now()})
    starts_at = at - timedelta(days=6) if column == "near_read_at" else at + timedelta(days=20)
    with rows.write():
        raw(rows).execute(
            "update interview_events set agreed_starts_at = ?", [clock.text(starts_at)]
        )

    page = priya.post(f"/interviews/{talk}/outlook-check", follow_redirects=True)

    assert "Portal read the calendar a few seconds ago." in page.text
    assert due_at(rows) == LATER


def test_a_failure_goes_on_waiting(rows: Rows, priya: Visitor, talk: str) -> None:
    watched(rows, failure="Microsoft asked us to wait.", failed_at="2026-01-01T00:00:00Z")

    page = priya.post(f"/interviews/{talk}/outlook-check", follow_redirects=True)

    assert "Microsoft asked us to wait." in page.text
    assert due_at(rows) == LATER


def test_one_that_is_not_watched_says_so(rows: Rows, priya: Visitor, talk: str) -> None:
    page = priya.post(f"/interviews/{talk}/outlook-check", follow_redirects=True)

    assert "Portal does not watch this interview now" in page.text


def test_limited_people_cannot_ask(rows: Rows, kim: Visitor, talk: str) -> None:
    assert kim.post(f"/interviews/{talk}/outlook-check").status_code == 403
