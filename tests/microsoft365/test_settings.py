"""The Microsoft 365 settings page for each kind of visitor."""

from pathlib import Path

import pytest

from portal import clock
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature
from tests.microsoft365.environment import Environment
from tests.support.visitors import HOME, portal_in, visitor

POSTS = ["/settings/microsoft-365/connect", "/settings/microsoft-365/revocation"]
PRIYA = "priya@northwind.example"


@pytest.mark.parametrize("path", ["/settings/microsoft-365", "/settings/microsoft-365/approval"])
def test_page_needs_a_sign_in(env: Environment, path: str) -> None:
    answer = env.stranger().get(path)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/signin"


@pytest.mark.parametrize("path", POSTS)
def test_form_needs_its_token(env: Environment, path: str) -> None:
    user_id, browser = env.connect()

    answer = browser.client.post(path, base_url=HOME, headers={"Origin": HOME})

    assert answer.status_code == 400
    assert env.connection(user_id).address == PRIYA


@pytest.mark.parametrize("path", POSTS)
def test_form_of_a_stranger_leads_to_sign_in(env: Environment, path: str) -> None:
    headers = {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}

    answer = env.app.test_client().post(path, base_url=HOME, headers=headers)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/signin"


def test_unconnected_page_offers_to_connect(env: Environment) -> None:
    browser = env.visitor(env.person("kim"))

    page = browser.text("/settings/microsoft-365")

    assert "To sync email with candidates and to schedule interviews" in page
    assert "Connect with Microsoft 365" in page
    assert "Revoke access" not in page
    assert "Reconnect" not in page


def test_status_names_what_each_permission_powers(env: Environment) -> None:
    user_id, browser = env.connect()
    with env.rows.write():
        connections.worked(env.rows, user_id, Feature.EMAIL_SYNC, clock.utc_now())

    page = browser.text("/settings/microsoft-365")

    assert "Email sync Mail.Read Working" in page
    assert "Revoke access" in page
    assert "Reconnect" not in page
    assert "Sending" not in page


def test_status_tells_what_does_not_work(env: Environment) -> None:
    user_id, browser = env.connect()
    with env.rows.write():
        connections.failed(
            env.rows, user_id, Feature.EMAIL_SYNC, "There is no mailbox.", clock.utc_now()
        )

    page = browser.text("/settings/microsoft-365")

    assert "Email sync Mail.Read Not working There is no mailbox." in page


def test_success_ends_a_failure(env: Environment) -> None:
    user_id, browser = env.connect()
    with env.rows.write():
        now = clock.utc_now()
        connections.failed(env.rows, user_id, Feature.EMAIL_SYNC, "No mailbox.", now)
        connections.worked(env.rows, user_id, Feature.EMAIL_SYNC, now)

    assert "No mailbox." not in browser.text("/settings/microsoft-365")


def test_reconnecting_ends_a_failure(env: Environment) -> None:
    user_id, browser = env.connect()
    with env.rows.write():
        now = clock.utc_now()
        connections.failed(env.rows, user_id, Feature.EMAIL_SYNC, "It has ended.", now)

    env.come_back(browser, PRIYA)

    assert "It has ended." not in browser.text("/settings/microsoft-365")


def test_page_shows_nothing_of_another_person(env: Environment) -> None:
    env.connect("priya")
    kim = env.visitor(env.person("kim"))

    page = kim.text("/settings/microsoft-365")

    assert PRIYA not in page
    assert "Not connected" in page


def test_revoking_ends_only_the_own_connection(env: Environment) -> None:
    priya, _ = env.connect("priya")
    _, kim = env.connect("kim")

    kim.post("/settings/microsoft-365/revocation")

    assert env.connection(priya).address == PRIYA


def test_portal_that_is_not_registered_says_so(instance: Path, env: Environment) -> None:
    user_id = env.person("priya")
    browser = visitor(portal_in(instance), user_id)

    page = browser.text("/settings/microsoft-365")
    answer = browser.post("/settings/microsoft-365/connect")

    assert "Nobody can connect Microsoft 365 at the moment." in page
    assert "Connect with Microsoft 365" not in page
    assert answer.status_code == 303
    assert "has to register it with Microsoft first" in browser.text("/settings/microsoft-365")


def test_unknown_outcome_does_not_exist(env: Environment) -> None:
    assert env.stranger().get("/oauth/microsoft/outcome/anything").status_code == 404


def test_outcome_shows_only_what_this_browser_was_told(env: Environment) -> None:
    page = env.stranger().get("/oauth/microsoft/outcome/wrong-account").text

    assert "That is another Microsoft account" in page
    assert "@" not in page.partition("<main")[2]


def test_connecting_is_limited(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))

    statuses = [browser.post(POSTS[0]).status_code for _ in range(21)]

    assert statuses == [200] * 20 + [429]
