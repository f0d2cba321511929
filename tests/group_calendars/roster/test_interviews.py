"""The interviews of the week of each person on the roster of a group calendar."""

from datetime import timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.integrations import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, visitor

PAGE = "/admin/integrations/microsoft-365/group-calendars"


@pytest.fixture
def alex(rows: Rows, instance: Path) -> Visitor:
    """Alex administers, and Priya and Sam recruit. None of them is connected."""
    platforms.enable(Act(rows, Actor.system("test"), clock.utc_now()), Platform.MICROSOFT_365)
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    builders.user(rows, "Sam Reed")
    builders.group_calendar(rows, "Hiring", is_default=1)
    return visitor(portal_in(instance), "alex")


def test_roster_counts_the_interviews_of_the_week(rows: Rows, alex: Visitor) -> None:
    """Whichever calendar they are on. Alex is on none, and his week begins on Monday in UTC."""
    now = clock.utc_now()
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0)
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    week = timedelta(days=7)
    for name, at, state in (
        ("first", monday, "scheduled"),
        ("last", monday + week - timedelta(minutes=30), "asks"),
        ("before", monday - timedelta(hours=1), "scheduled"),
        ("after", monday + week, "scheduled"),
        ("cancelled", monday, "cancelled"),
        ("timeless", monday, "needs_time"),
    ):
        builders.interview(rows, name, at=at, panel=["priya", "sam"], state=state)
    raw(rows).execute("delete from interview_panel where interview_id = 'last' and user_id = 'sam'")

    text = alex.text(PAGE)

    assert "alex@northwind.example Not connected None They connect" in text
    assert "priya@northwind.example Not connected 2 interviews They connect" in text
    assert "sam@northwind.example Not connected 1 interview They connect" in text
