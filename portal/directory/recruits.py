"""Ticks "Recruits": people of the directory whom an administrator makes members."""

from collections.abc import Collection

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.directory import apply_store, choice_store, store
from portal.directory.models import Previewed
from portal.users import administration
from portal.users.models import Role


def set_recruits(act: Act, *, shown: Collection[str], ticked: Collection[str]) -> int:
    """Save the ticks of the entries that a page showed. Returns how many changed.

    People who are already users change their role at once. Administrators keep theirs.
    """
    with act.rows.write():
        choice_store.forget_recruits(act.rows, shown)
        changed = [
            each for each in _entries(act, shown) if each.may_change(each.object_id in ticked)
        ]
        for entry in changed:
            _set(act, entry, recruits=entry.object_id in ticked)
    return len(changed)


def propose_recruits(act: Act, *, shown: Collection[str], ticked: Collection[str]) -> None:
    """Keep the ticks that change something until they are saved."""
    with act.rows.write():
        choice_store.forget_recruits(act.rows, shown)
        wanted = {each.object_id: each.object_id in ticked for each in _entries(act, shown)}
        changed = [each for each in _entries(act, shown) if each.may_change(wanted[each.object_id])]
        choice_store.propose_recruits(
            act.rows, {each.object_id: wanted[each.object_id] for each in changed}
        )


def accept_recruits(act: Act) -> int:
    """Save the proposed ticks. Returns how many changed. Belongs inside write()."""
    wanted = choice_store.proposed_recruits(act.rows)
    return set_recruits(
        act, shown=wanted, ticked=[each for each, recruits in wanted.items() if recruits]
    )


def _entries(act: Act, object_ids: Collection[str]) -> list[Previewed]:
    tenant_id = store.state(act.rows).tenant_id or ""
    return apply_store.entries_to_tick(act.rows, tenant_id, object_ids)


def _set(act: Act, entry: Previewed, *, recruits: bool) -> None:
    if recruits:
        store.save_recruit(act.rows, entry.object_id, marked_by=act.actor.name, now=act.now)
    else:
        store.delete_recruit(act.rows, entry.object_id)
    if entry.user_id is not None:
        role = Role.MEMBER if recruits else Role.LIMITED
        administration.change_role(act, entry.user_id, role=role)
        return
    act.record(Action.RECRUIT_MARKED if recruits else Action.RECRUIT_UNMARKED, entry.label)
