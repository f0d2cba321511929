"""Rows of Microsoft's calendar view as events. Only times and what decides about them. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.availability import zones
from portal.availability.models import Event, ShowAs
from portal.graph.errors import Unavailable

# Exchange knows no earlier and no later year. Other programs write year 1 for no time.
YEARS = range(1601, 4501)
KINDS = {kind.casefold(): kind for kind in ShowAs}
UNREADABLE = "Microsoft's answer about this calendar cannot be read."


def events_in(rows: Iterable[Mapping[str, Any]]) -> tuple[Event, ...]:
    """Read every row, the last of those with the same id. One unreadable row fails them all.

    An event without its times would otherwise look like free time.
    """
    return tuple({event.id: event for event in map(_event, rows)}.values())


def _event(row: Mapping[str, Any]) -> Event:
    try:
        return Event(
            id=_id(row["id"]),
            starts_at=_moment(row["start"]),
            ends_at=_moment(row["end"]),
            show_as=KINDS.get(str(row.get("showAs")).casefold(), ShowAs.UNKNOWN),
            series_id=_id(row["seriesMasterId"]) if row.get("seriesMasterId") else None,
            zone=zones.iana(str(row.get("originalStartTimeZone") or ""), ""),
            is_all_day=row.get("isAllDay") is True,
            is_cancelled=row.get("isCancelled") is True,
            is_declined=(row.get("responseStatus") or {}).get("response") == "declined",
            ical_uid=str(row.get("iCalUId") or ""),
        )
    except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        raise Unavailable(UNREADABLE) from error


def _id(told: Any) -> str:
    if told is None or told == "":
        raise ValueError("An id is missing")
    return str(told)


def _moment(told: Mapping[str, Any]) -> datetime:
    """Read a time, which has no offset and up to seven decimals."""
    found = datetime.fromisoformat(told["dateTime"]).replace(microsecond=0)
    if found.year not in YEARS:
        raise ValueError("Exchange has no such year")
    if found.tzinfo is None:
        # An unknown zone has the empty name, which ZoneInfo refuses.
        found = found.replace(tzinfo=ZoneInfo(zones.iana(str(told.get("timeZone") or "UTC"), "")))
    return found.astimezone(UTC)
