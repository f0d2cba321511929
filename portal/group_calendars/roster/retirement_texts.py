"""The sentences about calendars that are being removed, and about what is left on them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from portal.flash_texts import Flash, FlashText
from portal.group_calendars.flash_texts import GroupCalendarFlash
from portal.group_calendars.roster import retirement_store
from portal.group_calendars.roster.removal import Removed
from portal.group_calendars.roster.retirement_store import Held
from portal.storage.rows import Rows
from portal.wording import counted, verb

NOTHING_LEFT = "Nothing is left on it. Portal removes it within a minute."


def left(rows: Rows, calendar_ids: Collection[str], *, now: datetime) -> dict[str, list[str]]:
    """The sentences about everything on each of these calendars, by its id."""
    found = leaving(rows, calendar_ids, now=now)
    counts = retirement_store.ahead(rows, calendar_ids, now=now)
    return {each: [*found[each], *_staying(counts[each])] for each in calendar_ids}


def leaving(rows: Rows, calendar_ids: Collection[str], *, now: datetime) -> dict[str, list[str]]:
    """Like left(), without interviews of which somebody has to choose where they go."""
    held = [
        each
        for each in retirement_store.held(rows, calendar_ids, now=now)
        if not each.is_ahead(now)
    ]
    return {
        calendar_id: _sentences([each for each in held if each.calendar_id == calendar_id], now)
        for calendar_id in calendar_ids
    }


def _sentences(held: Sequence[Held], now: datetime) -> list[str]:
    return [*_moving(held), *_others(held, now)]


def _moving(held: Iterable[Held]) -> Iterator[str]:
    moving = [each for each in held if _moves(each)]
    for name, count in Counter(each.goes_to for each in moving).items():
        what = f"{counted(count, 'interview')} {verb(count, 'is', 'are')} still moving"
        own = verb(count, "its organizer's own calendar", "their organizers' own calendars")
        yield f"{what} to {name or own}."


def _moves(one: Held) -> bool:
    return one.goal == "scheduled" and not one.stays and one.state != "asks"


def _others(held: Iterable[Held], now: datetime) -> Iterator[str]:
    asking = sum(each.state == "asks" and not each.is_running(now) for each in held)
    ending = sum(each.goal != "scheduled" and each.state != "asks" for each in held)
    running = sum(each.is_running(now) for each in held)
    if ending:
        what = counted(ending, "interview")
        yield f"{what} {verb(ending, 'is', 'are')} still being taken off this calendar."
    if asking:
        yield f"{counted(asking, 'interview')} {verb(asking, 'needs', 'need')} a decision first."
    if running:
        what = f"{counted(running, 'interview')} {verb(running, 'has', 'have')} begun"
        yield f"{what} and {verb(running, 'stays', 'stay')} here until the end."


def _staying(on_it: int) -> Iterator[str]:
    if on_it:
        what = f"{counted(on_it, 'interview')} {verb(on_it, 'is', 'are')} still on this calendar"
        yield f"{what}. Choose where {verb(on_it, 'it goes', 'they go')}."


def outcome(removed: Removed) -> list[FlashText | Flash]:
    """The sentences after an administrator removed a calendar."""
    name = removed.calendar.name
    if removed.is_retiring:
        return [GroupCalendarFlash.RETIRING.of(name=name)]
    said = GroupCalendarFlash.REMOVED.of(name=name)
    if removed.default is not None:
        return [said, GroupCalendarFlash.OTHER_DEFAULT.of(name=removed.default.name)]
    return [said, GroupCalendarFlash.NO_DEFAULT if removed.left else GroupCalendarFlash.NONE_LEFT]
