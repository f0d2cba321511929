"""Sign-in with Google, and everything that may interrupt it."""

from dataclasses import replace

import pytest

from portal import clock
from portal.audit.act import Act
from portal.google import workspace
from portal.google.outcomes import GoogleOutcome
from tests.claims.checks import claims
from tests.google import at_google
from tests.google.at_google import ALONE, CLIENT_ID, DOMAIN, KIM, OUTSIDE, PRIYA
from tests.google.environment import ALEX, APPLICATION, Environment, is_signed_out, sign_in
from tests.support.raw_rows import raw
from tests.support.visitors import HOME

pytestmark = pytest.mark.oidc


def test_sign_in_begins_a_session(env: Environment) -> None:
    env.person("Priya Old", subject=PRIYA)
    browser = env.stranger()

    place = sign_in(env, browser)

    assert place == "/"
    assert "Priya Kaur" in browser.text("/settings/personal-info")
    assert env.audited()[-1] == ("signed in", "ok", "Google")


def test_sign_in_leads_to_the_wanted_page(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    browser = env.stranger()
    browser.get("/settings/email")

    assert sign_in(env, browser) == "/settings/email"


def test_request_to_google_has_the_expected_parameters(env: Environment) -> None:
    asked = at_google.asked(env.leave(env.stranger()))

    assert asked["client_id"] == CLIENT_ID
    assert asked["scope"] == "openid email profile"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"{HOME}/oauth/google/callback"
    assert (asked["hd"], asked["prompt"]) == ("northwind.example", "select_account")


def test_people_of_several_domains_choose_from_all_their_accounts(env: Environment) -> None:
    application = replace(APPLICATION, hosted_domain=f"{DOMAIN} contoso.example")
    workspace.enter(Act(env.rows, ALEX, clock.utc_now()), env.services.vault, application)

    assert at_google.asked(env.leave(env.stranger()))["hd"] == "*"


def test_leaving_page_continues_automatically(env: Environment) -> None:
    answer = env.stranger().press("/signin", "/signin/google")

    assert answer.headers["Refresh"].startswith(f"1; url={env.google.issuer}/auth?")
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


def test_sign_in_keeps_no_token(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)

    sign_in(env, env.stranger())

    assert list(raw(env.rows).query("select id from connections")) == []


def test_first_sign_in_proves_the_application(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    before = workspace.overview(env.rows).entered

    sign_in(env, env.stranger())

    after = workspace.overview(env.rows).entered
    assert before is not None
    assert before.proven_at is None
    assert after is not None
    assert after.proven_at is not None


def test_sign_in_with_google_is_not_fresh(env: Environment) -> None:
    """Google cannot be asked to prompt for the password again."""
    env.person("Priya Kaur", subject=PRIYA, role="admin")
    browser = env.stranger()
    sign_in(env, browser)

    answer = browser.post("/admin/integrations/google-workspace/enablement", {"on": "0"})

    assert answer.headers["Location"] == "/signin/confirmation"
    assert "Only a password here can prove that it is you" in browser.text("/signin/confirmation")
    assert workspace.overview(env.rows).is_enabled


@pytest.mark.parametrize("subject", [KIM, "someone-else"])
def test_address_alone_signs_no_one_in(env: Environment, subject: str) -> None:
    """A user has Priya's address but is another subject at Google."""
    env.person("Priya Kaur", subject=subject)
    browser = env.stranger()

    place = sign_in(env, browser)

    page = browser.text(place)
    assert place == "/oauth/google/outcome/kept-out"
    assert "You are not in this portal yet" in page
    assert "You signed in to Google as priya@northwind.example" in page
    assert is_signed_out(browser)


def test_subject_of_another_issuer_is_another_person(env: Environment) -> None:
    user_id = env.person("Priya Kaur", subject=PRIYA)
    with env.rows.write():
        raw(env.rows).execute(
            "update users set tenant_id = 'https://accounts.google.com' where id = ?", [user_id]
        )
    browser = env.stranger()

    assert sign_in(env, browser) == "/oauth/google/outcome/kept-out"
    assert is_signed_out(browser)


@claims(GoogleOutcome.KEPT_OUT)
def test_disabled_person_stays_out(env: Environment) -> None:
    user_id = env.person("Priya Kaur", subject=PRIYA)
    with env.rows.write():
        raw(env.rows).execute("update users set is_enabled = 0 where id = ?", [user_id])
    browser = env.stranger()

    page = browser.text(sign_in(env, browser))

    assert "Not enabled for sign-in" in page
    assert env.audited()[-1] == ("sign-in refused", "refused", "Not enabled for sign-in")
    assert is_signed_out(browser)


@claims(GoogleOutcome.WRONG_DOMAIN)
def test_other_organization_is_refused_and_both_are_named(env: Environment) -> None:
    env.person("Otto Weiss", subject=OUTSIDE)
    browser = env.stranger()
    before = [*raw(env.rows)["users"].rows]

    place = sign_in(env, browser, OUTSIDE)

    page = browser.text(place)
    assert place == "/oauth/google/outcome/wrong-domain"
    assert "otto@contoso.example belongs to the organization contoso.example" in page
    assert "This portal is for people of northwind.example" in page
    assert is_signed_out(browser)
    assert env.audited()[-1][:2] == ("sign-in with Google", "refused")
    assert "Nothing was changed" in page
    assert [*raw(env.rows)["users"].rows] == before
    assert [raw(env.rows)[each].count for each in ("connections", "sessions")] == [0, 0]


def test_personal_account_with_an_address_of_the_domain_is_refused(env: Environment) -> None:
    """Anyone may register a Google account with any address they own."""
    env.person("Priya Kaur", subject=ALONE)
    browser = env.stranger()

    place = sign_in(env, browser, ALONE)

    assert "is a personal account" in browser.text(place)
    assert is_signed_out(browser)
