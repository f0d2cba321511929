"""The next times that suit everyone. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from portal.interviews.models import STEP
from portal.interviews.plan.columns import Column, Free
from portal.interviews.plan.grid import local_day, their_time

MOST = 3
DAYS = 14
# Enough to write the invitation and to read it.
AT_LEAST_AHEAD = timedelta(minutes=30)


def next_times(
    columns: Sequence[Column],
    zone: tzinfo,
    *,
    length: timedelta,
    now: datetime,
    their_zone: tzinfo | None = None,
) -> list[datetime]:
    """The first start of each of the next days that suits everybody who is needed.

    None while the times of one of them are not known, and none in the candidate's night.
    """
    needed = [each for each in columns if each.is_required]
    if not any(not each.is_room for each in needed):
        return []
    found: list[datetime] = []
    for starts in _days(zone, now):
        suits = (each for each in starts if _suits(needed, each, length, their_zone))
        if first := next(suits, None):
            found.append(first)
        if len(found) == MOST:
            break
    return found


def _days(zone: tzinfo, now: datetime) -> Iterator[list[datetime]]:
    today = now.astimezone(zone).date()
    for number in range(DAYS):
        since, until = local_day(today + timedelta(days=number), zone)
        count = (until - since) // STEP
        starts = (since + place * STEP for place in range(count))
        yield [each for each in starts if each >= now + AT_LEAST_AHEAD]


def _suits(
    needed: Sequence[Column], start: datetime, length: timedelta, their_zone: tzinfo | None
) -> bool:
    whole = (start, start + length)
    if any(each.at(whole) is not Free.FREE for each in needed):
        return False
    return their_zone is None or not their_time(whole, their_zone, start.date()).word
