"""The return from Google is accepted once, and only from the browser that left."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal import clock
from portal.audit.act import Act
from portal.google import workspace
from portal.google.outcomes import GoogleOutcome
from tests.claims.checks import claims
from tests.google import at_google
from tests.google.at_google import OUTSIDE, PRIYA, UNPROVEN, running_google
from tests.google.environment import ALEX, APPLICATION, Environment, is_signed_out, sign_in
from tests.support.raw_rows import raw
from tests.support.visitors import portal_in

pytestmark = pytest.mark.oidc


def test_domain_hint_does_not_decide(env: Environment) -> None:
    browser = env.stranger()
    address = at_google.changed(env.leave(browser), hd="contoso.example")

    answer = browser.get(at_google.came_back(address, OUTSIDE))

    assert answer.headers["Location"] == "/oauth/google/outcome/wrong-domain"


def test_unproven_address_is_refused(env: Environment) -> None:
    env.person("Una Fox", subject=UNPROVEN)
    browser = env.stranger()

    assert sign_in(env, browser, UNPROVEN) == "/oauth/google/outcome/failed"
    assert is_signed_out(browser)


@claims(GoogleOutcome.FAILED)
def test_wrong_nonce_is_refused(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    browser = env.stranger()
    address = at_google.changed(env.leave(browser), nonce="somebody-elses")

    answer = browser.get(at_google.came_back(address))

    assert answer.headers["Location"] == "/oauth/google/outcome/failed"
    assert is_signed_out(browser)
    assert "so it was not used" in browser.text(answer.headers["Location"])
    assert raw(env.rows)["sessions"].count == 0


def test_wrong_verifier_is_refused(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    browser = env.stranger()
    address = at_google.changed(env.leave(browser), code_challenge="x" * 43)

    answer = browser.get(at_google.came_back(address))

    assert answer.headers["Location"] == "/oauth/google/outcome/expired"
    assert is_signed_out(browser)


@claims(GoogleOutcome.REFUSED)
def test_state_works_once(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    browser, second = env.stranger(), env.stranger()
    back = at_google.came_back(env.leave(browser))
    browser.get(back)

    again = second.get(back)

    assert again.headers["Location"] == "/oauth/google/outcome/refused"
    assert is_signed_out(second)
    assert "It was used before" in second.text(again.headers["Location"])
    assert raw(env.rows)["sessions"].count == 1


def test_state_of_another_browser_is_refused(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    victim = env.stranger()
    back = at_google.came_back(env.leave(env.stranger()))

    answer = victim.get(back)

    assert answer.headers["Location"] == "/oauth/google/outcome/refused"
    assert is_signed_out(victim)


def test_old_state_is_refused(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    browser = env.stranger()
    back = at_google.came_back(env.leave(browser))
    with env.rows.write():
        old = clock.text(clock.utc_now() - timedelta(minutes=11))
        raw(env.rows).execute("update flows set started_at = ?", [old])

    assert browser.get(back).headers["Location"] == "/oauth/google/outcome/refused"


@claims(GoogleOutcome.EXPIRED)
def test_code_works_once(env: Environment) -> None:
    """The provider refuses a used code, whatever the state."""
    env.person("Priya Kaur", subject=PRIYA)
    first, second = env.stranger(), env.stranger()
    back = at_google.came_back(env.leave(first))
    fresh_state = at_google.asked(env.leave(second))["state"]
    first.get(back)

    answer = second.get(at_google.changed(back, state=fresh_state))

    assert answer.headers["Location"] == "/oauth/google/outcome/expired"
    assert is_signed_out(second)
    assert "That took too long" in second.text(answer.headers["Location"])


def test_flow_to_google_does_not_end_at_microsofts_address(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    browser = env.stranger()
    back = at_google.came_back(env.leave(browser))

    answer = browser.get(back.replace("/oauth/google/", "/oauth/microsoft/"))

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/refused"
    assert browser.get(back).headers["Location"] == "/oauth/google/outcome/refused"


@claims(GoogleOutcome.DECLINED)
def test_declined_sign_in_leads_back(env: Environment) -> None:
    browser = env.stranger()

    place = sign_in(env, browser, "")

    assert place == "/oauth/google/outcome/declined"
    assert "Back to sign in" in browser.text(place)
    assert "so Portal got nothing and kept nothing" in browser.text(place)
    assert is_signed_out(browser)


def test_platform_disabled_during_sign_in_is_refused(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    browser = env.stranger()
    back = at_google.came_back(env.leave(browser))
    workspace.disable(
        Act(env.rows, ALEX, clock.utc_now()),
        issuer=env.google.issuer,
    )

    place = browser.get(back).headers["Location"]

    assert place == "/oauth/google/outcome/kept-out"
    assert "Sign-in with Google is off here" in browser.text(place)
    assert is_signed_out(browser)


@claims(GoogleOutcome.UNAVAILABLE)
def test_google_down_on_return_is_reported(env: Environment) -> None:
    with running_google() as google:
        app = portal_in(env.services.config.instance, google_issuer=google.issuer)
        other = Environment(app, google)
        other.person("Priya Kaur", subject=PRIYA)
        browser = other.stranger()
        back = at_google.came_back(other.leave(browser))
        google.stop()

        place = browser.get(back).headers["Location"]

    assert place == "/oauth/google/outcome/unavailable"
    assert "Google cannot be reached" in browser.text(place)
    assert is_signed_out(browser)


def test_google_down_before_leaving_is_reported(env: Environment) -> None:
    app = portal_in(env.services.config.instance, google_issuer="http://localhost:9")
    browser = Environment(app, env.google).stranger()

    answer = browser.press("/signin", "/signin/google")

    assert answer.headers["Location"] == "/oauth/google/outcome/unavailable"


def test_callback_without_anything_is_refused(env: Environment) -> None:
    browser = env.stranger()

    answer = browser.get("/oauth/google/callback")

    assert answer.headers["Location"] == "/oauth/google/outcome/refused"
    assert browser.get("/oauth/google/outcome/nonsense").status_code == 404


@claims(GoogleOutcome.MISCONFIGURED)
def test_secret_that_google_refuses_is_told_as_a_wrong_registration(env: Environment) -> None:
    env.person("Priya Kaur", subject=PRIYA)
    browser = env.stranger()
    back = at_google.came_back(env.leave(browser))
    wrong = replace(APPLICATION, client_secret="GOCSPX-another")
    workspace.enter(Act(env.rows, ALEX, clock.utc_now()), env.services.vault, wrong)

    place = browser.get(back).headers["Location"]

    assert place == "/oauth/google/outcome/misconfigured"
    assert "Google does not accept how this portal is registered there" in browser.text(place)
    assert is_signed_out(browser)
