"""Meeting hours without what blocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from portal.availability.free_times import FreeDay, free_days, merged
from portal.availability.hours import STANDARD, Window, week_of
from portal.availability.models import Interval, Reason, ShowAs
from portal.availability.spans import Span

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 5, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


def block(start: str, end: str, reason: Reason = Reason.BUSY) -> Interval:
    return Interval(at(start), at(end), f"{start}{end}", None, ShowAs.BUSY, reason)


def free(*blocks: Interval, now: datetime = MONDAY, days: int = 1) -> list[FreeDay]:
    return free_days(STANDARD, blocks, BERLIN, now=now, days=days)


def test_free_times_are_the_hours_without_what_blocks() -> None:
    (monday,) = free(
        block("23T09:00", "23T10:00"),
        block("23T09:30", "23T11:00"),
        block("23T12:00", "23T13:00", Reason.FREE),
        block("23T14:00", "23T15:00", Reason.LEFT_OUT),
        block("23T15:30", "23T20:00"),
    )

    assert (monday.label, monday.times) == ("Mon 23 Nov", "09:00 to 10:00, 12:00 to 16:30")


def test_only_the_rest_of_today_is_free() -> None:
    (monday,) = free(now=at("23T12:10"))
    (evening,) = free(now=at("23T20:00"))

    assert monday.times == "13:10 to 17:00"
    assert evening == FreeDay(date(2026, 11, 23), BERLIN, has_hours=True)


def test_day_without_hours_is_told_from_a_full_one() -> None:
    days = free(block("22T00:00", "28T00:00"), days=7)

    assert [day.day.day for day in days] == [23, 24, 25, 26, 27, 28, 29]
    assert [day.has_hours for day in days] == [True] * 5 + [False] * 2
    assert not any(day.free for day in days)


def test_event_of_forty_days_leaves_no_time() -> None:
    long = Interval(
        MONDAY - timedelta(days=1),
        MONDAY + timedelta(days=39),
        "long",
        None,
        ShowAs.OOF,
        Reason.OOF,
    )

    assert not any(day.free for day in free(long, days=36))
    assert [day.times for day in free(long, days=44)][-1:] == ["09:00 to 17:00"]


def test_day_may_end_at_midnight() -> None:
    late = week_of([Window(0, time(18), time())])

    (monday,) = free_days(late, [], BERLIN, now=MONDAY, days=1)

    assert monday.times == "18:00 to 24:00"


def test_adjoining_blocks_are_one() -> None:
    found = merged([block("23T10:00", "23T11:00"), block("23T09:00", "23T10:00")])

    assert found == [(at("23T09:00"), at("23T11:00"))]


MINUTES = st.integers(0, 24 * 60)


@given(st.lists(st.tuples(MINUTES, MINUTES), max_size=8))
def test_no_moment_is_both_free_and_blocked(edges: list[tuple[int, int]]) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    blocks = [
        Interval(
            start + timedelta(minutes=min(pair)),
            start + timedelta(minutes=max(pair)),
            str(number),
            None,
            ShowAs.BUSY,
            Reason.BUSY,
        )
        for number, pair in enumerate(edges)
    ]
    whole = week_of([Window(0, time(), time())])

    (day,) = free_days(whole, blocks, UTC, now=start, days=1)

    lengths = [end - begin for begin, end in [*day.free, *_within(merged(blocks), start)]]
    assert sum(lengths, timedelta()) == timedelta(days=1)
    assert all(begin < end for begin, end in day.free)


def _within(found: list[Span], start: datetime) -> list[Span]:
    return [(begin, min(end, start + timedelta(days=1))) for begin, end in found]
