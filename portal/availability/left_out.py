"""Series that are left out since Portal cannot follow their calendar, and blocking their times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.availability import store
from portal.availability.models import Event, Series
from portal.errors import NotFound
from portal.storage.rows import Rows

MOST_SERIES = 50
MOST_TIMES = 5


@dataclass(frozen=True)
class LeftOut:
    """A series that is left out, and its next times as Outlook shows them."""

    series: Series
    times: tuple[Event, ...]
    has_more: bool


def left_out(rows: Rows, user_id: str, series: Iterable[Series], *, now: datetime) -> list[LeftOut]:
    """The first of a person's series that are left out."""
    some = [each for each in series if not each.calendar.is_read][:MOST_SERIES]
    times: dict[str | None, list[Event]] = {}
    ids = [each.series_id for each in some]
    for time in store.coming_times(rows, user_id, ids, since=now, most=MOST_TIMES + 1):
        times.setdefault(time.series_id, []).append(time)
    return [_left_out(each, times.get(each.series_id, [])) for each in some]


def _left_out(series: Series, times: list[Event]) -> LeftOut:
    return LeftOut(series, tuple(times[:MOST_TIMES]), len(times) > MOST_TIMES)


def set_blocked(act: Act, user_id: str, series_id: str, *, is_blocked: bool) -> Series:
    """Block the times of a series that is left out, or not. Does nothing if that holds already."""
    with act.rows.write():
        known = {each.series_id: each for each in store.series(act.rows, user_id)}.get(series_id)
        if known is None or known.calendar.is_read:
            raise NotFound(
                "This series is not left out any more. Its times count as Outlook shows them."
            )
        if known.is_blocked == is_blocked:
            return known
        if is_blocked:
            store.block_series(act.rows, user_id, series_id, now=act.now)
        else:
            store.unblock_series(act.rows, user_id, series_id)
        act.record(
            Action.LEFT_OUT_SERIES_BLOCKED if is_blocked else Action.LEFT_OUT_SERIES_UNBLOCKED,
            # Not by which calendar, which may tell colleagues of a person's religion.
            "a series that is left out",
        )
    return known
