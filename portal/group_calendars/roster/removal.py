"""Remove a group calendar, at once or when nothing is left on it, and choose another default."""

from dataclasses import dataclass

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, Invalid
from portal.group_calendars import store
from portal.group_calendars.defaults import make_default
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import retirement_store

# No calendar becomes the default.
NONE = "none"


@dataclass(frozen=True)
class Removed:
    """A removed calendar, the default now, and how many calendars are left.

    `is_retiring`: it is there until the last event of an interview has left it.
    """

    calendar: GroupCalendar
    default: GroupCalendar | None
    left: int
    is_retiring: bool = False


def remove(act: Act, calendar_id: str, *, instead: str) -> Removed:
    """Remove a calendar with its roster. The group and its calendar stay at Microsoft.

    While events of interviews are on it, it is only offered no more. Raises Conflict while an
    interview is on it that has not begun.

    `instead` is the calendar that becomes the default, or NONE. It counts for the default only.
    """
    rows = act.rows
    with rows.write():
        removed = store.calendar(rows, calendar_id)
        if retirement_store.ahead(rows, [calendar_id], now=act.now):
            raise Conflict(f"Interviews are still on {removed.name}. First choose where they go.")
        _hand_over_default(act, removed, instead)
        is_held = bool(retirement_store.held(rows, [calendar_id], now=act.now))
        if is_held:
            _retire(act, removed)
        else:
            _remove(act, removed)
        left = [each for each in store.calendars(rows) if each.id != calendar_id]
        return Removed(removed, store.default(rows), len(left), is_retiring=is_held)


def _hand_over_default(act: Act, removed: GroupCalendar, instead: str) -> None:
    others = {each.id for each in store.offered(act.rows) if each.id != removed.id}
    if not removed.is_default or not others or instead == NONE:
        return
    if instead not in others:
        raise Invalid("Please choose one of the list.", field="instead")
    make_default(act, instead)


def _retire(act: Act, removed: GroupCalendar) -> None:
    if removed.is_retiring:
        return
    retirement_store.retire(act.rows, removed.id, now=act.now)
    act.record(Action.GROUP_CALENDAR_RETIRED, removed.label, new=_default(act))


def _remove(act: Act, removed: GroupCalendar) -> None:
    store.remove(act.rows, removed.id)
    act.record(Action.GROUP_CALENDAR_REMOVED, removed.label, new=_default(act))


def _default(act: Act) -> str:
    default = store.default(act.rows)
    return default.label if default else "no default"


def keep(act: Act, calendar_id: str) -> GroupCalendar:
    """Offer a calendar again that was being removed. Interviews that moved stay where they are."""
    with act.rows.write():
        kept = store.calendar(act.rows, calendar_id)
        if kept.is_retiring:
            retirement_store.keep(act.rows, calendar_id)
            act.record(Action.GROUP_CALENDAR_KEPT, kept.label)
    return kept


def remove_empty(act: Act) -> None:
    """Remove the calendars that nothing holds any more."""
    for calendar_id in retirement_store.retiring(act.rows):
        with act.rows.write():
            if not _is_held(act, calendar_id):
                _remove(act, store.calendar(act.rows, calendar_id))


def _is_held(act: Act, calendar_id: str) -> bool:
    """Whether anything is on it, or somebody kept or removed it since."""
    if calendar_id not in retirement_store.retiring(act.rows):
        return True
    ahead = retirement_store.ahead(act.rows, [calendar_id], now=act.now)
    return bool(ahead or retirement_store.held(act.rows, [calendar_id], now=act.now))
