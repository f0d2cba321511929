"""The text form of a time: it sorts by time, and reads what Microsoft and others write."""

from datetime import UTC, datetime

import pytest

from portal import clock


@pytest.mark.parametrize("year", [1, 33, 987, 2026, 9999])
def test_text_is_read_back_and_sorts(year: int) -> None:
    moment = datetime(year, 2, 3, 4, 5, 6, tzinfo=UTC)

    assert clock.moment(clock.text(moment)) == moment
    assert len(clock.text(moment)) == len("2026-11-24T14:00:00Z")


@pytest.mark.parametrize(
    "stored",
    ["2026-11-24T14:00:00Z", "2026-11-24T14:00:00.0000000Z", "2026-11-24T15:00:00+01:00",
     "2026-11-24T14:00:00"],
)  # fmt: skip  # one to a line says no more
def test_every_format_is_the_same_time(stored: str) -> None:
    assert clock.moment(stored) == datetime(2026, 11, 24, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "stored", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "", "soon"]
)
def test_invalid_time_is_a_value_error(stored: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        clock.moment(stored)
