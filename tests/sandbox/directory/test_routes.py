"""/me and /users: their members, permissions and refusals."""

from urllib.parse import quote

import pytest

from sandbox.entra import tokens
from tests.sandbox.answers import error, names
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import CLIENT_ID, Sandbox

DEFAULT = {
    "@odata.context",
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
}


def test_me_has_the_usual_members(priya: Caller) -> None:
    found = priya.read("/me")

    assert set(found) == DEFAULT
    assert found["mail"] == PRIYA


def test_me_has_the_selected_members(priya: Caller) -> None:
    found = priya.read("/me?$select=proxyAddresses,ACCOUNTENABLED")

    assert found["accountEnabled"] is True
    assert found["proxyAddresses"] == [
        "SMTP:priya@northwind.example",
        "smtp:talent@northwind.example",
        "smtp:p.kaur@northwind.example",
    ]


def test_unknown_member_is_refused(priya: Caller) -> None:
    answer = priya.call("GET", "/me?$select=id,shoeSize")

    assert error(answer) == (400, "BadRequest")
    assert "Could not find a property named 'shoeSize'" in answer.json()["error"]["message"]


def test_app_has_no_me(app: Caller) -> None:
    assert error(app.call("GET", "/me")) == (400, "BadRequest")


def test_other_user_needs_more_than_user_read(tenant: Sandbox, priya: Caller) -> None:
    answer = priya.call("GET", "/users/kim@northwind.example")

    assert error(answer) == (403, "Authorization_RequestDenied")


def test_own_user_is_read_by_id(tenant: Sandbox, priya: Caller) -> None:
    found = priya.read(f"/users/{tenant.oid(PRIYA)}")

    assert found["userPrincipalName"] == PRIYA


def test_other_user_is_read_with_the_permission(tenant: Sandbox) -> None:
    alex = person(tenant, "alex@northwind.example", {"User.Read.All"})

    found = alex.read("/users/KIM@northwind.example?$select=id,displayName")

    assert found["displayName"] == "Kim Lund"


def test_guest_is_read_by_the_encoded_name(app: Caller) -> None:
    name = quote("guest_partner.example#EXT#@northwind.example")

    found = app.read(f"/users/{name}?$select=userType,creationType,externalUserState")

    assert found["userType"] == "Guest"
    assert found["creationType"] == "Invitation"


def test_unknown_user_is_not_found(app: Caller) -> None:
    answer = app.call("GET", "/users/nobody@northwind.example")

    assert error(answer) == (404, "Request_ResourceNotFound")


def test_users_need_a_permission_for_all_users(priya: Caller) -> None:
    assert error(priya.call("GET", "/users")) == (403, "Authorization_RequestDenied")


def test_pages_list_each_person_once(app: Caller) -> None:
    everyone = names(app.read("/users"))
    page = app.read("/users?$top=4&$select=displayName")
    seen = names(page)

    while "@odata.nextLink" in page:
        page = app.read(page["@odata.nextLink"])
        seen += names(page)

    assert seen == everyone
    assert len(everyone) == 14


def test_license_and_its_plan_follow_the_mailbox(tenant: Sandbox, app: Caller) -> None:
    path = "/users/kim@northwind.example?$select=assignedLicenses,assignedPlans"
    before = app.read(path)

    tenant.control("PATCH", "users/kim@northwind.example", {"licensed": False})

    after = app.read(path)
    assert [plan["capabilityStatus"] for plan in before["assignedPlans"]] == ["Enabled"]
    assert (len(before["assignedLicenses"]), after["assignedLicenses"]) == (1, [])
    assert [plan["capabilityStatus"] for plan in after["assignedPlans"]] == ["Deleted"]
    gone = app.call("GET", "/users/kim@northwind.example/mailFolders")
    assert error(gone) == (404, "MailboxNotEnabledForRESTAPI")


@pytest.mark.parametrize("name", ["mailboxSettings", "aboutMe", "skills"])
def test_list_lacks_members_of_other_services(app: Caller, name: str) -> None:
    assert error(app.call("GET", f"/users?$select=id,{name}")) == (501, "NotImplemented")


def test_page_beyond_the_limit_is_refused(app: Caller) -> None:
    assert error(app.call("GET", "/users?$top=1000")) == (400, "Request_UnsupportedQuery")
    assert app.call("GET", "/users?$top=999").status_code == 200


def test_invalid_page_token_is_refused(app: Caller) -> None:
    answer = app.call("GET", "/users?$skiptoken=nonsense")

    assert error(answer) == (400, "BadRequest")


@pytest.mark.parametrize(
    "path",
    [
        "/users?$orderby=displayName",
        "/users?$search=%22displayName:kim%22",
        "/users?$filter=proxyAddresses/all(p:startswith(p,'smtp'))",
        "/users?$filter=userType in ('Guest','Member')",
    ],
)
def test_gaps_answer_501_and_name_the_path(app: Caller, path: str) -> None:
    answer = app.call("GET", path)

    assert error(answer) == (501, "NotImplemented")
    assert path.partition("?")[0] in answer.json()["error"]["message"]


def test_beta_version_is_a_gap_too(tenant: Sandbox, app: Caller) -> None:
    answer = app.call("GET", f"{tenant.url}/beta/me")

    assert error(answer) == (501, "NotImplemented")


def test_call_without_a_token_is_unauthorized(tenant: Sandbox) -> None:
    answer = Caller(tenant, "").call("GET", "/me")

    assert error(answer) == (401, "InvalidAuthenticationToken")
    assert answer.json()["error"]["message"] == "Access token is empty."
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm=""')


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_invalid_token_is_unauthorized(tenant: Sandbox, token: str) -> None:
    answer = Caller(tenant, token).call("GET", "/me")

    assert error(answer) == (401, "InvalidAuthenticationToken")


def test_id_token_opens_nothing(tenant: Sandbox) -> None:
    row = tenant.state.row("select * from users where upn = ?", (PRIYA,))
    assert row
    token = tokens.id_token(tenant.state, row, client_id=CLIENT_ID, scopes={"openid"}, nonce=None)

    answer = Caller(tenant, token).call("GET", "/me")

    assert error(answer) == (401, "InvalidAuthenticationToken")


def test_expired_token_is_unauthorized(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("PATCH", "tenant", {"clockOffset": 4201})

    answer = priya.call("GET", "/me")

    assert error(answer) == (401, "InvalidAuthenticationToken")
    assert "the token is expired" in answer.json()["error"]["message"]


def test_token_of_a_replaced_key_is_unauthorized(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("PATCH", "tenant", {"rotateKeys": True})

    assert error(priya.call("GET", "/me")) == (401, "InvalidAuthenticationToken")


def test_client_request_id_is_returned(priya: Caller) -> None:
    ours = "3b1c9d52-0000-4000-8000-000000000001"

    answer = priya.call("GET", "/me", headers={"client-request-id": ours})

    assert answer.headers["client-request-id"] == ours
    assert answer.headers["request-id"] != ours
