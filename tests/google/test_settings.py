"""The Google Workspace page: an administrator's input and its checks."""

from typing import Any

import pytest

from portal.google import workspace
from portal.google.flash_texts import GoogleFlash
from portal.storage import platforms
from portal.storage.platforms import Platform
from tests.claims.checks import claims
from tests.google.at_google import CLIENT_ID, CLIENT_SECRET, DOMAIN, PRIYA
from tests.google.environment import Environment, sign_in
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, visitor, words
from tests.users.confirmations import CONFIRMATION
from tests.users.people import PASSWORD

pytestmark = pytest.mark.oidc
PAGE = "/admin/integrations/google-workspace"
TYPED = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "hosted_domain": DOMAIN}


def enter(browser: Visitor, **changes: str) -> Any:
    return browser.post(f"{PAGE}/application", {**TYPED, **changes})


def switch(browser: Visitor, on: str) -> Any:
    return browser.post(f"{PAGE}/enablement", {"on": on})


@claims(GoogleFlash.APPLICATION_SAVED)
def test_application_is_checked_at_google_and_saved(off: Environment) -> None:
    alex = off.admin()

    answer = enter(alex)

    entered = workspace.overview(off.rows).entered
    page = alex.get(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert entered is not None
    assert (entered.client_id, entered.hosted_domain) == (CLIENT_ID, DOMAIN)
    assert "The application is saved" in page.text
    assert "Not proven yet" in page.text
    assert CLIENT_SECRET not in page.text
    assert off.audited()[-1] == ("application entered", "ok", f"{CLIENT_ID}, {DOMAIN}")
    off.person("Priya Kaur", subject=PRIYA)
    switch(alex, "1")
    assert sign_in(off, off.stranger()) == "/"


@pytest.mark.parametrize(
    "changes", [{"client_secret": "GOCSPX-another"}, {"client_id": "5678.apps.example"}]
)
def test_client_unknown_to_google_is_not_saved(off: Environment, changes: dict[str, str]) -> None:
    alex = off.admin()

    answer = enter(alex, **changes)

    assert answer.status_code == 422
    assert "Google does not know this client ID, or the secret does not belong" in words(answer)
    assert "Nothing was saved" in words(answer)
    assert f'value="{changes.get("client_id", CLIENT_ID)}"' in answer.text
    assert "GOCSPX" not in answer.text
    assert workspace.overview(off.rows).entered is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hosted_domain": "gmail.com"}, "Accounts there are personal ones"),
        ({"hosted_domain": "northwind.example, gmail.com"}, "Accounts there are personal ones"),
        ({"hosted_domain": "northwind.example, contoso"}, "This is not a domain"),
        ({"hosted_domain": "northwind"}, "This is not a domain"),
        ({"hosted_domain": "https://northwind.example"}, "This is not a domain"),
        ({"hosted_domain": ""}, "Please fill in “Domains of your organization”."),
        ({"client_id": ""}, "Please fill in “Client ID”."),
        ({"client_id": "two words"}, "A client ID has no blanks in it"),
        ({"client_secret": "two words"}, "A client secret has no blanks in it"),
        ({"client_secret": ""}, "Enter the client secret"),
    ],
)
def test_invalid_input_is_refused_and_kept(
    off: Environment, changes: dict[str, str], sentence: str
) -> None:
    answer = enter(off.admin(), **changes)

    kept = {**TYPED, **changes}
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f'value="{kept["hosted_domain"]}"' in answer.text
    assert workspace.overview(off.rows).entered is None


def test_domain_is_accepted_in_any_spelling(off: Environment) -> None:
    enter(off.admin(), hosted_domain="@Northwind.Example")

    entered = workspace.overview(off.rows).entered
    assert entered is not None
    assert entered.hosted_domain == DOMAIN


def test_several_domains_are_kept_in_order(off: Environment) -> None:
    enter(off.admin(), hosted_domain="Northwind.example, @contoso.example;northwind.example")

    entered = workspace.overview(off.rows).entered
    assert entered is not None
    assert entered.hosted_domain == "northwind.example contoso.example"


def test_unreachable_google_saves_nothing(off: Environment) -> None:
    off.admin()
    app = portal_in(off.services.config.instance, google_issuer="http://localhost:9")
    alex = visitor(app, "alex")

    answer = enter(alex)

    assert answer.status_code == 422
    assert "cannot be reached at the moment" in words(answer)
    assert workspace.overview(off.rows).entered is None


def test_changing_the_application_needs_a_fresh_sign_in(off: Environment) -> None:
    alex = off.admin()
    off.make_stale()

    answer = enter(alex)

    assert answer.headers["Location"] == "/signin/confirmation"
    assert workspace.overview(off.rows).entered is None


def test_confirming_first_spares_typing_the_secret_twice(off: Environment) -> None:
    alex = off.admin()
    fresh = alex.text(PAGE)
    off.make_stale()

    link = f"{CONFIRMATION}?place=google.settings"
    offered = alex.get(PAGE).text
    shown = alex.get(link).text
    confirmed = alex.post(link, {"password": PASSWORD})

    assert "Confirm first" not in fresh
    assert f'href="{link}"' in offered
    assert 'name="place" value="google.settings"' in shown
    assert confirmed.headers["Location"] == PAGE
    assert enter(alex).headers["Location"] == PAGE


@claims(GoogleFlash.ENABLED)
def test_enabling_offers_sign_in_with_google(off: Environment) -> None:
    alex = off.admin()
    enter(alex)
    before = off.stranger().get("/signin").text

    answer = switch(alex, "1")

    assert answer.status_code == 303
    assert "Sign in with Google" not in before
    assert "Sign in with Google" in off.stranger().get("/signin").text
    assert "Sign in with Microsoft" not in off.stranger().get("/signin").text
    assert "Google Workspace is enabled" in alex.text(PAGE)


def test_enabling_without_an_application_says_what_is_missing(off: Environment) -> None:
    alex = off.admin()

    switch(alex, "1")

    assert "Enter the application first" in alex.text(PAGE)
    assert platforms.enabled(off.rows) is None


def test_enabled_microsoft_is_named(off: Environment, now: Any) -> None:
    alex = off.admin()
    enter(alex)
    with off.rows.write():
        platforms.save(
            off.rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="Alex", now=now
        )

    before = alex.text(PAGE)
    switch(alex, "1")

    assert "Microsoft 365 is enabled. Disable it first" in before
    assert "One platform at a time: disable Microsoft 365 first." in alex.text(PAGE)
    assert platforms.enabled(off.rows) is Platform.MICROSOFT_365


@claims(GoogleFlash.DISABLED)
def test_disabling_signs_people_out_and_keeps_them(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    priya, alex = env.stranger(), env.admin()
    sign_in(env, priya)

    switch(alex, "0")

    assert priya.get("/settings/personal-info").headers["Location"] == "/signin"
    assert "1 person is signed out" in alex.text(PAGE)
    assert "Sign in with Google" not in env.stranger().get("/signin").text
    assert "Priya Kaur" in alex.text("/admin/users")


def test_disabling_needs_a_fresh_sign_in(env: Environment) -> None:
    alex = env.admin()
    env.make_stale()

    answer = switch(alex, "0")

    assert answer.headers["Location"] == "/signin/confirmation"
    assert workspace.overview(env.rows).is_enabled


@pytest.mark.parametrize("path", ["application", "enablement"])
def test_members_may_not(env: Environment, path: str) -> None:
    user_id = env.person("Priya Kaur", subject=PRIYA)
    priya = visitor(env.app, user_id)

    assert priya.get(PAGE).status_code == 403
    assert priya.post(f"{PAGE}/{path}", {**TYPED, "on": "0"}).status_code == 403
    assert env.stranger().get(PAGE).headers["Location"] == "/signin"
    assert workspace.overview(env.rows).is_enabled


def test_switch_accepts_on_and_off_only(env: Environment) -> None:
    assert switch(env.admin(), "perhaps").status_code == 422


def test_proof_is_shown(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    alex = env.admin()

    sign_in(env, env.stranger())

    assert "Proven by a sign-in" in alex.text(PAGE)


def test_pages_of_microsoft_say_what_is_not_available(env: Environment) -> None:
    user_id = env.person("Priya Kaur", subject=PRIYA)
    priya = visitor(env.app, user_id)

    answer = priya.post("/settings/microsoft-365/connect")

    sentence = "email, calendars and Teams interviews are not available while it is on"
    assert sentence in priya.text("/settings/email")
    assert sentence in priya.text("/settings/microsoft-365")
    assert "Connect with Microsoft 365" not in priya.text("/settings/microsoft-365")
    assert answer.headers["Location"] == "/settings/microsoft-365"
    assert list(raw(env.rows).query("select kind from flows")) == []
