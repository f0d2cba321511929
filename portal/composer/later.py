"""Read the time at which a mail shall go out, in its author's own zone. Pure."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, tzinfo

from portal.composer.models import LONGEST_DELAY
from portal.errors import Invalid
from portal.outbox.models import UNDO

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
FIRST, SECOND = "first", "second"


class Repeated(Invalid):
    """The clocks show this time twice that day. The author has to say which one is meant."""

    def __init__(self, at: datetime) -> None:
        super().__init__(
            f"The clocks go back on {_day(at.date())}, so {at:%H:%M} comes twice. "
            "Choose which one you mean.",
            field="which",
        )


def moment(day: str, clock: str, which: str, *, zone: tzinfo, now: datetime) -> datetime:
    """The time that was chosen, at most 60 days ahead. Invalid with the question for any other."""
    local = datetime.combine(_date(day), _time(clock), tzinfo=zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid(
            f"The clocks go forward on {_day(local.date())}, so {clock} does not exist. "
            "Choose another time.",
            field="time",
        )
    if first != second and which not in (FIRST, SECOND):
        raise Repeated(local)
    chosen = second if which == SECOND else first
    if chosen <= now + UNDO:
        raise Invalid("This time has passed. Choose a later one, or send now.", field="time")
    if chosen > now + LONGEST_DELAY:
        raise Invalid("A mail can wait for 60 days at most.", field="day")
    return chosen


def is_repeated(day: str, clock: str, *, zone: tzinfo) -> bool:
    """Whether the clocks show this time twice that day."""
    try:
        local = datetime.combine(_date(day), _time(clock), tzinfo=zone)
    except Invalid:
        return False
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    exists = first.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
    return first != second and exists


def _date(day: str) -> date:
    """A day that has all of its hours in every zone: the first and last of all may not."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise Invalid("Choose a day.", field="day") from None
    if not MINYEAR < found.year < MAXYEAR:
        raise Invalid("Choose a day.", field="day")
    return found


def _time(clock: str) -> time:
    found = CLOCK.fullmatch(clock)
    if found is None:
        raise Invalid("Enter a time such as 09:30.", field="time")
    return time(int(found[1]), int(found[2]))


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
