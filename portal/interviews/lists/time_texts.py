"""Times of interviews in words, in the zone of a reader and of a candidate. Pure."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from portal.interviews.models import Interview, Told
from portal.interviews.times import DASH

EARLY, LATE = 7, 22


def zone_of(name: str) -> tzinfo | None:
    """The zone of this name. None without one, and for one that is not known on this machine."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def day(at: datetime, zone: tzinfo) -> str:
    """`Tuesday 24 November 2026`"""
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y}"


def short_day(at: datetime, zone: tzinfo, now: datetime) -> str:
    """`Tue 24 Nov`, and with the year unless it is this one."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}"


def hours(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> str:
    """The first and last hour with a dash; the day too of an end on a later one."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    day = f"{end:%a} " if end.date() != start.date() else ""
    return f"{start:%H:%M}{DASH}{day}{end:%H:%M}"


def title_of_day(local: date, today: date) -> str:
    """`Today, Tuesday 24 November`, `Tomorrow, …`, and with the year unless it is this one."""
    year = "" if local.year == today.year else f" {local.year}"
    text = f"{local:%A} {local.day} {local:%B}{year}"
    name = {-1: "Yesterday, ", 0: "Today, ", 1: "Tomorrow, "}.get((local - today).days, "")
    return f"{name}{text}"


def first_name(name: str) -> str:
    return name.split()[0] if name.split() else name


def is_elsewhere(at: datetime, theirs: tzinfo | None, ours: tzinfo) -> bool:
    """Whether a clock of their zone shows another hour than ours at that time."""
    return theirs is not None and at.astimezone(theirs).utcoffset() != (
        at.astimezone(ours).utcoffset()
    )


def hour_for(name: str, at: datetime, theirs: tzinfo | None, ours: tzinfo) -> str:
    """`05:30 in the morning for Rosa`. Empty if it is the same hour, or not known."""
    if theirs is None or not is_elsewhere(at, theirs, ours):
        return ""
    local = at.astimezone(theirs)
    day = other_day(at, theirs, ours)
    return f"{day}{local:%H:%M}{part_of_day(local)} for {first_name(name)}"


def other_day(at: datetime, theirs: tzinfo, ours: tzinfo) -> str:
    """`Wed ` if it is another day for them, else nothing."""
    local = at.astimezone(theirs)
    return f"{local:%a} " if local.date() != at.astimezone(ours).date() else ""


def part_of_day(local: datetime) -> str:
    """Words beside an hour at which people sleep. Empty for other hours."""
    if local.hour < EARLY:
        return " in the morning"
    return " at night" if local.hour >= LATE else ""


def at_once(one: Interview | Told, zone: tzinfo, now: datetime) -> str:
    """`Thu 26 Nov, 14:00` and until when."""
    return f"{short_day(one.starts_at, zone, now)}, {hours(one.starts_at, one.ends_at, zone)}"
