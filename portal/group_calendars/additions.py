"""Add the calendar of a group that was checked, and make it the default."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, Invalid
from portal.group_calendars import defaults, store
from portal.group_calendars.models import Checks, GroupCalendar
from portal.storage.ids import new_id

FAILS = "A check fails, so this calendar was not added. Fix what is red, then check again."
NOT_CONFIRMED = "Confirm each check that Portal could not make, so that the calendar can be added."
NOT_DESCRIBED = (
    "Neither the directory nor Exchange described this group, so its calendar was not added. "
    "Check again later."
)
RETIRING = "{name} is being removed. Keep it on the page of group calendars instead."
ADDED = "{name} is added already, by {by}."


@dataclass(frozen=True)
class Added:
    """A new calendar, and the default that it replaced."""

    calendar: GroupCalendar
    replaced: GroupCalendar | None


def add(act: Act, checks: Checks, *, confirmed: Collection[str]) -> Added:
    """Add a calendar of which no check failed, and make it the default.

    Refuses one with a check that is neither made nor confirmed, one that is added already, and
    one that Microsoft did not describe.
    """
    if not checks.is_described:
        raise Conflict(NOT_DESCRIBED)
    if checks.failed:
        raise Conflict(FAILS)
    if any(each.name not in confirmed for each in checks.unknown):
        raise Invalid(NOT_CONFIRMED, field="confirmed")
    calendar = _calendar(act, checks)
    with act.rows.write():
        known = store.calendar_of_group(act.rows, checks.group_id)
        if known is not None and known.is_retiring:
            raise Conflict(RETIRING.format(name=known.name))
        if known is not None:
            raise Conflict(ADDED.format(name=known.name, by=known.added_by))
        replaced = store.default(act.rows)
        store.add(act.rows, calendar)
        store.save_checks(act.rows, calendar.id, checks, now=act.now)
        act.record(Action.GROUP_CALENDAR_ADDED, calendar.label, new=_proof(checks))
        return Added(defaults.make_default(act, calendar.id), replaced)


def _calendar(act: Act, checks: Checks) -> GroupCalendar:
    return GroupCalendar(
        id=new_id(),
        group_id=checks.group_id,
        name=checks.name,
        address=checks.address,
        is_default=False,
        default_since=None,
        default_until=None,
        added_by=act.actor.name,
        added_at=act.now,
        checked_at=act.now,
    )


def _proof(checks: Checks) -> str:
    """The text for the audit log: the checks that the person vouched for."""
    names = ", ".join(each.name for each in checks.unknown)
    return f"confirmed without a check: {names}" if names else "every check fine"
