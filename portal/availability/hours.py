"""Weekly meeting hours, and their text form. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from portal.errors import Invalid

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# The end of a day, since a day has no 24:00.
MIDNIGHT = time()


@dataclass(frozen=True)
class Window:
    """The meeting hours of one weekday by the clock. Monday is 0; an end at 00:00 is midnight."""

    weekday: int
    starts: time
    ends: time

    @property
    def day(self) -> str:
        return DAYS[self.weekday]


Week = Mapping[int, Window]


def week_of(windows: Iterable[Window]) -> Week:
    """Check meeting hours, at most one window for each weekday."""
    found: dict[int, Window] = {}
    for window in windows:
        require_valid(window)
        found[window.weekday] = window
    return dict(sorted(found.items()))


def require_valid(window: Window) -> None:
    if window.ends != MIDNIGHT and window.ends <= window.starts:
        raise Invalid(
            f"On {window.day}, the hours must end after they start.",
            field=f"{window.day.lower()}_to",
        )


STANDARD = week_of(Window(weekday, time(9), time(17)) for weekday in range(5))


def text(week: Week) -> str:
    """The form in which hours are stored: `{"0": ["09:00", "17:00"]}`."""
    return json.dumps(
        {str(day): [f"{each.starts:%H:%M}", f"{each.ends:%H:%M}"] for day, each in week.items()}
    )


def week_in(stored: str) -> Week:
    """The inverse of text()."""
    return week_of(
        Window(int(day), time.fromisoformat(starts), time.fromisoformat(ends))
        for day, (starts, ends) in json.loads(stored).items()
    )


def summary(week: Week) -> str:
    """Hours as people write them: `Monday 09:00 to 17:00, Tuesday 09:00 to 12:00`."""
    told = (f"{each.day} {each.starts:%H:%M} to {each.ends:%H:%M}" for each in week.values())
    return ", ".join(told) or "none"
