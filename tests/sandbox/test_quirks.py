"""Quirks: what the tenant does while each is on, as Microsoft was seen to do it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox import quirks
from sandbox.entra import tokens
from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application
from tests.sandbox.messages import PRIYA
from tests.support.needs import ROOT
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID, Sandbox

NO_ACCESS = "Access is denied. Check credentials and try again."


def turn_on(tenant: Sandbox, *which: quirks.Quirk) -> None:
    tenant.control("POST", "quirks", {quirk.name: True for quirk in which})


def app_token(tenant: Sandbox) -> dict[str, Any]:
    answer = requests.post(
        f"{tenant.url}/{TENANT_ID}/oauth2/v2.0/token",
        data={
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": "sandbox-secret-value",
            "scope": "https://graph.microsoft.com/.default",
        },
        timeout=30,
    )
    return tokens.read_access_token(tenant.state, answer.json()["access_token"])


def test_quirks_are_off_in_a_new_tenant_and_after_a_reset(tenant: Sandbox) -> None:
    tenant.control("POST", "quirks", {"all": True, "repeats": False})
    on = tenant.control("GET", "quirks")["value"]

    tenant.control("POST", "reset")

    assert [one["name"] for one in on if not one["isOn"]] == ["repeats"]
    assert not any(one["isOn"] for one in tenant.control("GET", "quirks")["value"])


def test_unknown_quirk_is_refused(tenant: Sandbox) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        tenant.control("POST", "quirks", {"nonsense": True})


def test_every_quirk_is_documented() -> None:
    text = Path(ROOT / "docs/practice-tenant.md").read_text()

    missing = [q.name for q in quirks.QUIRKS if f"| `{q.name}` | {q.effect} |" not in text]

    assert missing == []


def test_principal_name_is_no_address(tenant: Sandbox, app: Caller) -> None:
    turn_on(tenant, quirks.PRINCIPAL_NAMES)

    names = [app.call("GET", f"/users/{name}").status_code for name in (PRIYA, f"id-{PRIYA}")]
    found = app.read(f"/users/{tenant.oid(PRIYA)}")

    assert names == [404, 200]
    assert (found["userPrincipalName"], found["mail"]) == (f"id-{PRIYA}", PRIYA)


def test_delta_shows_the_principal_name(tenant: Sandbox, app: Caller) -> None:
    turn_on(tenant, quirks.PRINCIPAL_NAMES)

    page = app.read("/users/delta?$select=mail,userPrincipalName")

    names = {one["userPrincipalName"] for one in page["value"]}
    assert f"id-{PRIYA}" in names
    assert PRIYA not in names


def test_plan_of_exchange_may_bring_no_mailbox(tenant: Sandbox, app: Caller) -> None:
    turn_on(tenant, quirks.SEVERAL_LICENSES)
    path = "/users/noah@northwind.example"

    found = app.read(f"{path}?$select=assignedLicenses,assignedPlans")

    assert len(found["assignedLicenses"]) == 1
    assert {one["service"] for one in found["assignedPlans"]} == {"exchange"}
    assert error(app.call("GET", f"{path}/messages")) == (404, "MailboxNotEnabledForRESTAPI")


def test_mailbox_on_premises_answers_two_codes_in_turn(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", f"users/{PRIYA}", {"onPremises": True})

    codes = {error(app.call("GET", f"/users/{PRIYA}/messages")) for _ in range(2)}

    assert codes == {(404, "MailboxNotEnabledForRESTAPI"), (404, "ResourceNotFound")}


def test_organization_needs_a_permission_of_its_own(tenant: Sandbox) -> None:
    people = application(tenant, "User.Read.All")
    before = people.call("GET", "/organization").status_code

    turn_on(tenant, quirks.ORGANIZATION_PERMISSION)

    assert before == 200
    assert error(people.call("GET", "/organization")) == (403, "Authorization_RequestDenied")
    allowed = application(tenant, "Organization.Read.All")
    assert allowed.call("GET", "/organization").status_code == 200


def test_fence_of_exchange_puts_no_role_into_the_token(tenant: Sandbox) -> None:
    tenant.control("POST", "consent", {"roles": ["User.Read.All", "Mail.Read"], "scopes": []})
    tenant.control("PATCH", "users/kim@northwind.example", {"fenced": True})
    turn_on(tenant, quirks.RBAC_SCOPE)
    roles = app_token(tenant)["roles"]

    app = application(tenant, *roles)

    assert roles == ["User.Read.All"]
    assert app.call("GET", f"/users/{PRIYA}/messages").status_code == 200
    refusal = app.call("GET", "/users/kim@northwind.example/messages")
    assert (refusal.status_code, refusal.json()["error"]["message"]) == (403, NO_ACCESS)


def test_exchange_honors_a_grant_later(tenant: Sandbox) -> None:
    tenant.control("PATCH", "tenant", {"exchangeDelay": 3600})
    tenant.control("POST", "consent", {"roles": ["Mail.Read"], "scopes": []})
    app = application(tenant, *app_token(tenant)["roles"])
    early = error(app.call("GET", f"/users/{PRIYA}/messages"))

    tenant.control("PATCH", "tenant", {"exchangeDelay": 0})

    assert early == (403, "ErrorAccessDenied")
    assert app.call("GET", f"/users/{PRIYA}/messages").status_code == 200


def test_error_has_its_code_inside(tenant: Sandbox, priya: Caller) -> None:
    turn_on(tenant, quirks.WRAPPED_ERRORS)

    answer = priya.call("GET", "/me/messages/unknown")

    told = answer.json()["error"]
    assert (answer.status_code, told["code"]) == (404, "UnknownError")
    assert told["innerError"]["code"] == "ErrorItemNotFound"


def test_subscription_to_a_fenced_mailbox_is_refused_inside(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", f"users/{PRIYA}", {"fenced": True})
    turn_on(tenant, quirks.WRAPPED_ERRORS)
    wanted = {
        "changeType": "created",
        "notificationUrl": "https://localhost:1/notifications",
        "resource": f"users/{tenant.oid(PRIYA)}/messages",
        "expirationDateTime": (tenant.state.now() + timedelta(hours=1)).isoformat(),
    }

    answer = app.call("POST", "/subscriptions", json=wanted)

    assert error(answer) == (403, "ExtensionError")
    inner = "[Status Code: Forbidden; Reason: Access to OData is disabled.]"
    assert answer.json()["error"]["message"] == f"Operation: Create; Exception: {inner}"
