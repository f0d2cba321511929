"""Events have the members of recorded answers of Microsoft's."""

import pytest

from tests.sandbox.calendars.conftest import added
from tests.sandbox.callers import Caller
from tests.sandbox.recorded_answers import different, recorded

pytestmark = pytest.mark.openapi
RECORDED = "nangohq-integration-templates/nango-outlook"


def test_created_event_has_the_members_of_a_real_one(priya: Caller) -> None:
    ours = added(priya)

    assert different(recorded(f"{RECORDED}-create-event-0.json"), ours) == []


def test_listed_events_have_the_members_of_real_ones(priya: Caller) -> None:
    added(priya)

    ours = priya.read("/me/events?$top=5")

    assert different(recorded(f"{RECORDED}-list-calendar-events-0.json"), ours) == []


def test_calendars_have_the_members_of_real_ones(priya: Caller) -> None:
    ours = priya.read("/me/calendars")

    assert different(recorded(f"{RECORDED}-list-calendars-0.json"), ours) == []
