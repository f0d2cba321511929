"""What comes back from Google is taken once, by the browser that left, or not at all."""

from datetime import timedelta

import pytest

from portal import clock
from portal.google import workspace
from portal.storage.database import write
from tests.google import at_google
from tests.google.at_google import OUTSIDE, PRIYA, UNPROVEN, running_google
from tests.google.world import ALEX, World, nobody_is_in, sign_in
from tests.support.visiting import portal_in

pytestmark = pytest.mark.oidc


def test_wish_for_a_domain_is_not_what_decides(world: World) -> None:
    browser = world.stranger()
    address = at_google.changed(world.leave(browser), hd="contoso.example")

    answer = browser.get(at_google.came_back(address, OUTSIDE))

    assert answer.headers["Location"] == "/oauth/google/outcome/wrong-domain"


def test_unproven_address_is_refused(world: World) -> None:
    world.person("Una Fox", subject=UNPROVEN)
    browser = world.stranger()

    assert sign_in(world, browser, UNPROVEN) == "/oauth/google/outcome/failed"
    assert nobody_is_in(browser)


def test_wrong_nonce_is_refused(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)
    browser = world.stranger()
    address = at_google.changed(world.leave(browser), nonce="somebody-elses")

    answer = browser.get(at_google.came_back(address))

    assert answer.headers["Location"] == "/oauth/google/outcome/failed"
    assert nobody_is_in(browser)


def test_wrong_verifier_is_refused(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)
    browser = world.stranger()
    address = at_google.changed(world.leave(browser), code_challenge="x" * 43)

    answer = browser.get(at_google.came_back(address))

    assert answer.headers["Location"] == "/oauth/google/outcome/expired"
    assert nobody_is_in(browser)


def test_state_works_once(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)
    browser, second = world.stranger(), world.stranger()
    back = at_google.came_back(world.leave(browser))
    browser.get(back)

    again = second.get(back)

    assert again.headers["Location"] == "/oauth/google/outcome/refused"
    assert nobody_is_in(second)


def test_state_of_another_browser_is_refused(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)
    victim = world.stranger()
    back = at_google.came_back(world.leave(world.stranger()))

    answer = victim.get(back)

    assert answer.headers["Location"] == "/oauth/google/outcome/refused"
    assert nobody_is_in(victim)


def test_old_state_is_refused(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)
    browser = world.stranger()
    back = at_google.came_back(world.leave(browser))
    with write(world.db):
        old = clock.text(clock.utc_now() - timedelta(minutes=11))
        world.db.execute("update flows set started_at = ?", [old])

    assert browser.get(back).headers["Location"] == "/oauth/google/outcome/refused"


def test_code_works_once(world: World) -> None:
    """The provider knows it, whatever the state."""
    world.person("Priya Kaur", subject=PRIYA)
    first, second = world.stranger(), world.stranger()
    back = at_google.came_back(world.leave(first))
    fresh_state = at_google.asked(world.leave(second))["state"]
    first.get(back)

    answer = second.get(at_google.changed(back, state=fresh_state))

    assert answer.headers["Location"] == "/oauth/google/outcome/expired"
    assert nobody_is_in(second)


def test_flow_to_google_does_not_end_at_microsofts_address(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)
    browser = world.stranger()
    back = at_google.came_back(world.leave(browser))

    answer = browser.get(back.replace("/oauth/google/", "/oauth/microsoft/"))

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/refused"
    assert browser.get(back).headers["Location"] == "/oauth/google/outcome/refused"


def test_declined_sign_in_leads_back(world: World) -> None:
    browser = world.stranger()

    place = sign_in(world, browser, "")

    assert place == "/oauth/google/outcome/declined"
    assert "To sign-in" in browser.text(place)


def test_switched_off_meanwhile(world: World) -> None:
    world.person("Priya Kaur", subject=PRIYA)
    browser = world.stranger()
    back = at_google.came_back(world.leave(browser))
    workspace.disable(world.db, issuer=world.google.issuer, actor=ALEX, now=clock.utc_now())

    place = browser.get(back).headers["Location"]

    assert place == "/oauth/google/outcome/kept-out"
    assert "Sign-in with Google is off here" in browser.text(place)
    assert nobody_is_in(browser)


def test_google_is_down(world: World) -> None:
    with running_google() as google:
        app = portal_in(world.services.config.instance, google_issuer=google.issuer)
        other = World(app, google)
        other.person("Priya Kaur", subject=PRIYA)
        browser = other.stranger()
        back = at_google.came_back(other.leave(browser))
        google.stop()

        place = browser.get(back).headers["Location"]

    assert place == "/oauth/google/outcome/unavailable"
    assert "Google cannot be reached" in browser.text(place)
    assert nobody_is_in(browser)


def test_google_is_down_before_anybody_leaves(world: World) -> None:
    app = portal_in(world.services.config.instance, google_issuer="http://localhost:9")
    browser = World(app, world.google).stranger()

    answer = world.press(browser, "/signin", "/signin/google")

    assert answer.headers["Location"] == "/oauth/google/outcome/unavailable"


def test_callback_without_anything_is_refused(world: World) -> None:
    browser = world.stranger()

    answer = browser.get("/oauth/google/callback")

    assert answer.headers["Location"] == "/oauth/google/outcome/refused"
    assert browser.get("/oauth/google/outcome/nonsense").status_code == 404
