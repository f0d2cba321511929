"""The calendar of an event in words, as Microsoft does not tell who changed something there."""

from dataclasses import dataclass

from portal.errors import NotFound
from portal.group_calendars import store as group_calendars
from portal.interviews.models import Event, Interview
from portal.storage.rows import Rows
from portal.users import store as users

REMOVED = "a calendar that was removed from Portal"
BEGIN, END = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"


@dataclass(frozen=True)
class CalendarName:
    """`name` stands alone, `quoted` in a sentence."""

    name: str
    is_group: bool = True

    @classmethod
    def of(cls, rows: Rows, one: Interview, event: Event) -> "CalendarName":
        if event.group_id is None:
            return cls(f"{_owner_name(rows, one, event)}'s calendar", is_group=False)
        known = group_calendars.calendar_of_group(rows, event.group_id)
        return cls(known.name) if known else cls(REMOVED, is_group=False)

    @property
    def quoted(self) -> str:
        return f"{BEGIN}{self.name}{END}" if self.is_group else self.name


def _owner_name(rows: Rows, one: Interview, event: Event) -> str:
    """The name of the person whose event it is, who may have been the organizer before."""
    if event.owner_user_id is None or event.owner_user_id == one.organizer_id:
        return one.organizer_name
    try:
        return users.user(rows, event.owner_user_id).display_name
    except NotFound:
        return one.organizer_name
