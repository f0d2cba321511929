"""Troubles of group calendars now. Pages, mail and Checks tell them from here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.group_calendars import check_texts
from portal.group_calendars import store as calendars
from portal.group_calendars.models import Check, GroupCalendar, Outcome
from portal.group_calendars.roster import watch_store
from portal.group_calendars.roster.models import Watch
from portal.storage.rows import Rows

CONNECT = "Ask a member of the group to connect or reconnect under Microsoft 365."
PASSES = "That may be a passing error. Portal asks again half an hour later."
UNREADABLE = (
    "No member's connection is known to read it, so Portal may be unable to find out whether the "
    "group was deleted."
)
NOT_REMOVED = "Portal removes nothing."


@dataclass(frozen=True)
class Trouble:
    """A group calendar that needs an administrator, since when and for which cure.

    `summary` has no name in it. `is_passing`: it may be over at the next read.
    """

    calendar: GroupCalendar
    since: datetime
    summary: str
    title: str
    meaning: str
    cure: str
    is_passing: bool = False

    @property
    def label(self) -> str:
        """The summary as a label. Names in it keep their capitals."""
        return self.summary[0].upper() + self.summary[1:]

    @property
    def severity(self) -> str:
        return "warn" if self.is_passing else "bad"


def all_troubles(rows: Rows) -> list[Trouble]:
    """The first trouble of each calendar. None while Microsoft 365 is not enabled."""
    if not watch_store.is_enabled(rows):
        return []
    watches, checks = watch_store.watches(rows), calendars.all_checks(rows)
    found = ((each, watches.get(each.id)) for each in calendars.calendars(rows))
    firsts = (first(each, watch, checks.get(each.id, ())) for each, watch in found if watch)
    return [each for each in firsts if each is not None]


def first(calendar: GroupCalendar, watch: Watch, checks: Iterable[Check]) -> Trouble | None:
    return next(_troubles(calendar, watch, checks), None)


def _troubles(calendar: GroupCalendar, watch: Watch, checks: Iterable[Check]) -> Iterator[Trouble]:
    name = calendar.name
    if watch.gone_since is not None:
        yield Trouble(
            calendar,
            watch.gone_since,
            "deleted at Microsoft",
            f"The group {name} was deleted.",
            "Microsoft did not find it twice, half an hour apart or more. Its calendar is gone "
            f"with it. {NOT_REMOVED}",
            "Restore the group at Microsoft within 30 days, or remove the calendar here.",
        )
    elif watch.missing_since is not None:
        is_passing = watch.unwatched_since is None
        yield Trouble(
            calendar,
            watch.missing_since,
            "not found at Microsoft",
            f"Microsoft did not find the group {name}.",
            PASSES if is_passing else UNREADABLE,
            "Nothing has to be done yet." if is_passing else CONNECT,
            is_passing=is_passing,
        )
    elif watch.unwatched_since is not None:
        yield Trouble(
            calendar,
            watch.unwatched_since,
            "not watched",
            f"The calendar {name} is not watched.",
            "No member of the group has a connection that reads it. "
            "Portal tries again as soon as one connects.",
            CONNECT,
        )
    if watch.write_refused_since is not None and watch.gone_since is None:
        yield Trouble(
            calendar,
            watch.write_refused_since,
            "read-only",
            f"Microsoft refused a change in the calendar {name}.",
            "Somebody who schedules may read it and not write. "
            "The group may let its members read only.",
            f"In Exchange PowerShell, run Set-UnifiedGroup {calendar.address} "
            "-CalendarMemberReadOnly:$false. Or make the people who schedule owners of the group.",
        )
    if watch.failing_since is not None and watch.gone_since is None:
        failed = [each for each in checks if each.outcome is Outcome.FAILED]
        shown = check_texts.shown(failed, name)
        yield Trouble(
            calendar,
            watch.failing_since,
            "a check fails",
            f"A check of {name} fails.",
            f"{'. '.join(each.title for each in shown)}. {NOT_REMOVED}",
            " ".join(each.hint for each in shown),
        )
