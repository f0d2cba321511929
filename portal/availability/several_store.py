"""All SQL for the calendars of several people at once, as a panel needs them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from portal.availability.models import CalendarRead, Event, Series
from portal.availability.store import IS_DUE, OVERLAPS
from portal.storage.mapping import mapped
from portal.storage.rows import Rows

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A person's time zone, and their own meeting hours as they are stored."""

    user_id: str
    time_zone: str
    windows: str | None


def places(rows: Rows, user_ids: Collection[str]) -> list[Place]:
    return rows.all(
        Place,
        "select u.id as user_id, u.time_zone, h.windows from people u "
        "left join meeting_hours h on h.user_id = u.id where u.id in :ids",
        {"ids": [*user_ids]},
    )


def calendar_reads(rows: Rows, user_ids: Collection[str]) -> list[CalendarRead]:
    return rows.all(
        CalendarRead,
        "select * from calendar_reads where user_id in :ids",
        {"ids": [*user_ids]},
    )


def due(rows: Rows, user_ids: Collection[str], *, now: datetime) -> list[str]:
    """The people among these whose calendar is read next."""
    return rows.all(
        str,
        f"select f.user_id from calendar_reads f where f.user_id in :ids and ({IS_DUE})",  # noqa: S608  # a constant
        {"ids": [*user_ids], "now": now},
    )


def events(
    rows: Rows, user_ids: Collection[str], *, since: datetime, until: datetime
) -> dict[str, list[Event]]:
    """The events of each person that overlap a span."""
    found = rows.all(
        dict,
        "select user_id, event_id as id, starts_at, ends_at, show_as, series_id, zone, "  # noqa: S608  # a constant
        "is_all_day, is_cancelled, is_declined, ical_uid from calendar_times "
        f"where user_id in :ids and {OVERLAPS} order by starts_at, event_id",
        {"ids": [*user_ids], "since": since, "until": until},
    )
    return _by_owner(Event, found, user_ids)


def series(rows: Rows, user_ids: Collection[str]) -> dict[str, list[Series]]:
    """The series of each person that were checked."""
    found = rows.all(
        dict,
        "select s.user_id, s.series_id, s.change_key, s.calendar, s.checked_at, "
        "case when b.series_id is null then 0 else 1 end as is_blocked "
        "from calendar_series s left join blocked_series b "
        "on b.user_id = s.user_id and b.series_id = s.series_id where s.user_id in :ids",
        {"ids": [*user_ids]},
    )
    return _by_owner(Series, found, user_ids)


def _by_owner(
    kind: Callable[..., T], found: Iterable[dict[str, Any]], user_ids: Iterable[str]
) -> dict[str, list[T]]:
    owned: dict[str, list[T]] = {each: [] for each in user_ids}
    for row in found:
        owned[row.pop("user_id")].append(mapped(kind, row))
    return owned
