"""The page says when the calendar was last read, offers a read, and says why there is none."""

from datetime import timedelta

from portal import clock
from tests.interviews.outside.conftest import PAGE, Moved
from tests.support import builders
from tests.support.raw_rows import raw


def watch(moved: Moved, *, minutes: int, **columns: builders.Value) -> None:
    """The watch of Priya's own calendar, which was read so long ago."""
    read_at = clock.utc_now() - timedelta(minutes=minutes)
    usual: dict[str, builders.Value] = {"id": "own:priya", "user_id": "priya", "due_at": read_at}
    usual |= {"near_read_at": read_at, "far_read_at": read_at}
    builders.insert(moved.rows, "interview_watches", usual | columns)


def test_the_last_read_stands_beside_the_button(moved: Moved) -> None:
    watch(moved, minutes=1)
    page = moved.page
    assert "Check Outlook now Last checked 1 minute ago" in page
    assert "The organizer can move the interview there in Outlook." in page
    assert f'action="{PAGE}/outlook-check"' in moved.priya.get(PAGE).text


def test_a_calendar_that_is_not_read_says_since_when_and_why(moved: Moved) -> None:
    failure = "Priya's connection has lapsed. Ask them to reconnect."
    failed_at = clock.utc_now() - timedelta(minutes=50)
    watch(moved, minutes=50, failure=failure, failed_at=failed_at)
    page = moved.page
    assert "Not checked since" in page
    assert "connection has lapsed. Ask them to reconnect." in page
    assert "Last checked" not in page


def test_a_disabled_platform_is_said(moved: Moved) -> None:
    raw(moved.rows).execute("update platforms set is_enabled = 0")
    assert "Microsoft 365 is not enabled, so Portal does not notice" in moved.page


def test_one_that_is_cancelled_needs_no_watch(moved: Moved) -> None:
    moved.change(state="cancelled", goal="cancelled")
    assert "Check Outlook now" not in moved.page
