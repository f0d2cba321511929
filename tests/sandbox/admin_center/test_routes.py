"""The admin center: people and consent are managed by buttons."""

import pytest

from tests.sandbox.callers import application
from tests.support.sandbox_server import CLIENT_ID, Sandbox
from tests.support.walk import Person

KIM = "kim@northwind.example"


@pytest.fixture
def center(tenant: Sandbox) -> Person:
    return Person().open(f"{tenant.url}/admin-center")


def act(tenant: Sandbox, center: Person, upn: str, name: str) -> str:
    """Press a button in a person's row. Every row has buttons of the same names."""
    address = f"{tenant.url}/admin-center/people/{tenant.oid(upn)}"
    answer = center.session.post(address, data={"act": name}, timeout=30)
    assert answer.status_code == 200
    return answer.text


def test_added_person_has_a_mailbox(tenant: Sandbox, center: Person) -> None:
    page = center.press("Add", display_name="Nia Lind", local="Nia").html

    assert "Nia Lind is there, with the address nia@northwind.example." in page
    found = application(tenant, "Mail.Read").read("/users/nia@northwind.example/mailFolders/inbox")
    assert found["displayName"] == "Inbox"


@pytest.mark.parametrize("local", ["kim", "", "a@b"])
def test_address_must_be_free_and_valid(center: Person, local: str) -> None:
    assert "Give a name" in center.press("Add", display_name="Nia", local=local).html


def test_person_is_disabled_deleted_and_restored(tenant: Sandbox, center: Person) -> None:
    said = [act(tenant, center, KIM, name) for name in ("disable", "delete", "restore", "enable")]

    for page, sentence in zip(
        said,
        (
            "Kim Lund can no longer sign in.",
            "Kim Lund is deleted and can be restored.",
            "Kim Lund is back.",
            "Kim Lund can sign in again.",
        ),
        strict=True,
    ):
        assert sentence in page


def test_mailbox_is_removed_and_restored(tenant: Sandbox, center: Person) -> None:
    graph = application(tenant, "Mail.Read")

    act(tenant, center, KIM, "unlicense")
    without = graph.call("GET", f"/users/{KIM}/messages").status_code
    act(tenant, center, KIM, "license")

    assert without == 404
    assert graph.call("GET", f"/users/{KIM}/messages").status_code == 200


def test_licensed_person_without_an_address_gets_one(tenant: Sandbox, center: Person) -> None:
    noah = "noah@northwind.example"

    act(tenant, center, noah, "license")

    found = application(tenant, "User.Read.All").read(f"/users/{noah}?$select=mail,proxyAddresses")
    assert (found["mail"], found["proxyAddresses"]) == (noah, [f"SMTP:{noah}"])


def test_consent_is_granted_narrowed_and_withdrawn(tenant: Sandbox, center: Person) -> None:
    granted = center.press("Grant all that it asks for").html
    roles = tenant.control("GET", "consent")["roles"]
    address = f"{tenant.url}/admin-center/applications/{CLIENT_ID}/consent"
    center.session.post(address, data={"act": "Mail.Send"}, timeout=30)
    fewer = tenant.control("GET", "consent")["roles"]

    withdrawn = center.open(f"{tenant.url}/admin-center").press("Withdraw consent").html

    assert "Portal has what it asks for." in granted
    assert set(roles) - set(fewer) == {"Mail.Send"}
    assert "The consent for Portal is withdrawn." in withdrawn
    assert tenant.control("GET", "consent")["roles"] == []


def test_unknown_person_or_application_is_not_found(tenant: Sandbox, center: Person) -> None:
    for path in ("people/nobody", "applications/none/consent"):
        address = f"{tenant.url}/admin-center/{path}"

        assert center.session.post(address, data={"act": "grant"}, timeout=30).status_code == 404


def test_organization_grows_once(tenant: Sandbox, center: Person) -> None:
    page = center.press("Add 73 people").html

    assert "The organization has 80 people." in page
    assert "Add 73 people" not in page
    assert "Agnes Ahlgren" in page


def test_sending_from_aliases_is_turned_off_and_on(tenant: Sandbox, center: Person) -> None:
    off = center.press("Turn off sending from aliases").html
    was_on = tenant.state.setting("sendFromAlias")
    on = center.press("Turn on sending from aliases").html

    assert "Sending from aliases is off." in off
    assert "Mail from an alias goes out as the primary address." in off
    assert was_on is False
    assert "Sending from aliases is on." in on
    assert tenant.state.setting("sendFromAlias") is True
