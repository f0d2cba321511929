"""/organization and /domains: the tenant's properties and its verified domains."""

from typing import Any

from flask import Blueprint, Response, g

from sandbox import odata, quirks
from sandbox.access import needs
from sandbox.database import State, current_state
from sandbox.directory import store
from sandbox.directory.licenses import EXCHANGE_PLAN
from sandbox.errors import GraphError

bp = Blueprint("organization", __name__, url_prefix="/v1.0")
MAIL = "Email, OfficeCommunicationsOnline"
OWN_PERMISSIONS = frozenset({"Organization.Read.All", "Directory.Read.All"})
BEGAN = "2020-01-01T00:00:00Z"
UNSET = (
    "deletedDateTime", "city", "country", "defaultUsageLocation",
    "isMultipleDataLocationsForServicesEnabled", "onPremisesLastSyncDateTime",
    "onPremisesSyncEnabled", "partnerTenantType", "postalCode", "state", "street",
    "privacyProfile",
)  # fmt: skip  # one to a line says no more


def domains(state: State) -> list[dict[str, Any]]:
    """List the tenant's first domain and those of the switch `domains`."""
    first = {"name": state.setting("domain"), "isVerified": True, "isDefault": True}
    more = [{"isVerified": True, "isDefault": False, **one} for one in state.setting("domains")]
    return [first, *more]


@bp.get("/organization")
@needs(
    delegated=("User.Read", "User.Read.All", "Organization.Read.All", "Directory.Read.All"),
    application=("Organization.Read.All", "User.Read.All", "Directory.Read.All"),
)
def organization() -> Response:
    _require_own_permission()
    odata.refuse_unknown_options({"$select", "$top"})
    tenant = _resource(current_state())
    names = odata.selected(tenant, kind="organization")
    return odata.page(
        [odata.project(tenant, names or tuple(tenant))],
        context=f"organization{odata.selection(names)}",
        size=odata.top(default=100, limit=999),
        mark="$skiptoken",
    )


@bp.get("/organization/<tenant>")
@needs(
    delegated=("User.Read", "User.Read.All", "Organization.Read.All", "Directory.Read.All"),
    application=("Organization.Read.All", "User.Read.All", "Directory.Read.All"),
)
def one_organization(tenant: str) -> Response:
    _require_own_permission()
    odata.refuse_unknown_options({"$select"})
    item = _resource(current_state())
    if tenant != item["id"]:
        raise GraphError(404, "Request_ResourceNotFound", f"Resource '{tenant}' does not exist.")
    names = odata.selected(item, kind="organization")
    return odata.entity(
        odata.project(item, names or tuple(item)),
        context=f"organization{odata.selection(names)}/$entity",
    )


def _require_own_permission() -> None:
    """Refuse an application that reads people only, as Microsoft does."""
    is_strict = quirks.ORGANIZATION_PERMISSION.is_on(current_state())
    if is_strict and g.caller.kind == "app" and not g.caller.permissions & OWN_PERMISSIONS:
        raise GraphError(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )


def _resource(state: State) -> dict[str, Any]:
    exchange = {"service": "exchange", "capabilityStatus": "Enabled"}
    return {
        "id": state.setting("id"),
        **dict.fromkeys(UNSET),
        "businessPhones": [],
        "countryLetterCode": "SE",
        "createdDateTime": BEGAN,
        "displayName": state.setting("displayName"),
        "marketingNotificationEmails": [],
        "onPremisesSyncStatus": [],
        "preferredLanguage": "en",
        "securityComplianceNotificationMails": [],
        "securityComplianceNotificationPhones": [],
        "technicalNotificationMails": [f"it@{state.setting('domain')}"],
        "tenantType": "AAD",
        "directorySizeQuota": {"used": store.number_of_people(state), "total": 300_000},
        "assignedPlans": [
            {"assignedDateTime": BEGAN, "servicePlanId": EXCHANGE_PLAN[1], **exchange},
        ],
        "provisionedPlans": [
            {"provisioningStatus": "Success", "service": "exchange", "capabilityStatus": "Enabled"}
        ],
        "verifiedDomains": [_verified(one) for one in domains(state) if one["isVerified"]],
    }


def _verified(domain: dict[str, Any]) -> dict[str, Any]:
    return {
        "capabilities": MAIL,
        "isDefault": domain["isDefault"],
        "isInitial": False,
        "name": domain["name"],
        "type": "Managed",
    }


@bp.get("/domains")
@needs(
    delegated=("Domain.Read.All", "Directory.Read.All"),
    application=("Domain.Read.All", "Directory.Read.All"),
)
def list_domains() -> Response:
    """List all domains, also those not yet verified."""
    odata.refuse_unknown_options({"$select"})
    items = [_domain(one) for one in domains(current_state())]
    names = odata.selected(items[0], kind="domain")
    return odata.page(
        [odata.project(item, names or tuple(item)) for item in items],
        context=f"domains{odata.selection(names)}",
        size=100,
        mark="$skiptoken",
    )


def _domain(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one["name"],
        "authenticationType": "Managed",
        "availabilityStatus": None,
        "isAdminManaged": True,
        "isDefault": one["isDefault"],
        "isInitial": False,
        "isRoot": True,
        "isVerified": one["isVerified"],
        "supportedServices": MAIL.split(", ") if one["isVerified"] else [],
        "passwordValidityPeriodInDays": 2147483647,
        "passwordNotificationWindowInDays": 14,
        "manufacturer": None,
        "model": None,
        "state": None,
    }
