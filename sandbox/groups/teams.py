"""/groups/{id}/team: the team of a group, if it has one.

https://learn.microsoft.com/graph/api/team-get
"""

from flask import Blueprint, Response

from sandbox import odata
from sandbox.access import needs
from sandbox.database import current_state
from sandbox.errors import GraphError
from sandbox.groups import resource
from sandbox.groups.routes import require_group

bp = Blueprint("teams", __name__, url_prefix="/v1.0")
READ = ("Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")


@bp.get("/groups/<reference>/team")
@needs(delegated=READ, application=READ)
def team(reference: str) -> Response:
    odata.refuse_unknown_options({"$select"})
    group = require_group(reference)
    if not resource.has_team(group):
        raise GraphError(404, "NotFound", f"No team found with Group Id {group['id']}")
    item = {
        "id": group["id"],
        "createdDateTime": group["createdDateTime"],
        "displayName": group["displayName"],
        "description": group["description"],
        "internalId": f"19:{group['id'].replace('-', '')}@thread.tacv2",
        "classification": group["classification"],
        "specialization": "none",
        "visibility": str(group["visibility"] or "public").lower(),
        "webUrl": f"https://teams.microsoft.com/l/team/{group['id']}",
        "isArchived": False,
        "tenantId": current_state().setting("id"),
    }
    names = odata.selected(item, kind="team")
    context = f"teams{odata.selection(names)}/$entity"
    return odata.entity(odata.project(item, names or tuple(item)), context=context)
