"""A group calendar goes: interviews ahead move to another one, or to organizers' own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from portal.audit.act import Act
from portal.errors import Conflict, Invalid
from portal.group_calendars import store as calendars
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import removal
from portal.group_calendars.roster.removal import NONE, Removed
from portal.interviews.changes import homes
from portal.interviews.effects import effect_store
from portal.interviews.models import Home, Interview, Panelist
from portal.storage.rows import Rows

# The interviews go to the own calendar of each organizer.
OWN = "organizers"


@dataclass(frozen=True)
class OnCalendar:
    """An interview ahead on a calendar, and the people who are told when it moves."""

    interview: Interview
    panel: Sequence[Panelist]

    @property
    def told(self) -> list[str]:
        return [self.interview.candidate_name, *(each.name for each in self.panel)]

    @property
    def addresses(self) -> set[str]:
        return {self.interview.candidate_address, *(each.address for each in self.panel)}


def on_calendar(rows: Rows, calendar_id: str, *, now: datetime) -> list[OnCalendar]:
    """The interviews ahead on a group calendar, in order of time."""
    found = effect_store.on_calendar(rows, calendar_id, now=now)
    panels = effect_store.panels(rows, [one.id for one in found])
    return [OnCalendar(one, panels[one.id]) for one in found]


def organizers(found: Iterable[OnCalendar]) -> dict[str, int]:
    """How many of these interviews each organizer has, by name."""
    counts: dict[str, int] = {}
    for each in found:
        name = each.interview.organizer_name
        counts[name] = counts.get(name, 0) + 1
    return counts


def move_and_remove(act: Act, calendar_id: str, *, to: str) -> Removed:
    """Move all interviews ahead off a calendar, and remove it once their old events are gone.

    `to` is another calendar, which also follows it as the default, or OWN. Raises Conflict for
    an interview without an organizer; nothing is moved then.
    """
    with act.rows.write():
        calendars.calendar(act.rows, calendar_id)
        after = _chosen(act.rows, calendar_id, to)
        for one in effect_store.on_calendar(act.rows, calendar_id, now=act.now):
            _move(act, one, after)
        return removal.remove(act, calendar_id, instead=after.id if after else NONE)


def _chosen(rows: Rows, calendar_id: str, to: str) -> GroupCalendar | None:
    """The calendar that was chosen. None for the organizers' own."""
    others = {each.id: each for each in calendars.offered(rows) if each.id != calendar_id}
    if to == OWN:
        return None
    if to not in others:
        raise Invalid("Please choose one of the list.", field="to")
    return others[to]


def _move(act: Act, one: Interview, after: GroupCalendar | None) -> None:
    moved = replace(
        one,
        calendar=Home.ORGANIZER if after is None else Home.GROUP,
        calendar_id=None if after is None else after.id,
    )
    try:
        homes.put(act, one, moved)
    except Conflict as refusal:
        raise Conflict(f"{one.label} cannot move. {refusal} Nothing was moved.") from refusal
