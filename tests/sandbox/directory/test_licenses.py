"""Licenses of people: their plans, their states, and the mailbox that follows them."""

from typing import Any

import pytest
import requests

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller
from tests.support.sandbox_server import Sandbox

KIM = "kim@northwind.example"
STANDARD = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"
ENTERPRISE = "efb87545-963c-4e0d-99df-69c6916d9eb0"
KIOSK = "4a82b400-a79f-41a4-b4e2-e94f5787b113"
FOUNDATION = "113feb6c-3fe4-4440-bddc-54d774bf0318"


def exchange_plans(app: Caller) -> dict[str, str]:
    found = app.read(f"/users/{KIM}?$select=assignedPlans")["assignedPlans"]
    return {
        plan["servicePlanId"]: plan["capabilityStatus"]
        for plan in found
        if plan["service"] == "exchange"
    }


@pytest.mark.parametrize(
    ("licenses", "plans", "status"),
    [
        (["Business Basic"], {ENTERPRISE: "Deleted", STANDARD: "Enabled"}, 200),
        (["F3"], {ENTERPRISE: "Deleted", KIOSK: "Enabled", FOUNDATION: "Enabled"}, 200),
        (["Power BI"], {ENTERPRISE: "Deleted", FOUNDATION: "Enabled"}, 404),
        (["E3 without Exchange"], {ENTERPRISE: "Deleted"}, 404),
        ({"E3": "Warning"}, {ENTERPRISE: "Warning"}, 200),
        ({"E3": "Suspended"}, {ENTERPRISE: "Suspended"}, 404),
        ([], {ENTERPRISE: "Deleted"}, 404),
    ],
)
def test_mailbox_follows_the_licenses(
    tenant: Sandbox, app: Caller, licenses: Any, plans: dict[str, str], status: int
) -> None:
    tenant.control("PATCH", f"users/{KIM}", {"licenses": licenses})

    assert exchange_plans(app) == plans
    assert app.call("GET", f"/users/{KIM}/mailFolders/inbox").status_code == status


def test_license_taken_away_and_given_back_keeps_the_mailbox(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", f"users/{KIM}", {"licenses": ["Business Basic"]})
    inbox = app.read(f"/users/{KIM}/mailFolders/inbox")["id"]
    tenant.control("PATCH", f"users/{KIM}", {"licensed": False})
    closed = app.call("GET", f"/users/{KIM}/mailFolders/inbox")

    tenant.control("PATCH", f"users/{KIM}", {"licensed": True})

    assert error(closed) == (404, "MailboxNotEnabledForRESTAPI")
    assert exchange_plans(app)[STANDARD] == "Enabled"
    assert app.read(f"/users/{KIM}/mailFolders/inbox")["id"] == inbox


def test_disabled_plan_is_named_by_its_license(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", f"users/{KIM}", {"licenses": ["E3 without Exchange"]})

    found = app.read(f"/users/{KIM}?$select=assignedLicenses")

    assert found["assignedLicenses"] == [
        {"skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965", "disabledPlans": [ENTERPRISE]}
    ]


def test_new_person_has_the_licenses_asked_for(tenant: Sandbox) -> None:
    made = tenant.control(
        "POST", "users", {"userPrincipalName": "w@northwind.example", "licenses": ["Power BI"]}
    )

    assert (made["licenses"], made["hasMailbox"]) == ({"Power BI": "Enabled"}, False)


def test_change_of_licenses_is_in_the_next_delta(tenant: Sandbox, app: Caller) -> None:
    page = app.read("/users/delta?$select=displayName,assignedPlans")
    while "@odata.nextLink" in page:
        page = app.read(page["@odata.nextLink"])

    tenant.control("PATCH", f"users/{KIM}", {"licenses": ["F3"]})

    later = app.read(page["@odata.deltaLink"])["value"]
    assert [one["id"] for one in later] == [tenant.oid(KIM)]


@pytest.mark.parametrize("licenses", [["E9"], {"E3": "Gone"}, 3])
def test_unknown_license_is_refused(tenant: Sandbox, licenses: Any) -> None:
    with pytest.raises(requests.HTTPError) as refusal:
        tenant.control("PATCH", f"users/{KIM}", {"licenses": licenses})

    assert refusal.value.response.status_code == 400
