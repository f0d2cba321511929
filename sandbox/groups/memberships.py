"""Groups of a person: memberOf, transitiveMemberOf, ownedObjects and checkMemberGroups.

https://learn.microsoft.com/graph/api/user-list-memberof
"""

from flask import Blueprint, Response, g

from sandbox import odata
from sandbox.access import caller_user, needs, require_user
from sandbox.database import Row, current_state
from sandbox.errors import GraphError
from sandbox.groups import members, object_lists, store
from sandbox.groups.member_routes import DIRECTORY_OBJECTS, OF_TYPE
from sandbox.mailbox_paths import below_mailbox

bp = Blueprint("group_memberships", __name__, url_prefix="/v1.0")
PROFILES = ("User.Read.All", "User.ReadWrite.All")
# A person's own groups: with User.Read they come with their ids alone.
READ = ("User.Read", *PROFILES, *members.GROUPS)
READ_APP = (*PROFILES, *members.GROUPS)
MOST_CHECKED = 20
WHICH = "<any(memberOf, transitiveMemberOf, ownedObjects):which>"


@below_mailbox(bp, WHICH)
@needs(delegated=READ, application=READ_APP)
def of_all_types(user: str | None, which: str) -> Response:
    found = [
        {"@odata.type": f"#microsoft.graph.{kind}", **item} for kind, item in _found(user, which)
    ]
    return object_lists.answer(DIRECTORY_OBJECTS, found)


@below_mailbox(bp, f"{WHICH}/group")
@needs(delegated=READ, application=READ_APP)
def of_groups(user: str | None, which: str) -> Response:
    found = [item for kind, item in _found(user, which) if kind == "group"]
    return object_lists.answer(OF_TYPE["group"], found)


def _found(user: str | None, which: str) -> members.Objects:
    state, person = current_state(), _person(user)
    if which == "ownedObjects":
        ids = store.owned(state, person["id"])
    else:
        ids = store.groups_of(state, person["id"], is_transitive=which == "transitiveMemberOf")
    return members.objects(state, ids, g.caller.permissions)


def _person(user: str | None) -> Row:
    """Find the person. Another's groups need more than User.Read."""
    row = caller_user() if user is None else require_user(user)
    is_another = g.caller.kind == "person" and row["id"] != g.caller.oid
    if is_another and not set(READ_APP) & g.caller.permissions:
        raise GraphError(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    return row


@below_mailbox(bp, "checkMemberGroups", methods=("POST",))
@needs(delegated=READ, application=READ_APP)
def check_member_groups(user: str | None) -> Response:
    """Name those of the asked groups that a person is in, also by other groups. Owners are not."""
    person, asked = _person(user), odata.json_body().get("groupIds")
    if not isinstance(asked, list) or not asked or len(asked) > MOST_CHECKED:
        raise GraphError(
            400, "Request_BadRequest", f"groupIds must hold from 1 to {MOST_CHECKED} ids."
        )
    known = set(store.groups_of(current_state(), person["id"], is_transitive=True))
    found = [one for one in asked if str(one).lower() in known]
    context = odata.context_address("Collection(Edm.String)")
    return odata.answer({"@odata.context": context, "value": found})
