"""A typed day and hour is one moment, or a question."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from portal.errors import Invalid
from portal.interviews.plan.grid import offset
from portal.interviews.plan.zones import Repeated, typed, zone_of

MALMO = ZoneInfo("Europe/Stockholm")
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)


def test_a_typed_hour_is_a_moment() -> None:
    found = typed(date(2026, 11, 26), "14:10", "", MALMO)
    assert found == datetime(2026, 11, 26, 13, 10, tzinfo=UTC)


def test_an_hour_that_clocks_repeat_is_asked_about() -> None:
    with pytest.raises(Repeated, match=r"first at UTC\+2, then at UTC\+1"):
        typed(AUTUMN, "02:30", "", MALMO)
    first, second = (typed(AUTUMN, "02:30", each, MALMO) for each in ("first", "second"))
    assert second - first == timedelta(hours=1)


def test_an_hour_that_clocks_skip_is_refused() -> None:
    with pytest.raises(Invalid, match="02:30 does not exist"):
        typed(SPRING, "02:30", "first", MALMO)


@pytest.mark.parametrize("clock", ["", "9:30", "24:00", "noon!", "09:60"])
def test_anything_else_is_no_hour(clock: str) -> None:
    with pytest.raises(Invalid, match="such as 09:30"):
        typed(AUTUMN, clock, "", MALMO)


def test_offsets_and_unknown_zones() -> None:
    half = timezone(timedelta(hours=-3, minutes=-30))
    assert offset(datetime(2026, 11, 26, tzinfo=half)) == "UTC-3:30"
    assert (zone_of(""), zone_of("Nowhere/Land"), zone_of("../etc")) == (None, None, None)
