"""Control: faults, the request log, people and switches."""

import time

import pytest
import requests

from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, raw_message
from tests.sandbox.sign_in import redeem
from tests.support.sandbox_server import TENANT_ID, Sandbox


def calls(tenant: Sandbox) -> list[tuple[str, str, str, int]]:
    return [
        (one["method"], one["path"], one["who"], one["status"])
        for one in tenant.control("GET", "requests")["value"]
    ]


def test_fault_is_injected_the_given_number_of_times(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "faults", {"path": "/me$", "status": 503, "times": 2})

    seen = [priya.call("GET", "/me").status_code for _ in range(3)]

    assert seen == [503, 503, 200]


def test_fault_affects_its_path_and_method_only(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "faults", {"path": "/sendMail", "method": "post", "status": 500})

    assert priya.call("GET", "/me").status_code == 200


def test_throttling_has_retry_after(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "faults", {"path": "/me$", "status": 429, "retryAfter": 7})

    answer = priya.call("GET", "/me")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert answer.json()["error"]["code"] == "TooManyRequests"


def test_injected_body_is_sent_unchanged(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "faults", {"path": "/me$", "status": 200, "body": '{"value": ['})

    assert priya.call("GET", "/me").text == '{"value": ['


def test_delayed_answer_is_complete(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "faults", {"path": "/me$", "delayMs": 300})
    started = time.monotonic()

    found = priya.read("/me")

    assert time.monotonic() - started >= 0.3
    assert found["mail"] == PRIYA


def test_fault_of_entra_has_the_format_of_entra(tenant: Sandbox) -> None:
    tenant.control("POST", "faults", {"path": "/oauth2/v2.0/token", "status": 503})

    answer = redeem(tenant, grant_type="client_credentials")

    assert answer.status_code == 503
    assert answer.json()["error"] == "temporarily_unavailable"


def test_cleared_faults_end(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "faults", {"path": "/me$", "status": 500})

    tenant.control("DELETE", "faults")

    assert priya.call("GET", "/me").status_code == 200


@pytest.mark.parametrize(
    "plan", [{"path": "("}, {"pth": "/me"}, {"path": "/me", "status": "500"}, {"path": None}]
)
def test_mistyped_fault_is_refused(tenant: Sandbox, plan: dict[str, object]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        tenant.control("POST", "faults", plan)


def test_request_log_names_the_token_owner(tenant: Sandbox, priya: Caller, app: Caller) -> None:
    priya.call("GET", "/me")
    app.call("GET", "/me")
    Caller(tenant, "nonsense").call("GET", "/me")
    redeem(tenant, grant_type="password")

    assert calls(tenant) == [
        ("GET", "/v1.0/me", PRIYA, 200),
        ("GET", "/v1.0/me", "app", 400),
        ("GET", "/v1.0/me", "invalid token", 401),
        ("POST", f"/{TENANT_ID}/oauth2/v2.0/token", "", 400),
    ]


def test_request_log_has_the_parts_of_a_batch(tenant: Sandbox, priya: Caller) -> None:
    parts = [{"id": str(n), "method": "GET", "url": "/me"} for n in range(2)]

    priya.call("POST", "/$batch", json={"requests": parts})

    made = tenant.control("GET", "requests")["value"]
    assert [(one["path"], one["is_batch_part"]) for one in made] == [
        ("/v1.0/me", 1),
        ("/v1.0/me", 1),
        ("/v1.0/$batch", 0),
    ]


def test_request_log_has_requests_with_faults(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "faults", {"path": "/me$", "status": 503})

    priya.call("GET", "/me?$select=id")
    tenant.control("DELETE", "requests")
    tenant.control("POST", "faults", {"path": "select", "status": 500})
    priya.call("GET", "/users?$select=id")

    assert calls(tenant) == [("GET", "/v1.0/users", PRIYA, 500)]


def test_changed_primary_address_updates_the_list(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", f"users/{PRIYA}", {"mail": "talent@northwind.example"})

    found = app.read(f"/users/{PRIYA}?$select=mail,proxyAddresses")

    assert found["mail"] == "talent@northwind.example"
    assert found["proxyAddresses"] == [
        "SMTP:talent@northwind.example",
        "smtp:priya@northwind.example",
        "smtp:p.kaur@northwind.example",
    ]


def test_changed_list_updates_the_primary_address(tenant: Sandbox, app: Caller) -> None:
    proxies = ["SMTP:kaur@northwind.example", "x500:/o=Northwind"]

    tenant.control("PATCH", f"users/{PRIYA}", {"proxyAddresses": proxies})

    found = app.read(f"/users/{PRIYA}?$select=mail,proxyAddresses")
    assert (found["mail"], found["proxyAddresses"]) == ("kaur@northwind.example", proxies)


def test_mailbox_can_be_removed(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("PATCH", f"users/{PRIYA}", {"hasMailbox": False})

    answer = priya.call("GET", "/me/messages")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "MailboxNotEnabledForRESTAPI"


def test_deleted_person_can_be_restored(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", f"users/{PRIYA}", {"deleted": True})
    gone = app.call("GET", f"/users/{PRIYA}").status_code

    tenant.control("PATCH", f"users/{PRIYA}", {"deleted": False})

    assert gone == 404
    assert app.call("GET", f"/users/{PRIYA}").status_code == 200


def test_added_person_has_a_mailbox(tenant: Sandbox, app: Caller) -> None:
    upn = "nadia@northwind.example"
    tenant.control("POST", "users", {"userPrincipalName": upn, "displayName": "Nadia Rahman"})

    tenant.deliver(upn, raw_message())

    found = app.read(f"/users/{upn}/messages")
    assert len(found["value"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "users", {"displayName": "Nobody"}, 400),
        ("POST", "users", {"userPrincipalName": PRIYA}, 400),
        ("PATCH", f"users/{PRIYA}", {"shoeSize": 43}, 400),
        ("PATCH", "users/nobody@northwind.example", {"displayName": "X"}, 404),
        ("PATCH", "tenant", {"id": "another"}, 400),
        ("PATCH", "tenant", {"sendFromAlais": False}, 400),
        ("POST", "revoke/nobody@northwind.example", None, 404),
    ],
)
def test_invalid_control_request_is_refused(
    tenant: Sandbox, method: str, path: str, body: object, status: int
) -> None:
    with pytest.raises(requests.HTTPError, match=str(status)):
        tenant.control(method, path, body)


def test_state_lists_tenant_applications_and_users(tenant: Sandbox) -> None:
    found = tenant.control("GET", "state")

    assert found["tenant"]["id"] == TENANT_ID
    assert [one["displayName"] for one in found["applications"]] == ["Portal"]
    assert {one["userPrincipalName"] for one in found["users"]} >= {PRIYA}


def test_reset_restores_the_initial_state(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message())
    tenant.control("PATCH", "tenant", {"sendFromAlias": False, "tokenLifetime": 60})
    tenant.control("PATCH", f"users/{PRIYA}", {"displayName": "Somebody"})
    tenant.control("POST", "faults", {"path": "/me", "status": 500})

    tenant.control("POST", "reset")

    assert tenant.control("GET", "state")["tenant"]["tokenLifetime"] == 4200
    assert priya.read("/me")["displayName"] == "Priya Kaur"
    assert priya.read("/me/messages")["value"] == []
