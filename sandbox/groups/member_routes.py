"""/groups/{id}/members, /transitiveMembers and /owners, whole or of one type.

https://learn.microsoft.com/graph/api/group-list-transitivemembers
"""

from flask import Blueprint, Response, g

from sandbox import odata
from sandbox.access import needs
from sandbox.database import current_state
from sandbox.errors import GraphError
from sandbox.groups import members, object_lists
from sandbox.groups.object_lists import ObjectList
from sandbox.groups.routes import require_group

bp = Blueprint("group_members", __name__, url_prefix="/v1.0")

DIRECTORY_OBJECTS = ObjectList(
    "directoryObject", "directoryObjects", members.ALL_SELECTABLE, filters_need_index=True
)
LISTS = {"user": "users", "group": "groups", "orgContact": "contacts", "device": "devices"}
OF_TYPE = {
    kind: ObjectList(kind, context, members.SELECTABLE[kind], filters_need_index=True)
    for kind, context in LISTS.items()
}


@bp.get("/groups/<reference>/<any(members, transitiveMembers, owners):which>")
@needs(delegated=members.GROUPS, application=members.GROUPS)
def all_members(reference: str, which: str) -> Response:
    return object_lists.answer(DIRECTORY_OBJECTS, _all(reference, which))


@bp.get("/groups/<reference>/<any(members, transitiveMembers, owners):which>/$count")
@needs(delegated=members.GROUPS, application=members.GROUPS)
def number_of_members(reference: str, which: str) -> Response:
    return object_lists.number(DIRECTORY_OBJECTS, _all(reference, which))


@bp.get("/groups/<reference>/<any(members, transitiveMembers, owners):which>/<kind>")
@needs(delegated=members.GROUPS, application=members.GROUPS)
def members_of_type(reference: str, which: str, kind: str) -> Response:
    return object_lists.answer(_object_list(kind), _of_type(reference, which, kind))


@bp.get("/groups/<reference>/<any(members, transitiveMembers, owners):which>/<kind>/$count")
@needs(delegated=members.GROUPS, application=members.GROUPS)
def number_of_type(reference: str, which: str, kind: str) -> Response:
    return object_lists.number(_object_list(kind), _of_type(reference, which, kind))


def _object_list(kind: str) -> ObjectList:
    if kind not in OF_TYPE:
        raise GraphError(
            400, "Request_UnsupportedQuery", f"A group's members cannot be cast to '{kind}'."
        )
    return OF_TYPE[kind]


def _all(reference: str, which: str) -> list[odata.Item]:
    return [
        {"@odata.type": f"#microsoft.graph.{kind}", **_shown(kind, item)}
        for kind, item in _found(reference, which)
    ]


def _of_type(reference: str, which: str, kind: str) -> list[odata.Item]:
    """List members of one type, without naming it: the address does."""
    return [_shown(kind, item) for found, item in _found(reference, which) if found == kind]


def _found(reference: str, which: str) -> members.Objects:
    state, group = current_state(), require_group(reference)
    if which == "owners":
        return members.owners(state, group, permissions=g.caller.permissions)
    return members.of_group(
        state,
        group,
        permissions=g.caller.permissions,
        is_transitive=which == "transitiveMembers",
    )


def _shown(kind: str, item: odata.Item) -> odata.Item:
    """Keep what comes without $select, or everything that it may name."""
    if odata.option("$select") or odata.option("$filter"):
        return item
    return odata.project(item, members.DEFAULT[kind])
