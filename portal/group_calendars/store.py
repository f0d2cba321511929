"""All SQL for group calendars and their checks."""

from datetime import datetime

from portal.errors import NotFound
from portal.group_calendars.models import GroupCalendar
from portal.storage.rows import Rows

CALENDAR = """
select id, group_id, name, address, is_default, default_since, default_until, added_by, added_at,
    checked_at
from group_calendars
"""


def calendars(rows: Rows) -> list[GroupCalendar]:
    """List every group calendar: the default, the one before it, then the others by name."""
    return rows.all(
        GroupCalendar,
        f"{CALENDAR} order by is_default desc, coalesce(default_until, '') desc, lower(name), id",
    )


def calendar(rows: Rows, calendar_id: str) -> GroupCalendar:
    found = rows.one(GroupCalendar, f"{CALENDAR} where id = ?", [calendar_id])
    if found is None:
        raise NotFound
    return found


def default(rows: Rows) -> GroupCalendar | None:
    return rows.one(GroupCalendar, f"{CALENDAR} where is_default = 1")


def save_names(rows: Rows, calendar_id: str, *, name: str, address: str) -> None:
    """Take over the present name and address of the group. Belongs inside write()."""
    rows.execute(
        "update group_calendars set name = ?, address = ? where id = ?",
        [name, address, calendar_id],
    )


def remove(rows: Rows, calendar_id: str) -> None:
    """Remove a calendar with all that was read of it. Belongs inside write()."""
    rows.execute("delete from group_calendars where id = ?", [calendar_id])


def make_default(rows: Rows, calendar_id: str, *, now: datetime) -> None:
    """Make one calendar the default, and end the one before. Belongs inside write()."""
    rows.execute(
        "update group_calendars set is_default = 0, default_until = ? "
        "where is_default = 1 and id <> ?",
        [now, calendar_id],
    )
    rows.execute(
        "update group_calendars set is_default = 1, default_since = ?, default_until = null "
        "where id = ? and is_default = 0",
        [now, calendar_id],
    )
