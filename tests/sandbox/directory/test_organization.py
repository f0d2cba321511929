"""/organization, /domains and /mailboxSettings."""

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import TENANT_ID, Sandbox

MORE = [{"name": "labs.example"}, {"name": "not-yet.example", "isVerified": False}]


def test_organization_names_its_domains(priya: Caller) -> None:
    found = priya.read("/organization?$select=id,displayName,verifiedDomains")["value"]

    assert [one["id"] for one in found] == [TENANT_ID]
    assert [domain["name"] for domain in found[0]["verifiedDomains"]] == ["northwind.example"]


def test_further_domains_are_named_once_they_are_verified(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", "tenant", {"domains": MORE})

    verified = app.read("/organization")["value"][0]["verifiedDomains"]
    everyone = app.read("/domains")["value"]

    names = [one["name"] for one in verified]
    assert names == ["northwind.example", "labs.example"]
    assert [(one["id"], one["isVerified"]) for one in everyone] == [
        ("northwind.example", True),
        ("labs.example", True),
        ("not-yet.example", False),
    ]


def test_domains_have_a_permission_of_their_own(tenant: Sandbox) -> None:
    people = application(tenant, "User.Read.All")

    assert people.call("GET", "/organization").status_code == 200
    assert error(people.call("GET", "/domains")) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize(
    ("upn", "purpose"),
    [
        (PRIYA, "user"),
        ("jobs@northwind.example", "shared"),
        ("room-aurora@northwind.example", "room"),
    ],
)
def test_settings_name_the_purpose_of_a_mailbox(app: Caller, upn: str, purpose: str) -> None:
    whole = app.read(f"/users/{upn}/mailboxSettings")
    single = app.read(f"/users/{upn}/mailboxSettings/userPurpose")

    assert whole["userPurpose"] == single["value"] == purpose


def test_control_changes_the_purpose(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", "users/sam@northwind.example", {"purpose": "equipment"})

    found = app.read("/users/sam@northwind.example/mailboxSettings/userPurpose")

    assert found["value"] == "equipment"


def test_user_without_a_mailbox_has_no_settings(app: Caller) -> None:
    answer = app.call("GET", "/users/noah@northwind.example/mailboxSettings")

    assert error(answer) == (404, "MailboxNotEnabledForRESTAPI")


def test_settings_need_their_permission(tenant: Sandbox, priya: Caller) -> None:
    mail = application(tenant, "Mail.Read")

    assert error(mail.call("GET", f"/users/{PRIYA}/mailboxSettings")) == (403, "ErrorAccessDenied")
    assert error(priya.call("GET", "/me/mailboxSettings")) == (403, "ErrorAccessDenied")
