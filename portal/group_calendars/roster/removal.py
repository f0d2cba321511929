"""Remove a group calendar, and choose the default that takes its place."""

from dataclasses import dataclass

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, Invalid
from portal.group_calendars import store
from portal.group_calendars.defaults import make_default
from portal.group_calendars.models import GroupCalendar

# No calendar becomes the default.
NONE = "none"


@dataclass(frozen=True)
class Removed:
    """A removed calendar, the default now, and how many calendars are left."""

    calendar: GroupCalendar
    default: GroupCalendar | None
    left: int


def remove(act: Act, calendar_id: str, *, instead: str) -> Removed:
    """Remove a calendar with its roster. The group and its calendar stay at Microsoft.

    Raises Conflict while coming interviews, or events of them, are on it.

    `instead` is the calendar that becomes the default, or NONE. It counts for the default only.
    """
    with act.rows.write():
        removed = store.calendar(act.rows, calendar_id)
        if store.is_held(act.rows, calendar_id, now=act.now):
            raise Conflict(f"Interviews are still on {removed.name}. Move them first.")
        others = [each for each in store.calendars(act.rows) if each.id != calendar_id]
        if removed.is_default and others and instead != NONE:
            if instead not in {each.id for each in others}:
                raise Invalid("Please choose one of the list.", field="instead")
            make_default(act, instead)
        store.remove(act.rows, calendar_id)
        default = store.default(act.rows)
        new = default.label if default else "no default"
        act.record(Action.GROUP_CALENDAR_REMOVED, removed.label, new=new)
    return Removed(removed, default, len(others))
