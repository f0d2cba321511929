"""Keep the differences that a read of an event shows, and close those that are gone."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from portal.addresses import fold
from portal.errors import NotFound
from portal.group_calendars import store as group_calendars
from portal.group_calendars.roster import store as roster
from portal.interviews.findings import finding_store
from portal.interviews.findings.differences import differences
from portal.interviews.findings.models import OF_EVENT, Finding, FindingKind, FindingState
from portal.interviews.microsoft import comparison
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.models import Known
from portal.interviews.models import Event, Goal, Step
from portal.storage.rows import Rows
from portal.users import store as users


def look(rows: Rows, known: Known, event: Event, found: Found, now: datetime) -> None:
    """Keep what is different on an event that was just read. Belongs inside write().

    Does nothing for a read older than our last write, nor while a write of ours is due: the read
    after it tells.
    """
    if comparison.is_stale(event, found) or not _is_settled(known, event):
        return
    seen = differences(known, event, found, own=_own_addresses(rows, event))
    keep(rows, event, seen, OF_EVENT, now=now)


def deleted(rows: Rows, known: Known, event: Event, now: datetime) -> None:
    """Keep that an event is gone. What else was different on it is gone too."""
    one = known.interview
    if event.generation == one.generation:
        gone = Finding(one.id, event.id, FindingKind.DELETED)
        keep(rows, event, [gone], [*FindingKind], now=now)


def _is_settled(known: Known, event: Event) -> bool:
    """Whether the event has all that Portal wants to write to it."""
    one = known.interview
    if event.generation != one.generation or event.step is not Step.INVITED:
        return False
    return one.goal is Goal.SCHEDULED and not comparison.is_behind(known, event)


def keep(
    rows: Rows,
    event: Event,
    seen: Iterable[Finding],
    kinds: Collection[FindingKind],
    *,
    now: datetime,
    among: Collection[str] | None = None,
) -> None:
    """Save these differences of an event. Others of these kinds are over. Inside write().

    `among` are the subjects that were read. Others stay as they were.
    """
    before = {each.key: each for each in finding_store.of_event(rows, event.id)}
    wanted = {each.key: each for each in seen}
    finding_store.save(rows, _news(before, wanted, now))
    gone = [
        each.id
        for key, each in before.items()
        if each.kind in kinds
        and key not in wanted
        and (among is None or each.subject in among)
        and each.state is not FindingState.OVER
    ]
    if gone:
        finding_store.end(rows, gone, now=now)


def _news(
    before: dict[tuple[str, str], Finding], wanted: dict[tuple[str, str], Finding], now: datetime
) -> Iterator[Finding]:
    """Differences that were not there. What a person decided holds until it looks otherwise."""
    for key, each in wanted.items():
        old = before.get(key)
        if old is None:
            yield replace(each, seen_at=now)
        elif old.state is FindingState.OVER or old.content != each.content:
            yield replace(each, id=old.id, seen_at=now)


def _own_addresses(rows: Rows, event: Event) -> set[str]:
    """The group and its members who write, whom Microsoft adds to a group's events itself."""
    found = set()
    if event.group_id is not None:
        known = group_calendars.calendar_of_group(rows, event.group_id)
        if known is not None:
            found.add(fold(known.address))
            found |= {fold(each) for each in roster.member_addresses(rows, known.id)}
    if event.owner_user_id is not None:
        try:
            found.add(fold(users.user(rows, event.owner_user_id).address))
        except NotFound:
            return found
    return found
