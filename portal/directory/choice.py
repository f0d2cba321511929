"""Choose the people to import. A proposal changes nothing until it is accepted."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.directory import choice_store, groups, recruits, store
from portal.directory.models import Choice, ChosenGroup, FoundGroup, Whom
from portal.errors import Conflict, NotFound
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, PermissionMissing
from portal.storage.rows import Rows

EMPTY = (
    "Microsoft answered that this group has no people. Portal keeps those it knew, since a group "
    "may also hide its members."
)
NOT_ALLOWED = "Microsoft does not let Portal read this group: GroupMember.Read.All is missing."
GONE = "This group no longer exists. Portal keeps the people it knew."


def propose(act: Act, whom: Whom) -> None:
    with act.rows.write():
        choice_store.propose(act.rows, whom)


def propose_group(act: Act, group: FoundGroup) -> None:
    with act.rows.write():
        choice_store.propose_group(act.rows, group.object_id, group.name)


def withdraw_group(act: Act, object_id: str) -> ChosenGroup:
    with act.rows.write():
        known = {each.object_id: each for each in choice_store.choice(act.rows).groups}
        if object_id not in known:
            raise NotFound
        choice_store.withdraw_group(act.rows, object_id)
    return known[object_id]


def propose_people(act: Act, *, shown: Collection[str], ticked: Collection[str]) -> None:
    """Take the ticks of one page. People on other pages stay as they are."""
    with act.rows.write():
        for chosen in (True, False):
            some = [each for each in shown if (each in ticked) is chosen]
            choice_store.propose_people(act.rows, some, chosen=chosen)


def accept(act: Act) -> None:
    """Put the proposal in force. Roles change at once.

    The next run of user sync imports and disables people, under its guard.
    """
    with act.rows.write():
        before = choice_store.choice(act.rows)
        if not before.is_changed:
            raise Conflict("There is no change to save.")
        if before.proposed is Whom.GROUPS and not before.proposed_groups:
            raise Conflict("Choose a group first.")
        recruits.accept_recruits(act)
        if before.has_proposal:
            _accept_people(act, before)


def _accept_people(act: Act, before: Choice) -> None:
    choice_store.accept(act.rows)
    apply(act.rows)
    store.make_due(act.rows, now=act.now)
    after = choice_store.choice(act.rows)
    act.record(Action.PEOPLE_TO_IMPORT_CHOSEN, "Microsoft 365", old=before.label, new=after.label)


def discard(act: Act) -> None:
    with act.rows.write():
        choice_store.discard(act.rows)


def apply(rows: Rows) -> None:
    """Leave out the people who are not chosen. A group that was never read disables nobody."""
    tenant_id = store.state(rows).tenant_id or ""
    keeps_users = choice_store.has_unread_group(rows)
    choice_store.apply(rows, tenant_id, keeps_users=keeps_users)


def read_groups(
    rows: Rows, graph: GraphClient, *, renew: Callable[[datetime], None], now: datetime
) -> None:
    """Read the members of every group that is chosen or proposed.

    What Microsoft refuses, or an empty answer, leaves the members as they were.
    """
    choice = choice_store.choice(rows)
    for group in choice.groups if choice.reads_groups else ():
        found, failure = _members(graph, group)
        with rows.write():
            renew(now)
            _save(rows, group, found, failure, now)


def read_group(act: Act, graph: GraphClient, object_id: str) -> ChosenGroup:
    """Read one group now, for the preview."""
    known = next(
        each for each in choice_store.choice(act.rows).groups if each.object_id == object_id
    )
    found, failure = _members(graph, known)
    with act.rows.write():
        _save(act.rows, known, found, failure, act.now)
    return replace(known, count=len(found) or known.count, failure=failure or None)


def _save(rows: Rows, group: ChosenGroup, found: list[str], failure: str, now: datetime) -> None:
    if failure:
        choice_store.save_group_failure(rows, group.object_id, failure)
    else:
        choice_store.save_members(rows, group.object_id, found, now=now)


def _members(graph: GraphClient, group: ChosenGroup) -> tuple[list[str], str]:
    try:
        found = groups.members(graph, group.object_id)
    except PermissionMissing:
        return [], NOT_ALLOWED
    except Gone:
        return [], GONE
    return found, "" if found else EMPTY
