"""The members of a group as a caller sees them: of all types, and empty without a permission."""

from collections.abc import Callable
from typing import Any

from sandbox.database import State
from sandbox.directory import resource as people
from sandbox.groups import resource, store

GROUPS = (
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)
HIDDEN = "Member.Read.Hidden"
DIRECTORY = frozenset({"Directory.Read.All", "Directory.ReadWrite.All"})
# The permissions that show an object's properties. With none of them they are null.
SHOWN_WITH = {
    "user": DIRECTORY | {"User.Read.All", "User.ReadWrite.All"},
    "group": frozenset(GROUPS),
    "orgContact": DIRECTORY | {"OrgContact.Read.All"},
    "device": DIRECTORY | {"Device.Read.All"},
}
BASIC = "User.ReadBasic.All"
BASIC_MEMBERS = frozenset({"displayName", "givenName", "mail", "surname", "userPrincipalName"})
DEFAULT: dict[str, tuple[str, ...]] = {
    "user": people.DEFAULT,
    "group": resource.MEMBERS,
    "orgContact": ("id", *resource.CONTACT),
    "device": ("id", *resource.DEVICE),
}
SELECTABLE = DEFAULT | {"user": people.MEMBERS}
# What $select, $filter and $search may name where objects of all types are listed.
ALL_SELECTABLE = tuple(dict.fromkeys(name for names in SELECTABLE.values() for name in names))

Objects = list[tuple[str, dict[str, Any]]]


def of_group(
    state: State, group: dict[str, Any], *, permissions: frozenset[str], is_transitive: bool
) -> Objects:
    """List the members with their types. A hidden membership is empty without its permission."""
    sees_hidden = HIDDEN in permissions
    if resource.is_hidden(group) and not sees_hidden:
        return []
    if is_transitive:
        ids = store.transitive_members(state, group["id"], sees_hidden=sees_hidden)
    else:
        ids = store.direct_members(state, group["id"])
    return objects(state, ids, permissions)


def owners(state: State, group: dict[str, Any], *, permissions: frozenset[str]) -> Objects:
    return objects(state, store.owners(state, group["id"]), permissions)


def objects(state: State, ids: list[str], permissions: frozenset[str]) -> Objects:
    """Read objects of all types, as far as the caller may."""
    rows = store.people_by_ids(state, ids)
    found = {
        identity: (kind, resource.listed(item) if kind == "group" else item)
        for identity, (kind, item) in store.objects_by_ids(state, ids).items()
    }
    found |= {identity: ("user", people.shown(state, row)) for identity, row in rows.items()}
    present = (found[identity] for identity in ids if identity in found)
    return [(kind, _as_permitted(kind, item, permissions)) for kind, item in present]


def _as_permitted(kind: str, item: dict[str, Any], permissions: frozenset[str]) -> dict[str, Any]:
    """Empty the properties that the caller may not read. https://learn.microsoft.com/graph/permissions-overview"""
    if permissions & SHOWN_WITH[kind]:
        return item
    kept = BASIC_MEMBERS if kind == "user" and BASIC in permissions else frozenset()
    is_shown: Callable[[str], bool] = (kept | {"id"}).__contains__
    return {
        name: value if is_shown(name) else [] if isinstance(value, list) else None
        for name, value in item.items()
    }
