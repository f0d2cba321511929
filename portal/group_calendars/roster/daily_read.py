"""The daily read of a group calendar: the group, its checks, its members, and each person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from portal import clock
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.graph.client import GraphClient
from portal.graph.errors import Gone
from portal.graph.links import segment
from portal.graph.paging import items
from portal.group_calendars import checks
from portal.group_calendars import store as calendars
from portal.group_calendars.models import OF_THE_GROUP, Check, Checks, GroupCalendar, Outcome
from portal.group_calendars.roster import probes, store, watch_store
from portal.group_calendars.roster.models import Scheduler, Watch
from portal.group_calendars.roster.pool import NobodyReads, Pool
from portal.services import Services
from portal.storage.claims import Claim, ClaimLost
from portal.users import store as users

DAILY = timedelta(days=1)
# Microsoft's directory may not find a group that is there. It is asked again after this time.
ASKED_AGAIN_AFTER = timedelta(minutes=30)
WATCHER = Actor.system("group calendars")
ON_A_PAGE = "999"


@dataclass(frozen=True)
class Group:
    """A group as Microsoft has it now: its name, its address, and the ids of who is in it.

    `members` or `owners` is None if Microsoft does not find the list of a group that it found.
    """

    name: str
    address: str
    members: frozenset[str] | None
    owners: frozenset[str] | None

    def has(self, object_id: str | None) -> bool | None:
        """Whether a person is in it. None if Microsoft does not say: it may hide the members."""
        if object_id is None:
            return None
        is_in = object_id in (self.members or frozenset()) | (self.owners or frozenset())
        return is_in if is_in or (self.members and self.owners is not None) else None


def read(services: Services, claim: Claim, *, should_stop: Callable[[], bool]) -> None:
    """Read what is due of one calendar. Stops between two people, and goes on from there."""
    calendar = calendars.calendar(services.rows, claim.row_id)
    pool = Pool(services, claim, calendar.id, calendar.group_id)
    _start_round(pool)
    if _read_group(pool):
        for person in store.to_probe(services.rows, pool.calendar_id, now=clock.utc_now()):
            if should_stop():
                watch_store.CLAIMS.release(services.rows, claim, due_at=clock.utc_now())
                return
            probes.probe(pool, person)
    _finish(pool)


def _start_round(pool: Pool) -> None:
    """Begin a round if one is due. In between, only changed connections are read."""
    rows, now = pool.services.rows, clock.utc_now()
    with rows.write():
        pool.renew()
        next_at = now + DAILY
        # A round that is further away was planned by a clock that ran ahead.
        if not now < _watch(pool).next_round_at <= next_at:
            watch_store.start_round(rows, pool.calendar_id, next_at=next_at, now=now)
            store.forget_refused_writes(rows, pool.calendar_id)
        store.forget_lost(rows, pool.calendar_id)
        watch_store.note_watched(rows, pool.calendar_id, now=now)


def _read_group(pool: Pool) -> bool:
    """Read the group, who is in it, and its checks once a round. False if it is missing."""
    calendar = calendars.calendar(pool.services.rows, pool.calendar_id)
    try:
        found, outcome = pool.read(partial(_group_and_checks, pool, calendar))
    except Gone:
        _note_missing(pool, calendar)
        return False
    except NobodyReads:
        return True
    with pool.services.rows.write():
        pool.renew()
        _save_names(pool, calendar, found)
        _save_members(pool, found)
        watch_store.save_found(pool.services.rows, pool.calendar_id)
        if outcome is not None:
            _save_checks(pool, calendar, outcome)
    return True


def _group_and_checks(
    pool: Pool, calendar: GroupCalendar, graph: GraphClient, person: Scheduler
) -> tuple[Group, Checks | None]:
    """Read with one token. No checks if they were made in this round."""
    round_at = _watch(pool).round_started_at
    is_checked = round_at is not None and calendar.checked_at >= round_at
    found = group(graph, calendar.group_id)
    return found, None if is_checked else _checks(pool, graph, person)


def _checks(pool: Pool, graph: GraphClient, person: Scheduler) -> Checks:
    user = users.user(pool.services.rows, person.user_id)
    found = checks.check(graph, group_id=pool.group_id, user=user, is_repeated=True)
    return replace(found, checks=tuple(each for each in found.checks if each.name in OF_THE_GROUP))


def _save_checks(pool: Pool, calendar: GroupCalendar, found: Checks) -> None:
    """Keep the outcomes. The first failure is recorded, and nothing is removed."""
    rows, now = pool.services.rows, clock.utc_now()
    before = calendars.all_checks(rows).get(calendar.id, [])
    found = replace(found, checks=tuple(_with_failure(each, before) for each in found.checks))
    failed = ", ".join(each.name for each in found.failed)
    if failed and _watch(pool).failing_since is None:
        Act(rows, WATCHER, now).record(
            Action.GROUP_CALENDAR_CHECK_FAILED, calendar.label, new=failed
        )
    calendars.save_checks(rows, calendar.id, found, now=now)
    watch_store.save_failing(rows, calendar.id, is_failing=bool(failed), now=now)


def _with_failure(found: Check, before: Iterable[Check]) -> Check:
    """The check as found. A failure holds until Microsoft says that it is cured."""
    failed = (each for each in before if each.outcome is Outcome.FAILED and each.name is found.name)
    return next(failed, found) if found.outcome is Outcome.UNKNOWN else found


def group(graph: GraphClient, group_id: str) -> Group:
    """Read a group with all pages of its members and owners.

    Owners need not be members. https://learn.microsoft.com/graph/api/group-list-owners
    """
    path = f"/groups/{segment(group_id)}"
    facts = graph.get(path, query={"$select": "id,displayName,mail"})
    return Group(
        str(facts.get("displayName") or ""),
        str(facts.get("mail") or ""),
        _ids(graph, f"{path}/members"),
        _ids(graph, f"{path}/owners"),
    )


def _ids(graph: GraphClient, path: str) -> frozenset[str] | None:
    found = items(graph, path, query={"$select": "id", "$top": ON_A_PAGE})
    try:
        return frozenset(str(each["id"]) for each in found)
    except Gone:
        return None


def _save_names(pool: Pool, calendar: GroupCalendar, found: Group) -> None:
    """Take over another name or address. Pages name the old one."""
    name = found.name or calendar.name
    if (name, found.address) == (calendar.name, calendar.address):
        return
    rows, now = pool.services.rows, clock.utc_now()
    calendars.save_names(rows, calendar.id, name=name, address=found.address)
    if name != calendar.name:
        watch_store.save_name_before(rows, calendar.id, calendar.name, now=now)
        act = Act(rows, WATCHER, now)
        act.record(Action.GROUP_CALENDAR_RENAMED, calendar.label, old=calendar.name, new=name)


def _save_members(pool: Pool, found: Group) -> None:
    people = store.schedulers(pool.services.rows, pool.calendar_id)
    known = {each.user_id: found.has(each.object_id) for each in people}
    if found.members is None or found.owners is None:
        # What was known of the others stays.
        known = {user_id: is_in for user_id, is_in in known.items() if is_in}
    store.save_membership(pool.services.rows, pool.calendar_id, known)


def _note_missing(pool: Pool, calendar: GroupCalendar) -> None:
    """Keep that Microsoft did not find the group. It is gone when it is missing twice, apart."""
    rows, now, before = pool.services.rows, clock.utc_now(), _watch(pool)
    since = before.missing_since or now
    is_gone = now - since >= ASKED_AGAIN_AFTER
    with rows.write():
        pool.renew()
        gone_since = before.gone_since or (now if is_gone else None)
        watch_store.save_missing(rows, calendar.id, since=since, gone_since=gone_since)
        if is_gone and before.gone_since is None:
            Act(rows, WATCHER, now).record(Action.GROUP_CALENDAR_GONE, calendar.label)


def _finish(pool: Pool) -> None:
    rows, now = pool.services.rows, clock.utc_now()
    with rows.write():
        pool.renew()
        watch_store.note_watched(rows, pool.calendar_id, now=now)
        watch_store.finish(rows, pool.claim, due_at=_next_at(pool, now), now=now)


def _next_at(pool: Pool, now: datetime) -> datetime:
    """When to go on: with the next round, or sooner with what told nothing this time."""
    found = _watch(pool)
    if found.missing_since is not None and found.gone_since is None:
        return now + ASKED_AGAIN_AFTER
    if store.count_unknown(pool.services.rows, pool.calendar_id):
        return min(found.next_round_at, now + store.REPEATED_AFTER)
    return found.next_round_at


def _watch(pool: Pool) -> Watch:
    found = watch_store.watch(pool.services.rows, pool.calendar_id)
    if found is None:
        raise ClaimLost  # the calendar was removed
    return found
