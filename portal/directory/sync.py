"""Sync the organization's directory into our entries. Never deletes a user."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.addresses import fold, fold_domain
from portal.directory import apply_changes, choice, choice_store, groups, plans, store
from portal.directory.group_access import group_access
from portal.directory.models import Directory
from portal.directory.organization_facts import Facts, rooms_from
from portal.graph.client import GraphClient
from portal.graph.errors import CursorExpired, GraphError, PermissionMissing, Unavailable
from portal.graph.paging import Page, changes, pages
from portal.storage.claims import Claim
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.users import domain_store, domains
from portal.users.models import LeftOut

FIELDS = (
    "id,displayName,mail,userPrincipalName,accountEnabled,userType,assignedLicenses,"
    "assignedPlans,onPremisesSyncEnabled"
)
# A plain list takes pages of 999, delta does not: https://learn.microsoft.com/graph/paging
FIRST_READ = {"$select": FIELDS, "$top": "999"}
DAY = timedelta(days=1)
# A delta leaves out some changes, such as a restored person.
BETWEEN_WHOLE_READS = timedelta(days=7)
# An exchange of one license for another leaves people without a mailbox for a while.
LICENSE_GRACE = DAY
BETWEEN_LOOKS = timedelta(minutes=1)
WHILE_PREVIEWING = timedelta(minutes=10)
NAME_LENGTH = 200
NOBODY = (
    "Microsoft answered that your organization has no people. That cannot be right, so Portal "
    "changed nothing. It asks again automatically."
)


class Stopped(Exception):
    """The worker was asked to stop. Saved pages stay."""


@dataclass(frozen=True)
class Work:
    """One claimed sync of one tenant's directory."""

    rows: Rows
    graph: GraphClient = field(repr=False)
    tenant_id: str
    claim: Claim
    should_stop: Callable[[], bool]

    @property
    def state(self) -> Directory:
        return store.state(self.rows)

    def renew(self, now: datetime) -> None:
        store.CLAIMS.fence.renew(self.rows, self.claim, now=now)

    def check(self) -> None:
        """Stop between two pages, when everything is saved."""
        if self.should_stop():
            raise Stopped


def follow_directory(work: Work, *, worked: Callable[[datetime], None]) -> None:
    """Sync the directory's changes. The first sync reads everybody.

    Safe to kill at any point and run again: each page is saved with its cursor. Before an
    administrator has confirmed the import, only the preview is updated.
    """
    try:
        _require_tenant(work)
        _read_facts(work)
        _look(work)
        _apply_choice(work)
        if work.state.is_imported:
            apply_changes.settle(work.rows, work.tenant_id, renew=work.renew, check=work.check)
    except Stopped:
        store.CLAIMS.release(work.rows, work.claim, due_at=clock.utc_now())
        return
    with work.rows.write():
        now = clock.utc_now()
        work.renew(now)
        wait = BETWEEN_LOOKS if work.state.is_imported else WHILE_PREVIEWING
        store.finish(work.rows, work.claim, due_at=now + wait, now=now)
        worked(now)


def _apply_choice(work: Work) -> None:
    now = clock.utc_now()
    choice.read_groups(work.rows, work.graph, renew=work.renew, now=now)
    with work.rows.write():
        work.renew(now)
        store.end_grace(work.rows, since=now - LICENSE_GRACE)
        choice.apply(work.rows)


def _require_tenant(work: Work) -> None:
    if work.state.tenant_id != work.tenant_id:
        with work.rows.write():
            work.renew(clock.utc_now())
            store.begin_anew(work.rows, work.tenant_id)
            choice_store.forget(work.rows)


def _read_facts(work: Work) -> None:
    """Read rooms and groups once a day, and take the domains that sign-ins of admins have read."""
    before, now = work.state, clock.utc_now()
    is_daily = before.facts_read_at is None or now - before.facts_read_at >= DAY
    if is_daily and not work.graph.is_app_only:
        domains.refresh(work.rows, work.graph, work.tenant_id, now=now)
    known = frozenset(each.name for each in domain_store.domains(work.rows, work.tenant_id))
    if not is_daily and known == before.domains:
        return
    rooms = rooms_from(work.graph) if is_daily else store.rooms(work.rows)
    addresses = _group_addresses(work) if is_daily else frozenset()
    with work.rows.write():
        work.renew(now)
        changed = (known, rooms) != (before.domains, store.rooms(work.rows))
        store.save_facts(work.rows, known, rooms, now=now)
        if addresses:
            store.save_group_addresses(work.rows, addresses)
        if changed and before.stage != "waiting":
            # Changed domains change who is left out, so everybody is judged again.
            store.forget_place(work.rows)


def _group_addresses(work: Work) -> frozenset[str]:
    """The addresses of groups. None where they may not be read: the known ones stay."""
    if not group_access(work.rows).is_granted:
        return frozenset()
    try:
        return groups.addresses(work.graph)
    except PermissionMissing:
        return frozenset()


def _look(work: Work) -> None:
    if work.state.wants_whole_read(clock.utc_now() - BETWEEN_WHOLE_READS):
        _forget_place(work)
    if work.state.stage == "following":
        try:
            _follow_changes(work)
            return
        except CursorExpired:
            _forget_place(work)
    _read_everybody(work)
    _follow_changes(work)


def _forget_place(work: Work) -> None:
    """Drop the cursor: everybody is read again, under the guard."""
    with work.rows.write():
        work.renew(clock.utc_now())
        store.forget_place(work.rows)


def _read_everybody(work: Work) -> None:
    """Read everybody. The cursor is taken first, so that later changes follow it."""
    if work.state.stage == "waiting":
        query = {"$select": FIELDS, "$deltatoken": "latest"}
        latest = next(changes(work.graph, "/users/delta", query=query))
        with work.rows.write():
            now = clock.utc_now()
            work.renew(now)
            store.begin_reading(work.rows, latest.next_cursor, now=now)
    state = work.state
    try:
        _read_on(work, state)
    except GraphError as error:
        is_lost = isinstance(error, CursorExpired) or error.microsoft_status in (400, 410)
        if state.next_link is not None and is_lost:
            _forget_place(work)
        raise
    _end_reading(work, state.round)


def _read_on(work: Work, state: Directory) -> None:
    link, facts = state.next_link, _facts(work)
    for page in pages(work.graph, link or "/users", query=FIRST_READ):
        with work.rows.write(durable=False):
            work.renew(clock.utc_now())
            store.save_entries(work.rows, _rows(page.items, facts, state.round))
            if not page.is_last:
                store.save_next_link(work.rows, page.next_cursor)
        if not page.is_last:
            work.check()


def _facts(work: Work) -> Facts:
    rows = work.rows
    return Facts(work.state.domains, store.rooms(rows), store.shared_mailboxes(rows))


def _rows(entries: Iterable[Mapping[str, Any]], facts: Facts, round: int) -> list[tuple[Any, ...]]:
    rows = []
    for entry in entries:
        reason = judged(entry, facts)
        user_name = str(entry.get("userPrincipalName") or "")
        address = str(entry.get("mail") or user_name)
        name = str(entry.get("displayName") or address)[:NAME_LENGTH]
        known = (str(entry["id"]), new_id(), address, fold(address), user_name, name)
        rows.append((*known, reason or "", round, clock.utc_now()))
    return rows


def judged(entry: Mapping[str, Any], facts: Facts) -> LeftOut | None:
    """The reason why a person is left out. None for those who are imported.

    Shared mailboxes and rooms are entries like any other, as a rule blocked and without a license.
    https://learn.microsoft.com/graph/api/resources/user
    """
    name = str(entry.get("userPrincipalName") or "")
    if str(entry.get("userType") or "").casefold() == "guest" or "#EXT#" in name.upper():
        return LeftOut.GUEST
    address = str(entry.get("mail") or "")
    if "@" not in address:
        return LeftOut.NO_MAILBOX
    if fold(address) in facts.rooms:
        return LeftOut.ROOM
    if entry.get("id") in facts.shared:
        return LeftOut.SHARED
    is_blocked = entry.get("accountEnabled") is False
    if not plans.has_mailbox(entry):
        return LeftOut.SHARED if is_blocked else _without_plan(entry)
    if is_blocked:
        return LeftOut.DISABLED
    if facts.domains and fold_domain(address.rpartition("@")[2]) not in facts.domains:
        return LeftOut.OTHER_DOMAIN
    return None


def _without_plan(entry: Mapping[str, Any]) -> LeftOut:
    is_synced = entry.get("onPremisesSyncEnabled") is True
    return LeftOut.ON_PREMISES if is_synced else LeftOut.NO_MAILBOX


def _end_reading(work: Work, round: int) -> None:
    if store.entries_of_round(work.rows, round) == 0:
        _forget_place(work)
        raise Unavailable(NOBODY)
    with work.rows.write():
        work.renew(clock.utc_now())
        store.end_reading(work.rows, work.tenant_id, round=round)


def _follow_changes(work: Work) -> None:
    state, facts = work.state, _facts(work)
    for page in changes(work.graph, state.cursor or ""):
        with work.rows.write(durable=False):
            work.renew(clock.utc_now())
            _take(work.rows, page, facts, state.round)
            store.save_cursor(work.rows, page.next_cursor)
        work.check()


def _take(rows: Rows, page: Page, facts: Facts, round: int) -> None:
    """Take entries in Microsoft's order. A person may appear twice, and the last one counts."""
    for entry in page.entries:
        removed = entry.get("@removed")
        if removed is None:
            store.save_entries(rows, _rows([entry], facts, round))
            continue
        is_final = isinstance(removed, dict) and removed.get("reason") == "deleted"
        reason = LeftOut.DELETED if is_final else LeftOut.REMOVED
        store.mark_removed(rows, str(entry["id"]), reason, round=round)
