"""Admin consent: administrators grant what a registration asks for; other people may not."""

from urllib.parse import urlencode

import pytest

from tests.sandbox.sign_in import Visit, claims, redeem
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID, Sandbox

DEFAULT = "https://graph.microsoft.com/.default"
REGISTERED = {
    "User.Read.All",
    "Mail.Read",
    "Mail.Send",
    "MailboxSettings.Read",
    "Calendars.Read",
    "Calendars.ReadWrite",
    "Place.Read.All",
    "GroupMember.Read.All",
}
FORMS = ("v2.0/adminconsent", "adminconsent")


class Asking(Visit):
    """A browser at one of the two admin consent addresses."""

    def ask(self, form: str, *, segment: str = TENANT_ID, **changes: str) -> None:
        asked = {"client_id": CLIENT_ID, "redirect_uri": self.back, "state": "a&b", **changes}
        if form == FORMS[0]:
            asked.setdefault("scope", DEFAULT)
        self.person.open(f"{self.tenant.url}/{segment}/{form}?{urlencode(asked)}")


@pytest.fixture
def visit(tenant: Sandbox) -> Asking:
    return Asking.registered(tenant)


def roles(tenant: Sandbox) -> set[str]:
    answer = redeem(tenant, grant_type="client_credentials", scope=DEFAULT).json()
    return set(claims(answer["access_token"]).get("roles", ()))


@pytest.mark.parametrize("form", FORMS)
def test_page_lists_the_requested_permissions(visit: Asking, form: str) -> None:
    visit.ask(form)

    page = visit.person.press("Alex Berg").html

    assert "Read mail in all mailboxes" in page
    assert "View your basic profile" in page


@pytest.mark.parametrize("form", FORMS)
def test_accepting_grants_roles_and_scopes_for_everyone(visit: Asking, form: str) -> None:
    visit.ask(form)
    visit.person.press("Alex Berg")

    visit.person.press("Accept")

    assert visit.answer["admin_consent"] == "True"
    assert visit.answer["tenant"] == TENANT_ID
    assert visit.answer["state"] == "a&b"
    assert ("scope" in visit.answer) == (form == FORMS[0])
    assert roles(visit.tenant) == REGISTERED
    kim = Visit(visit.tenant)
    kim.start()
    kim.person.press("Kim Lund")
    assert "code" in kim.answer


def test_newer_form_says_admin_consent_also_when_declined(visit: Asking) -> None:
    visit.ask(FORMS[0])
    visit.person.press("Alex Berg")

    visit.person.press("Cancel")

    assert visit.answer["admin_consent"] == "True"
    assert visit.answer["error"] == "consent_required"
    assert visit.answer["error_description"].startswith("AADSTS65004:")
    assert visit.answer["error_subcode"] == "cancel"
    assert visit.answer["state"] == "a&b"
    assert "tenant" not in visit.answer
    assert roles(visit.tenant) == set()


def test_older_form_says_permission_denied_when_declined(visit: Asking) -> None:
    visit.ask(FORMS[1])
    visit.person.press("Alex Berg")

    visit.person.press("Cancel")

    assert visit.answer == {
        "error": "permission_denied",
        "error_description": "The admin canceled the request",
        "state": "a&b",
    }


@pytest.mark.parametrize("form", FORMS)
def test_only_administrators_may_accept(visit: Asking, form: str) -> None:
    visit.ask(form)
    page = visit.person.press("Kim Lund")

    again = visit.person.session.post(page.url, data={"decision": "accept"}, timeout=30)
    visit.person.press("Return to the application without granting consent")

    assert "Need admin approval" in again.text
    assert visit.answer["error"] == "access_denied"
    assert roles(visit.tenant) == set()


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("Privileged Role Administrator", True),
        ("Cloud Application Administrator", False),
        ("Application Administrator", False),
    ],
)
def test_application_administrators_cannot_grant_roles_of_graph(
    visit: Asking, role: str, may: bool
) -> None:
    visit.tenant.control("PATCH", "users/kim@northwind.example", {"directoryRoles": [role]})
    visit.ask(FORMS[0])

    page = visit.person.press("Kim Lund").html

    assert ("Permissions requested" in page) == may


def test_application_administrators_grant_scopes(visit: Asking) -> None:
    change = {"directoryRoles": ["Application Administrator"]}
    visit.tenant.control("PATCH", "users/kim@northwind.example", change)
    visit.ask(FORMS[0], scope="Mail.Read User.Read")
    visit.person.press("Kim Lund")

    visit.person.press("Accept")

    assert set(visit.answer["scope"].split()) == {"Mail.Read", "User.Read"}
    assert roles(visit.tenant) == set()


def test_role_lost_before_accepting_does_not_count(visit: Asking) -> None:
    visit.ask(FORMS[0])
    visit.person.press("Alex Berg")
    visit.tenant.control("PATCH", "users/alex@northwind.example", {"directoryRoles": []})

    page = visit.person.press("Accept").html

    assert "Need admin approval" in page
    assert roles(visit.tenant) == set()


def test_new_consent_revokes_permissions_no_longer_requested(visit: Asking) -> None:
    visit.tenant.control("POST", "consent")
    asked = {"roles": ["Mail.Read"], "scopes": ["User.Read"]}
    visit.tenant.control("PATCH", f"applications/{CLIENT_ID}", asked)
    visit.ask(FORMS[0])
    visit.person.press("Alex Berg")

    visit.person.press("Accept")

    assert roles(visit.tenant) == {"Mail.Read"}
    assert visit.tenant.control("GET", "consent")["scopes"] == ["User.Read"]


@pytest.mark.parametrize(
    ("name", "number"), [("Dana Disabled", "AADSTS50057"), ("Use another account", "AADSTS50020")]
)
def test_account_must_be_of_the_tenant_and_enabled(visit: Asking, name: str, number: str) -> None:
    visit.ask(FORMS[0])

    assert number in visit.person.press(name).html


@pytest.mark.parametrize("scope", ["", f"{DEFAULT} Mail.Read"])
def test_scope_must_be_default_or_named(visit: Asking, scope: str) -> None:
    visit.ask(FORMS[0], scope=scope)

    assert "having trouble signing you in" in visit.person.html


def test_unregistered_address_gets_no_redirect(visit: Asking) -> None:
    visit.ask(FORMS[1], redirect_uri="https://elsewhere.example/back")

    assert "AADSTS50011" in visit.person.html


def test_every_name_of_the_tenant_leads_to_the_page(visit: Asking) -> None:
    for segment in ("northwind.example", "organizations"):
        visit.ask(FORMS[0], segment=segment)

        assert "Pick an account" in visit.person.html


def test_new_approval_takes_away_what_it_leaves_out(visit: Asking) -> None:
    visit.tenant.control("POST", "consent", {"roles": ["Mail.Read"], "scopes": ["Mail.Send"]})
    visit.ask(FORMS[0], scope="User.Read Group.ReadWrite.All")
    visit.person.press("Alex Berg")

    visit.person.press("Accept")

    granted = visit.tenant.control("GET", "consent")
    assert set(granted["scopes"]) == {"User.Read", "Group.ReadWrite.All"}
    assert granted["roles"] == ["Mail.Read"]
