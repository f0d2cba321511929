"""All SQL for group calendars and their checks."""

from datetime import datetime

from portal.addresses import fold
from portal.errors import NotFound
from portal.group_calendars.models import Check, CheckName, Checks, GroupCalendar, Outcome
from portal.storage.rows import Rows

CALENDAR = """
select id, group_id, name, address, is_default, default_since, default_until, added_by, added_at,
    checked_at, retiring_since
from group_calendars
"""


def calendars(rows: Rows) -> list[GroupCalendar]:
    """List every group calendar: the default, the one before it, then the others by name.

    Those that are being removed come last.
    """
    return rows.all(
        GroupCalendar,
        f"{CALENDAR} order by is_default desc, case when retiring_since is null then 0 else 1 end, "
        "coalesce(default_until, '') desc, lower(name), id",
    )


def offered(rows: Rows) -> list[GroupCalendar]:
    """List the calendars that interviews may go on."""
    return [each for each in calendars(rows) if not each.is_retiring]


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


def calendar_of_group(rows: Rows, group_id: str) -> GroupCalendar | None:
    return rows.one(GroupCalendar, f"{CALENDAR} where group_id = ?", [group_id])


def add(rows: Rows, calendar: GroupCalendar) -> None:
    """Add a calendar that is not the default yet. Belongs inside write()."""
    rows.execute(
        "insert into group_calendars "
        "(id, group_id, name, address, is_default, added_by, added_at, checked_at) "
        "values (?, ?, ?, ?, 0, ?, ?, ?)",
        [
            calendar.id,
            calendar.group_id,
            calendar.name,
            calendar.address,
            calendar.added_by,
            calendar.added_at,
            calendar.checked_at,
        ],
    )


def all_checks(rows: Rows) -> dict[str, list[Check]]:
    """The last outcome of each check, by the id of the calendar."""
    found: dict[str, list[Check]] = {}
    sql = "select calendar_id, name, outcome, detail from group_calendar_checks order by name"
    for calendar_id, *columns in rows.all(tuple, sql):
        name, outcome, detail = map(str, columns)
        check = Check(CheckName(name), Outcome(outcome), detail)
        found.setdefault(str(calendar_id), []).append(check)
    return found


def save_checks(rows: Rows, calendar_id: str, found: Checks, *, now: datetime) -> None:
    """Keep the outcome of each check in place of the last one. Belongs inside write()."""
    rows.execute("update group_calendars set checked_at = ? where id = ?", [now, calendar_id])
    rows.many(
        "insert into group_calendar_checks (calendar_id, name, outcome, detail, checked_at) "
        "values (?, ?, ?, ?, ?) on conflict (calendar_id, name) do update set "
        "outcome = excluded.outcome, detail = excluded.detail, checked_at = excluded.checked_at",
        [[calendar_id, each.name, each.outcome, each.detail, now] for each in found.checks],
    )


def account_label(rows: Rows, reference: str) -> str | None:
    """The person or shared mailbox of Portal with this id at Microsoft, or this address."""
    return rows.value(
        str,
        "select display_name from accounts where object_id = ? or folded_address = ? "
        "order by is_shared limit 1",
        [reference, fold(reference)],
    )


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
