"""/groups, and the directory's contacts.

https://learn.microsoft.com/graph/api/group-list
"""

import uuid
from typing import Any

from flask import Blueprint, Response, g

from sandbox import odata, quirks
from sandbox.access import needs
from sandbox.database import current_state
from sandbox.errors import GraphError
from sandbox.groups import members, object_lists, resource, store
from sandbox.groups.object_lists import ObjectList

bp = Blueprint("groups", __name__, url_prefix="/v1.0")

GROUPS = ObjectList(
    "group",
    "groups",
    resource.MEMBERS,
    unfiltered=frozenset({"visibility", "resourceprovisioningoptions", "theme"}),
)
CONTACTS = ObjectList("orgContact", "contacts", members.SELECTABLE["orgContact"])
READ_CONTACTS = ("OrgContact.Read.All", "Directory.Read.All", "Directory.ReadWrite.All")


@bp.get("/groups")
@needs(delegated=members.GROUPS, application=members.GROUPS)
def groups() -> Response:
    return object_lists.answer(GROUPS, _groups())


@bp.get("/groups/$count")
@needs(delegated=members.GROUPS, application=members.GROUPS)
def number_of_groups() -> Response:
    return object_lists.number(GROUPS, _groups())


def _groups() -> list[odata.Item]:
    return [resource.listed(item) for item in store.groups(current_state())]


@bp.get("/groups/<reference>")
@needs(delegated=members.GROUPS, application=members.GROUPS)
def group(reference: str) -> Response:
    odata.refuse_unknown_options({"$select"})
    item = require_group(reference)
    names = odata.selected(resource.OF_ONE, kind="group")
    has_facts = g.caller.kind == "person" or not quirks.GROUP_FACTS_FOR_PEOPLE.is_on(
        current_state()
    )
    shown = odata.project(resource.alone(item, has_facts=has_facts), names or resource.MEMBERS)
    return odata.entity(shown, context=f"groups{odata.selection(names)}/$entity")


def require_group(reference: str) -> dict[str, Any]:
    """Find a group by its object id. No other reference names one."""
    try:
        identity = str(uuid.UUID(reference))
    except ValueError as error:
        raise GraphError(
            400, "Request_BadRequest", f"Invalid object identifier '{reference}'."
        ) from error
    item = store.group(current_state(), identity)
    if item is None:
        raise GraphError(
            404,
            "Request_ResourceNotFound",
            f"Resource '{reference}' does not exist or one of its queried reference-property"
            " objects are not present.",
        )
    return item


@bp.get("/contacts")
@needs(delegated=READ_CONTACTS, application=READ_CONTACTS)
def contacts() -> Response:
    """List the organization's contacts: people outside, shown in its address book."""
    return object_lists.answer(CONTACTS, store.objects(current_state(), "orgContact"))
