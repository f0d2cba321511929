"""/me, /users and /organization."""

import re
from typing import Any

import orjson
from flask import Blueprint, Response, g, request

from sandbox import odata
from sandbox.access import caller_user, needs, user_named
from sandbox.database import Row, current_state
from sandbox.directory import store
from sandbox.errors import GraphFault, not_built

bp = Blueprint("directory", __name__, url_prefix="/v1.0")

EVERYBODYS_BASICS = (
    "User.ReadBasic.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)
DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)


def resource(row: Row) -> dict[str, Any]:
    """Everything that can be selected of a person."""
    return {
        "id": row["id"],
        "businessPhones": [],
        "displayName": row["display_name"],
        "givenName": row["given_name"],
        "jobTitle": row["job_title"],
        "mail": row["mail"],
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": row["surname"],
        "userPrincipalName": row["upn"],
        "accountEnabled": bool(row["account_enabled"]),
        "proxyAddresses": orjson.loads(row["proxy_addresses"]),
        "otherMails": [],
        "userType": row["user_type"],
        "department": None,
        "companyName": None,
        "assignedLicenses": [],
        "createdDateTime": row["created_at"],
        "creationType": "Invitation" if row["user_type"] == "Guest" else None,
        "externalUserState": "Accepted" if row["user_type"] == "Guest" else None,
        "mailNickname": row["upn"].partition("@")[0],
        "usageLocation": None,
    }


@bp.get("/me")
@needs(delegated=("User.Read", "User.ReadWrite", *EVERYBODYS_BASICS))
def me() -> Response:
    return _one(caller_user())


@bp.get("/users/<reference>")
@needs(delegated=("User.Read", "User.ReadWrite", *EVERYBODYS_BASICS), application=EVERYBODYS_BASICS)
def user(reference: str) -> Response:
    if reference in ("delta", "$count"):
        raise not_built(request.path)
    row = user_named(reference)
    if g.caller.oid != row["id"] and not g.caller.permissions & {*EVERYBODYS_BASICS}:
        raise GraphFault(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    return _one(row)


def _one(row: Row) -> Response:
    odata.refuse_unknown_options({"$select"})
    names = odata.selected(resource(row), kind="user")
    return odata.entity(
        odata.project(resource(row), names or DEFAULT), context=f"users{odata.of(names)}/$entity"
    )


@bp.get("/users")
@needs(delegated=EVERYBODYS_BASICS, application=EVERYBODYS_BASICS)
def users() -> Response:
    odata.refuse_unknown_options({"$select", "$filter", "$top", "$count", "$skiptoken"})
    _check_filter(odata.option("$filter") or "")
    people = [resource(row) for row in store.people(current_state())]
    names = odata.selected(resource(store.people(current_state())[0]), kind="user")
    found = odata.filtered(people)
    return odata.page(
        [odata.project(person, names or DEFAULT) for person in found],
        context=f"users{odata.of(names)}",
        size=odata.top(default=100, most=999),
        mark="$skiptoken",
    )


def _check_filter(text: str) -> None:
    """What is not built is said to be so; what needs the slow index is refused without it."""
    words = re.sub(r"'(?:[^']|'')*'", "''", text).lower()
    if re.search(r"/(any|all)\s*\(|\$count|\bin\b|\bcontains\s*\(", words):
        raise not_built(f"{request.path} with this $filter")
    is_advanced = re.search(r"\bne\b|\bnot\b|\bendswith\s*\(", words)
    if is_advanced and not (_is_eventual() and (odata.option("$count") or "").lower() == "true"):
        raise GraphFault(
            400,
            "Request_UnsupportedQuery",
            "Operator or function is only supported with the header 'ConsistencyLevel: eventual'"
            " and the query parameter '$count=true'.",
        )


def _is_eventual() -> bool:
    return request.headers.get("ConsistencyLevel", "").lower() == "eventual"


@bp.get("/organization")
@needs(
    delegated=("User.Read", "User.Read.All", "Organization.Read.All", "Directory.Read.All"),
    application=("Organization.Read.All", "User.Read.All", "Directory.Read.All"),
)
def organization() -> Response:
    odata.refuse_unknown_options({"$select"})
    state = current_state()
    domain = state.setting("domain")
    tenant = {
        "id": state.setting("id"),
        "displayName": state.setting("displayName"),
        "tenantType": "AAD",
        "countryLetterCode": None,
        "createdDateTime": "2020-01-01T00:00:00Z",
        "verifiedDomains": [
            {
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": True,
                "isInitial": False,
                "name": domain,
                "type": "Managed",
            }
        ],
    }
    names = odata.selected(tenant, kind="organization")
    return odata.page(
        [odata.project(tenant, names or tuple(tenant))],
        context=f"organization{odata.of(names)}",
        size=100,
        mark="$skiptoken",
    )
