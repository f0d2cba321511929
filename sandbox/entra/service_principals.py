"""/servicePrincipals and /oauth2PermissionGrants: the permissions of applications.

https://learn.microsoft.com/graph/api/resources/serviceprincipal
"""

import uuid
from typing import Any

from flask import Blueprint, Response

from sandbox import odata
from sandbox.access import needs
from sandbox.database import Row, State, current_state
from sandbox.entra import applications, permission_ids, permissions, store
from sandbox.entra.tokens import GRAPH_APP_ID
from sandbox.errors import GraphError

bp = Blueprint("service_principals", __name__, url_prefix="/v1.0")
READ = ("Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All")
READ_GRANTS = ("Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All")
GRAPH_ID = str(uuid.uuid5(uuid.NAMESPACE_DNS, GRAPH_APP_ID))
LIST_OPTIONS = {"$select", "$filter", "$top", "$skip", "$count"}


@bp.get("/servicePrincipals")
@needs(delegated=READ, application=READ)
def listed() -> Response:
    state = current_state()
    found = (
        applications.principal_of(state, row["client_id"])
        for row in applications.applications(state)
    )
    items = [_graph(), *(_resource(state, row) for row in found if row)]
    return _page(items, "servicePrincipals", "servicePrincipal", takes_lists=True)


@bp.get("/servicePrincipals/<reference>")
@needs(delegated=READ, application=READ)
def one(reference: str) -> Response:
    """Read one by object id, or by `(appId='...')`."""
    odata.refuse_unknown_options({"$select"})
    item = _item(current_state(), reference)
    names = odata.selected(item, kind="servicePrincipal")
    context = f"servicePrincipals{odata.selection(names)}/$entity"
    return odata.entity(odata.project(item, names or tuple(item)), context=context)


@bp.get("/servicePrincipals/<reference>/appRoleAssignments")
@needs(delegated=READ, application=READ)
def assignments(reference: str) -> Response:
    """List the granted application permissions."""
    state = current_state()
    principal = _item(state, reference)
    items = [
        {
            "id": row["id"],
            "deletedDateTime": None,
            "appRoleId": permission_ids.ROLES[row["role"]][0],
            "createdDateTime": row["granted_at"],
            "principalDisplayName": principal["displayName"],
            "principalId": principal["id"],
            "principalType": "ServicePrincipal",
            "resourceDisplayName": "Microsoft Graph",
            "resourceId": GRAPH_ID,
        }
        for row in applications.role_grants(state, principal["appId"])
        if row["role"] in permission_ids.ROLES
    ]
    return _page(items, "appRoleAssignments", "appRoleAssignment")


@bp.get("/servicePrincipals/<reference>/oauth2PermissionGrants")
@needs(delegated=READ_GRANTS, application=READ_GRANTS)
def grants_of_one(reference: str) -> Response:
    state = current_state()
    return _grant_page(_grants(state, _item(state, reference)))


@bp.get("/oauth2PermissionGrants")
@needs(delegated=READ_GRANTS, application=READ_GRANTS)
def grants() -> Response:
    """List delegated grants: one for everyone, and one for each person."""
    state = current_state()
    rows = state.rows("select * from service_principals order by created_at, id")
    return _grant_page([grant for row in rows for grant in _grants(state, _resource(state, row))])


def _grants(state: State, principal: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "clientId": principal["id"],
            "consentType": "AllPrincipals" if oid == store.EVERYONE else "Principal",
            "id": uuid.uuid5(uuid.UUID(principal["id"]), oid).hex,
            "principalId": None if oid == store.EVERYONE else oid,
            "resourceId": GRAPH_ID,
            "scope": " ".join(scopes),
        }
        for oid, scopes in store.consents(state, principal["appId"]).items()
    ]


def _grant_page(items: list[dict[str, Any]]) -> Response:
    return _page(items, "oauth2PermissionGrants", "oAuth2PermissionGrant")


def _page(
    items: list[dict[str, Any]], context: str, kind: str, *, takes_lists: bool = False
) -> Response:
    odata.refuse_unknown_options(LIST_OPTIONS)
    names = odata.selected(items[0], kind=kind) if items else None
    found = odata.filtered(items, takes_lists=takes_lists)
    return odata.page(
        [odata.project(item, names or tuple(item)) for item in found],
        context=context + odata.selection(names),
        size=odata.top(default=100, limit=999),
        mark="$skip",
    )


def _item(state: State, reference: str) -> dict[str, Any]:
    client_id = reference.removeprefix("appId=")
    if reference in (GRAPH_ID, f"appId={GRAPH_APP_ID}"):
        return _graph()
    row = state.row(
        "select * from service_principals where id = ? or client_id = ?",
        (reference, client_id if client_id != reference else ""),
    )
    if row is None:
        raise GraphError(
            404,
            "Request_ResourceNotFound",
            f"Resource '{client_id}' does not exist or one of its queried reference-property"
            " objects are not present.",
        )
    return _resource(state, row)


def _resource(state: State, row: Row) -> dict[str, Any]:
    application = applications.application(state, row["client_id"]) or {}
    return {
        **_blank(),
        "id": row["id"],
        "accountEnabled": bool(row["is_enabled"]),
        "appDisplayName": application.get("display_name"),
        "appId": row["client_id"],
        "appOwnerOrganizationId": state.setting("id"),
        "createdDateTime": row["created_at"],
        "displayName": application.get("display_name"),
        "replyUrls": application.get("redirect_uris", []),
        "servicePrincipalNames": [row["client_id"]],
        "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
    }


def _graph() -> dict[str, Any]:
    """Build Graph's own service principal, which maps the ids of permissions to names."""
    return {
        **_blank(),
        "id": GRAPH_ID,
        "accountEnabled": True,
        "appDisplayName": "Microsoft Graph",
        "appId": GRAPH_APP_ID,
        "appOwnerOrganizationId": "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
        "createdDateTime": "2020-01-01T00:00:00Z",
        "displayName": "Microsoft Graph",
        "servicePrincipalNames": [GRAPH_APP_ID, "https://graph.microsoft.com"],
        "signInAudience": "AzureADMultipleOrgs",
        "appRoles": [_role(name, *facts) for name, facts in permission_ids.ROLES.items()],
        "oauth2PermissionScopes": [
            _scope(name, known) for name, known in permission_ids.SCOPES.items()
        ],
    }


def _role(name: str, identity: str, words: str) -> dict[str, Any]:
    return {
        "allowedMemberTypes": ["Application"],
        "description": words,
        "displayName": words,
        "id": identity,
        "isEnabled": True,
        "origin": "Application",
        "value": name,
    }


def _scope(name: str, identity: str) -> dict[str, Any]:
    title, sentence = permissions.EXPLAINED.get(name, (name, name))
    return {
        "adminConsentDescription": sentence,
        "adminConsentDisplayName": title,
        "id": identity,
        "isEnabled": True,
        "type": "Admin" if name in permissions.ADMIN_ONLY else "User",
        "userConsentDescription": sentence,
        "userConsentDisplayName": title,
        "value": name,
    }


def _blank() -> dict[str, Any]:
    """Build the unset members of a plain service principal."""
    unset = (
        "deletedDateTime", "appDescription", "applicationTemplateId", "createdByAppId",
        "description", "disabledByMicrosoftStatus", "homepage", "isDisabled", "loginUrl",
        "logoutUrl", "notes", "preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint",
        "tokenEncryptionKeyId", "samlSingleSignOnSettings",
    )  # fmt: skip  # one to a line says no more
    empty = (
        "alternativeNames", "notificationEmailAddresses", "replyUrls", "tags", "addIns",
        "appRoles", "keyCredentials", "oauth2PermissionScopes", "passwordCredentials",
        "resourceSpecificApplicationPermissions",
    )  # fmt: skip  # one to a line says no more
    pages = ("logoUrl", "marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl")
    return {
        **dict.fromkeys(unset),
        **{name: [] for name in empty},
        "appRoleAssignmentRequired": False,
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg",
        "info": dict.fromkeys(pages),
        "verifiedPublisher": dict.fromkeys(("displayName", "verifiedPublisherId", "addedDateTime")),
    }
