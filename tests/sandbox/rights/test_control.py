"""Control of rights, and of what a mailbox is for."""

import pytest
import requests

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application
from tests.sandbox.messages import PRIYA
from tests.sandbox.rights.conftest import JOBS, give
from tests.support.sandbox_server import Sandbox

NONE = {
    "fullAccess": [],
    "sendAs": [],
    "sendOnBehalf": [],
    "messageCopyForSentAsEnabled": False,
    "messageCopyForSendOnBehalfEnabled": False,
}


def refusal(tenant: Sandbox, method: str, path: str, body: object) -> int:
    with pytest.raises(requests.HTTPError) as refused:
        tenant.control(method, path, body)
    return refused.value.response.status_code


def test_rights_are_given_and_taken(tenant: Sandbox) -> None:
    path = f"mailboxes/{JOBS}/rights"
    before = tenant.control("GET", path)

    given = tenant.control(
        "PATCH",
        path,
        {"fullAccess": [PRIYA, "alex@northwind.example"], "messageCopyForSentAsEnabled": True},
    )
    taken = tenant.control("PATCH", path, {"fullAccess": [PRIYA]})

    people = [PRIYA, "alex@northwind.example"]
    assert before == NONE
    assert given == NONE | {"fullAccess": people, "messageCopyForSentAsEnabled": True}
    assert taken == NONE | {"fullAccess": [PRIYA], "messageCopyForSentAsEnabled": True}


@pytest.mark.parametrize(
    ("body", "status"), [({"owner": [PRIYA]}, 400), ({"sendAs": ["none@northwind.example"]}, 404)]
)
def test_unknown_right_or_person_is_refused(
    tenant: Sandbox, body: dict[str, list[str]], status: int
) -> None:
    assert refusal(tenant, "PATCH", f"mailboxes/{JOBS}/rights", body) == status
    assert tenant.control("GET", f"mailboxes/{JOBS}/rights") == NONE


def test_rights_end_with_the_person_and_with_the_tenant(tenant: Sandbox) -> None:
    give(tenant, "fullAccess")

    tenant.control("DELETE", f"users/{PRIYA}")
    tenant.control("POST", "users", {"userPrincipalName": PRIYA})

    assert tenant.control("GET", f"mailboxes/{JOBS}/rights") == NONE


def test_converted_mailbox_keeps_its_id_and_mail(
    tenant: Sandbox, member: Caller, app: Caller, message_id: str
) -> None:
    give(tenant, "fullAccess")
    path = f"/users/{tenant.oid(JOBS)}"

    closed = tenant.control("POST", f"mailboxes/{JOBS}/conversion", {"to": "user"})
    without = app.call("GET", f"{path}/messages")
    tenant.control("PATCH", f"users/{JOBS}", {"licenses": ["E3"]})
    purpose = app.read(f"{path}/mailboxSettings/userPurpose")["value"]
    kept = [one["subject"] for one in member.read(f"{path}/messages")["value"]]
    back = tenant.control("POST", f"mailboxes/{JOBS}/conversion", {"to": "shared"})
    tenant.control("PATCH", f"users/{JOBS}", {"licensed": False})

    assert closed == {"purpose": "user", "hasMailbox": False}
    assert error(without) == (404, "MailboxNotEnabledForRESTAPI")
    assert purpose == "user"
    assert sorted(kept) == ["Portfolio", "With a file"]
    assert back == {"purpose": "shared", "hasMailbox": True}
    assert app.read(f"{path}/mailboxSettings/userPurpose")["value"] == "shared"
    assert len(app.read(f"{path}/messages")["value"]) == 2


def test_closed_mailbox_and_other_purposes_are_not_converted(tenant: Sandbox) -> None:
    noah = "mailboxes/noah@northwind.example/conversion"

    assert refusal(tenant, "POST", noah, {"to": "shared"}) == 400
    assert refusal(tenant, "POST", f"mailboxes/{JOBS}/conversion", {"to": "room"}) == 400


def test_renamed_mailbox_answers_by_its_id_and_new_name(
    tenant: Sandbox, app: Caller, message_id: str
) -> None:
    identity, careers = tenant.oid(JOBS), "careers@northwind.example"
    tenant.control("PATCH", f"users/{JOBS}", {"userPrincipalName": careers, "mail": careers})

    by_id = app.read(f"/users/{identity}/messages")["value"]
    by_name = app.read(f"/users/{careers}/messages")["value"]
    old = app.call("GET", f"/users/{JOBS}/messages")

    assert len(by_id) == len(by_name) == 2
    assert error(old) == (404, "Request_ResourceNotFound")
    shown = app.read(f"/users/{identity}?$select=proxyAddresses")
    assert shown["proxyAddresses"] == [f"SMTP:{careers}", f"smtp:{JOBS}"]


def test_fence_and_deletion_close_a_shared_mailbox(
    tenant: Sandbox, member: Caller, message_id: str
) -> None:
    give(tenant, "fullAccess")
    path = f"/users/{tenant.oid(JOBS)}/messages"
    app = application(tenant, "Mail.Read")

    tenant.control("PATCH", f"users/{JOBS}", {"fenced": True})
    fenced, delegated = app.call("GET", path), member.call("GET", path)
    tenant.control("PATCH", f"users/{JOBS}", {"fenced": False, "deleted": True})
    deleted = app.call("GET", path)
    tenant.control("PATCH", f"users/{JOBS}", {"deleted": False})

    assert error(fenced) == (403, "ErrorAccessDenied")
    assert delegated.status_code == 200
    assert error(deleted) == (404, "Request_ResourceNotFound")
    assert len(member.read(path)["value"]) == 2
