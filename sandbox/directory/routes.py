"""/me, /users and /organization."""

from typing import Any

import orjson
from flask import Blueprint, Response

from sandbox import odata
from sandbox.access import caller_user, needs, user_named
from sandbox.database import Row, current_state
from sandbox.directory import store

bp = Blueprint("directory", __name__, url_prefix="/v1.0")

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
@needs(delegated=("User.Read", "User.Read.All", "User.ReadWrite"))
def me() -> Response:
    return _one(caller_user())


@bp.get("/users/<reference>")
@needs(delegated=("User.Read", "User.Read.All"), application=("User.Read.All",))
def user(reference: str) -> Response:
    return _one(user_named(reference))


def _one(row: Row) -> Response:
    odata.refuse_unknown_options({"$select"})
    names = odata.selected(resource(row), kind="user")
    return odata.entity(
        odata.project(resource(row), names or DEFAULT), context=f"users{odata.of(names)}/$entity"
    )


@bp.get("/users")
@needs(
    delegated=("User.Read.All", "User.ReadBasic.All"),
    application=("User.Read.All", "User.ReadBasic.All"),
)
def users() -> Response:
    odata.refuse_unknown_options({"$select", "$filter", "$top", "$count", "$skiptoken"})
    people = [resource(row) for row in store.people(current_state())]
    names = odata.selected(resource(store.people(current_state())[0]), kind="user")
    found = odata.filtered(people)
    return odata.page(
        [odata.project(person, names or DEFAULT) for person in found],
        context=f"users{odata.of(names)}",
        size=odata.top(default=100, most=999),
        mark="$skiptoken",
    )


@bp.get("/organization")
@needs(delegated=("User.Read", "Organization.Read.All"), application=("Organization.Read.All",))
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
