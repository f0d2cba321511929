"""Time zones by their names, and a typed day and hour as one moment. Pure."""

from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from portal.errors import Invalid
from portal.interviews.plan.grid import offset

FIRST, SECOND = "first", "second"


class Repeated(Invalid):
    """The clocks show this time twice that day. The person has to say which one is meant."""

    def __init__(self, local: datetime) -> None:
        first, second = (offset(local.replace(fold=fold)) for fold in (0, 1))
        super().__init__(
            f"The clocks go back on {_day(local.date())}, so {local:%H:%M} comes twice: "
            f"first at {first}, then at {second}. Choose which one you mean.",
            field="which",
        )


def zone_of(name: str) -> tzinfo | None:
    """The zone of this name. None without one, and for one that this machine does not know."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def typed(day: date, clock: str, which: str, zone: tzinfo) -> datetime:
    """The moment that was typed. Invalid with the question for one that clocks skip or repeat."""
    try:
        at = time.fromisoformat(clock) if len(clock) == len("09:30") else None
    except ValueError:
        at = None
    if at is None:
        raise Invalid("Enter a time such as 09:30.", field="clock")
    local = datetime.combine(day, at, tzinfo=zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid(
            f"The clocks go forward on {_day(day)}, so {clock} does not exist. "
            "Choose another time.",
            field="clock",
        )
    if first != second and which not in (FIRST, SECOND):
        raise Repeated(local)
    return second if which == SECOND else first


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
