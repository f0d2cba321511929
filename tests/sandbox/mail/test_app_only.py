"""App-only access to any mailbox, with the required permission and without it."""

from typing import Any

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application
from tests.sandbox.messages import PRIYA, WITH_FILE, raw_message
from tests.support.sandbox_server import CLIENT_ID, Sandbox

KIM = "kim@northwind.example"
NOBODY = "noah@northwind.example"
MESSAGE = {"subject": "Hello", "toRecipients": [{"emailAddress": {"address": KIM}}]}
TO_KIM = {"message": MESSAGE}

# The path below the mailbox, the role it requires, the method and the body.
CALLS: tuple[tuple[str, str, str, Any], ...] = (
    ("mailFolders", "Mail.Read", "GET", None),
    ("mailFolders/inbox", "Mail.Read", "GET", None),
    ("mailFolders/inbox/childFolders", "Mail.Read", "GET", None),
    ("mailFolders/delta", "Mail.Read", "GET", None),
    ("mailFolders/inbox/messages", "Mail.Read", "GET", None),
    ("mailFolders/inbox/messages/delta", "Mail.Read", "GET", None),
    ("messages", "Mail.Read", "GET", None),
    ('messages?$search="portfolio"', "Mail.Read", "GET", None),
    ("messages?$filter=isRead eq false", "Mail.Read", "GET", None),
    ("messages/{id}", "Mail.Read", "GET", None),
    ("messages/{id}/$value", "Mail.Read", "GET", None),
    ("messages/{id}/attachments", "Mail.Read", "GET", None),
    ("messages/{id}", "Mail.ReadWrite", "PATCH", {"isRead": True}),
    ("messages/{id}/move", "Mail.ReadWrite", "POST", {"destinationId": "archive"}),
    ("messages/{id}/createReply", "Mail.ReadWrite", "POST", {}),
    ("messages", "Mail.ReadWrite", "POST", MESSAGE),
    ("messages/{id}/reply", "Mail.Send", "POST", {"comment": "Yes"}),
    ("sendMail", "Mail.Send", "POST", TO_KIM),
    ("mailboxSettings", "MailboxSettings.Read", "GET", None),
)


@pytest.fixture
def message_id(tenant: Sandbox) -> str:
    tenant.deliver(PRIYA, raw_message())
    return tenant.deliver(PRIYA, WITH_FILE)


@pytest.mark.parametrize(("path", "role", "method", "body"), CALLS)
def test_role_opens_every_mailbox(
    tenant: Sandbox, message_id: str, path: str, role: str, method: str, body: Any
) -> None:
    asked = f"/users/{tenant.oid(PRIYA)}/{path.format(id=message_id)}"

    answer = application(tenant, role).call(method, asked, json=body)

    assert answer.status_code in (200, 201, 202), answer.text


@pytest.mark.parametrize(("path", "role", "method", "body"), CALLS)
def test_other_roles_are_refused(
    tenant: Sandbox, message_id: str, path: str, role: str, method: str, body: Any
) -> None:
    others = {"User.Read.All", "Mail.Send", "Mail.Read", "MailboxSettings.Read"} - {role}
    caller = application(tenant, *others)

    answer = caller.call(method, f"/users/{PRIYA}/{path.format(id=message_id)}", json=body)

    assert error(answer) == (403, "ErrorAccessDenied")


@pytest.mark.parametrize(("path", "role", "method", "body"), CALLS)
def test_user_without_a_mailbox_is_refused(
    tenant: Sandbox, path: str, role: str, method: str, body: Any
) -> None:
    answer = application(tenant, role).call(
        method, f"/users/{NOBODY}/{path.format(id='none')}", json=body
    )

    assert error(answer) == (404, "MailboxNotEnabledForRESTAPI")


@pytest.mark.parametrize(("path", "role", "method", "body"), CALLS)
def test_application_has_no_me(
    tenant: Sandbox, message_id: str, path: str, role: str, method: str, body: Any
) -> None:
    answer = application(tenant, role).call(method, f"/me/{path.format(id=message_id)}", json=body)

    assert error(answer) == (400, "BadRequest")
    assert "delegated authentication flow" in answer.json()["error"]["message"]


def test_batch_checks_each_part(tenant: Sandbox, message_id: str) -> None:
    urls = (f"/users/{PRIYA}/messages/{message_id}", f"/users/{KIM}/mailFolders/inbox", "/users")
    parts = [
        {"id": str(number), "method": "GET", "url": url}
        for number, url in enumerate((*urls, "/me"))
    ]

    answer = application(tenant, "Mail.Read").call("POST", "/$batch", json={"requests": parts})

    assert [part["status"] for part in answer.json()["responses"]] == [200, 200, 403, 400]


def test_token_without_roles_opens_nothing(tenant: Sandbox) -> None:
    bare = application(tenant)

    assert error(bare.call("GET", "/users")) == (403, "Authorization_RequestDenied")
    assert error(bare.call("GET", f"/users/{PRIYA}/messages")) == (403, "ErrorAccessDenied")
    assert error(bare.call("GET", "/organization")) == (403, "Authorization_RequestDenied")


def test_unknown_person_is_not_found(tenant: Sandbox) -> None:
    answer = application(tenant, "Mail.Read").call("GET", "/users/none@northwind.example/messages")

    assert error(answer) == (404, "Request_ResourceNotFound")


def test_deleted_person_has_no_mailbox(tenant: Sandbox) -> None:
    tenant.control("PATCH", f"users/{KIM}", {"deleted": True})

    answer = application(tenant, "Mail.Read").call("GET", f"/users/{KIM}/messages")

    assert error(answer) == (404, "Request_ResourceNotFound")


def test_disabled_person_keeps_the_mailbox(tenant: Sandbox) -> None:
    dana = application(tenant, "Mail.Read").call("GET", "/users/dana@northwind.example/messages")

    assert dana.status_code == 200


def test_access_policy_of_exchange_keeps_applications_out(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("PATCH", f"users/{PRIYA}", {"fenced": True})

    answer = application(tenant, "Mail.Read").call("GET", f"/users/{PRIYA}/messages")

    assert error(answer) == (403, "ErrorAccessDenied")
    assert answer.json()["error"]["message"] == "Access to OData is disabled."
    assert priya.call("GET", "/me/messages").status_code == 200


def test_shared_mailbox_is_readable(tenant: Sandbox) -> None:
    tenant.deliver("jobs@northwind.example", raw_message())

    found = application(tenant, "Mail.Read").read("/users/jobs@northwind.example/messages")

    assert [one["subject"] for one in found["value"]] == ["Portfolio"]


def test_old_token_keeps_revoked_roles_until_it_expires(tenant: Sandbox) -> None:
    tenant.control("POST", "consent", {"roles": ["Mail.Read"]})
    caller = application(tenant, "Mail.Read")
    tenant.control("DELETE", f"consent/{CLIENT_ID}")

    assert caller.call("GET", f"/users/{PRIYA}/messages").status_code == 200
    tenant.control("PATCH", "tenant", {"clockOffset": 4201})
    assert error(caller.call("GET", f"/users/{PRIYA}/messages"))[0] == 401


@pytest.mark.parametrize(
    ("status", "code"), [(429, "TooManyRequests"), (503, "serviceNotAvailable")]
)
@pytest.mark.parametrize(
    "path",
    ["/users", "/users/delta", "/places/microsoft.graph.room", "/organization"],
)
def test_injected_faults_affect_the_directory(
    tenant: Sandbox, app: Caller, path: str, status: int, code: str
) -> None:
    fault = {"path": f"{path}$", "status": status, "retryAfter": 3, "times": 1}
    tenant.control("POST", "faults", fault)

    struck = app.call("GET", path)

    assert error(struck) == (status, code)
    assert struck.headers["Retry-After"] == "3"
    assert app.call("GET", path).status_code == 200
