"""Times of interviews in words, in a named zone. Pure."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

DASH = "\N{EN DASH}"


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """`Thu 26 Nov, 14:00 to 15:00`, with a dash. An end on another day is named with its day."""
    local = known(zone)
    start, end = starts_at.astimezone(local), ends_at.astimezone(local)
    until = f"{end:%H:%M}"
    if start.date() != end.date():
        return f"{_day(start)}, {start:%H:%M} {DASH} {_day(end)}, {until}"
    return f"{_day(start)}, {start:%H:%M}{DASH}{until}"


def known(zone: str) -> tzinfo:
    """A zone by its name. UTC if this machine does not know it."""
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return UTC


def _day(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b}"
