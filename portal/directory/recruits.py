"""Ticks "Recruits": people of the directory whom an administrator makes members."""

from collections.abc import Collection

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.directory import apply_store, store
from portal.directory.models import Previewed
from portal.users import administration
from portal.users.models import Role


def set_recruits(act: Act, *, shown: Collection[str], ticked: Collection[str]) -> int:
    """Save the ticks of the entries that a page showed. Returns how many changed.

    People who are already users change their role at once. Administrators keep theirs.
    """
    with act.rows.write():
        tenant_id = store.state(act.rows).tenant_id or ""
        entries = apply_store.entries_to_come(act.rows, tenant_id, shown)
        changed = [each for each in entries if each.may_change(each.object_id in ticked)]
        for entry in changed:
            _set(act, entry, recruits=entry.object_id in ticked)
    return len(changed)


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
