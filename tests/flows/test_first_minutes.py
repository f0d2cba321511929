"""Sentences on the way in: given up, connected again, and synced already by the organization."""

import pytest

from portal.flows.consent_outcomes import ConsentOutcome
from portal.flows.flash_texts import ConnectionFlash
from portal.microsoft365 import consent_store
from portal.microsoft365.permissions import Feature
from tests.claims.checks import claims
from tests.claims.worker import work
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support import consents
from tests.support.raw_rows import raw
from tests.support.visitors import words

PRIYA = "priya@northwind.example"
ALEX = "alex@northwind.example"
PAGE = "/settings/microsoft-365"
CANCEL = f"{PAGE}/cancellation"


def test_flow_that_is_given_up_leaves_no_notice(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))
    address = env.leave(browser)
    state = at_microsoft.asked(address)["state"]

    answer = browser.post(CANCEL, {"state": state})

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "did not finish" not in browser.text(PAGE)
    back = browser.get(at_microsoft.came_back(env.sandbox, address, PRIYA))
    assert "/outcome/refused" in back.location
    assert list(raw(env.rows).query("select id from connections")) == []


def test_flow_of_another_session_is_not_given_up(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))
    state = at_microsoft.asked(env.leave(browser))["state"]

    env.visitor(env.person("kim")).post(CANCEL, {"state": state})
    browser.post(CANCEL, {"state": "unknown"})

    assert "did not finish" in browser.text(PAGE)


@claims(ConnectionFlash.CONNECTED)
def test_connecting_again_promises_no_first_sync(env: Environment) -> None:
    user_id, browser = env.connect()
    first = words(browser.get(PAGE))
    work(env.services)
    env.come_back(browser, PRIYA)

    again = words(browser.get(PAGE))

    assert f"{PRIYA} is connected." in first
    assert "The first sync begins" in first
    assert f"{PRIYA} is connected." in again
    assert "first sync" not in again
    assert env.connection(user_id).address == PRIYA


@pytest.fixture
def consented(env: Environment) -> Environment:
    env.sandbox.control("POST", "consent")
    consents.prove(env.services)
    return env


@claims(ConnectionFlash.SYNCED_BY_CONSENT)
def test_first_visit_says_what_the_organization_connected(consented: Environment) -> None:
    env = consented
    env.person("priya")
    browser = env.stranger()

    for is_first in (True, False):
        address = env.leave_to_sign_in(browser)
        answer = browser.get(at_microsoft.came_back(env.sandbox, address, PRIYA))
        shown = words(browser.get(browser.get(answer.location).location))
        browser.press("/settings/personal-info", "/signout")
        assert ("consent already syncs your email with candidates" in shown) is is_first

    work(env.services)
    assert consent_store.uses(env.rows)[Feature.EMAIL_SYNC].last_success_at is not None
    assert list(raw(env.rows).query("select id from connections")) == []


@claims(ConsentOutcome.ENABLED)
def test_page_after_consent_leads_to_the_import_that_it_counts(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))
    env.person("priya")
    address = at_microsoft.consent_address(alex)
    place = alex.get(at_microsoft.came_back(env.sandbox, address, ALEX)).location

    before = alex.get(place).text
    work(env.services)
    ready = words(alex.get(place))
    alex.post("/admin/integrations/microsoft-365/user-sync/import")

    assert "Portal reads the list of your people now." in before
    assert 'data-refresh-seconds="1"' in before
    assert f'<a href="{place}">Load this page again</a>' in before
    assert "Preview and import 3 people" in ready
    work(env.services)
    assert raw(env.rows)["users"].count == 2 + 3
    assert "Preview and import" not in alex.text(place)
