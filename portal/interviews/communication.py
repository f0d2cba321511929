"""The calendar of an interview: the organization's default, its kind's, or its own choice. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.group_calendars.models import GroupCalendar
from portal.interviews.models import CalendarSource, Home, Kind

GROUP = "group:"
OWN = "organizer"


@dataclass(frozen=True)
class Communication:
    """The calendar that holds the events, and what decided on it. `group` is None on own ones."""

    home: Home
    source: CalendarSource
    group: GroupCalendar | None = None

    @property
    def calendar_id(self) -> str | None:
        return self.group.id if self.group else None

    @property
    def value(self) -> str:
        """The calendar as a form names it."""
        return f"{GROUP}{self.group.id}" if self.group else OWN


def communication(
    choice: str, kind: Kind | None, calendars: Iterable[GroupCalendar]
) -> Communication | None:
    """The calendar for what a form chose, where nothing is inherited.

    None for a group calendar that is not there any more. A kind's calendar that was removed leaves
    the default, and without any group calendar the organizer's own one is left.
    """
    known = {each.id: each for each in calendars}
    if choice:
        return _of_interview(choice, known)
    if kind is not None and kind.calendar == Home.ORGANIZER:
        return Communication(Home.ORGANIZER, CalendarSource.KIND)
    if kind is not None and kind.calendar_id in known:
        return Communication(Home.GROUP, CalendarSource.KIND, known[kind.calendar_id])
    default = next((each for each in known.values() if each.is_default), None)
    home = Home.GROUP if default else Home.ORGANIZER
    return Communication(home, CalendarSource.ORGANIZATION, default)


def _of_interview(choice: str, known: dict[str, GroupCalendar]) -> Communication | None:
    if choice == OWN:
        return Communication(Home.ORGANIZER, CalendarSource.INTERVIEW)
    group = known.get(choice.removeprefix(GROUP)) if choice.startswith(GROUP) else None
    return Communication(Home.GROUP, CalendarSource.INTERVIEW, group) if group else None
