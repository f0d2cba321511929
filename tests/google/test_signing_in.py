"""Signing in with Google: there, back, and everything that may come between."""

import pytest

from portal.google import workspace
from portal.storage.database import write
from tests.google import at_google
from tests.google.at_google import ALONE, CLIENT_ID, KIM, OUTSIDE, PRIYA
from tests.google.world import World, nobody_is_in, sign_in
from tests.support.visiting import HOME

pytestmark = pytest.mark.oidc


def test_sign_in_begins_a_session(world: World) -> None:
    world.person("Priya Old", subject=PRIYA)
    browser = world.stranger()

    place = sign_in(world, browser)

    assert place == "/"
    assert "Priya Kaur" in browser.text("/settings/personal-info")
    assert world.audited()[-1] == ("signed in", "ok", "Google")


def test_sign_in_leads_to_where_somebody_wanted_to_go(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)
    browser = world.stranger()
    browser.get("/settings/email")

    assert sign_in(world, browser) == "/settings/email"


def test_what_is_asked_of_google(world: World) -> None:
    asked = at_google.asked(world.leave(world.stranger()))

    assert asked["client_id"] == CLIENT_ID
    assert asked["scope"] == "openid email profile"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"{HOME}/oauth/google/callback"
    assert (asked["hd"], asked["prompt"]) == ("northwind.example", "select_account")


def test_leaving_page_goes_on_by_itself(world: World) -> None:
    answer = world.press(world.stranger(), "/signin", "/signin/google")

    assert answer.headers["Refresh"].startswith(f"1; url={world.google.issuer}/auth?")
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


def test_sign_in_keeps_no_token(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)

    sign_in(world, world.stranger())

    assert list(world.db.query("select id from connections")) == []


def test_first_sign_in_proves_the_application(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)
    before = workspace.overview(world.db).entered

    sign_in(world, world.stranger())

    after = workspace.overview(world.db).entered
    assert before is not None
    assert before.proven_at is None
    assert after is not None
    assert after.proven_at is not None


def test_sign_in_with_google_is_not_fresh(world: World) -> None:
    """Google cannot be made to ask for a password once more."""
    world.person("Priya Kaur", subject=PRIYA, role="admin")
    browser = world.stranger()
    sign_in(world, browser)

    answer = browser.post("/admin/integrations/google-workspace/enablement", {"on": "0"})

    assert answer.headers["Location"] == "/signin/confirmation"
    assert "Only a password here can prove that it is you" in browser.text("/signin/confirmation")
    assert workspace.overview(world.db).is_enabled


@pytest.mark.parametrize("subject", [KIM, "someone-else"])
def test_address_lets_nobody_in(world: World, subject: str) -> None:
    """Somebody here has Priya's address, but is another subject at Google."""
    world.person("Priya Kaur", subject=subject)
    browser = world.stranger()

    place = sign_in(world, browser)

    page = browser.text(place)
    assert place == "/oauth/google/outcome/kept-out"
    assert "You are not in this portal yet" in page
    assert "You signed in to Google as priya@northwind.example" in page
    assert nobody_is_in(browser)


def test_subject_of_another_issuer_is_another_person(world: World) -> None:
    user_id = world.person("Priya Kaur", subject=PRIYA)
    with write(world.db):
        world.db.execute(
            "update users set tenant_id = 'https://accounts.google.com' where id = ?", [user_id]
        )
    browser = world.stranger()

    assert sign_in(world, browser) == "/oauth/google/outcome/kept-out"
    assert nobody_is_in(browser)


def test_disabled_person_stays_out(world: World) -> None:
    user_id = world.person("Priya Kaur", subject=PRIYA)
    with write(world.db):
        world.db.execute("update users set is_enabled = 0 where id = ?", [user_id])
    browser = world.stranger()

    page = browser.text(sign_in(world, browser))

    assert "Not enabled for sign-in" in page
    assert world.audited()[-1] == ("sign-in refused", "refused", "Not enabled for sign-in")


def test_other_organization_is_refused_and_both_are_named(world: World) -> None:
    world.person("Otto Weiss", subject=OUTSIDE)
    browser = world.stranger()

    place = sign_in(world, browser, OUTSIDE)

    page = browser.text(place)
    assert place == "/oauth/google/outcome/wrong-domain"
    assert "otto@contoso.example belongs to the organization contoso.example" in page
    assert "This portal is for people of northwind.example" in page
    assert nobody_is_in(browser)
    assert world.audited()[-1][:2] == ("sign-in with Google", "refused")


def test_personal_account_with_an_address_of_the_domain_is_refused(world: World) -> None:
    """Anybody may register a Google account with any address they own."""
    world.person("Priya Kaur", subject=ALONE)
    browser = world.stranger()

    place = sign_in(world, browser, ALONE)

    assert "is a personal account" in browser.text(place)
    assert nobody_is_in(browser)
