"""Disabling Microsoft 365: what stops, what is deleted, and what stays."""

from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.email import store as email
from portal.errors import PortalError
from portal.flows.outcomes import ConnectionOutcome
from portal.integrations.flash_texts import IntegrationFlash
from portal.microsoft365 import connections, consent_store, coverage
from portal.microsoft365.permissions import Feature
from portal.storage import platforms
from portal.storage.claims import ClaimLost
from portal.storage.platforms import Platform
from portal.subscriptions import store as subscription_store
from portal.users import passwords
from tests.claims.checks import claims
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.microsoft365.served import served, work
from tests.subscriptions.webhook import item, post
from tests.support import builders, consents
from tests.support.environments import address_on
from tests.support.raw_rows import raw
from tests.users.confirmations import (
    AT_MICROSOFT,
    CONFIRMATION,
    grow_stale,
    waiting_form,
)

PAGE = "/admin/integrations/microsoft-365"


@pytest.fixture
def connected(env: Environment) -> str:
    """Priya is connected, and the organization has consented."""
    user_id, _ = env.connect("priya")
    env.sandbox.control("POST", "consent")
    consents.prove(env.services)
    email.take_over_readable(env.rows, now=clock.utc_now())
    return user_id


def test_disabling_deletes_credentials_and_keeps_the_rest(env: Environment, connected: str) -> None:
    alex = env.visitor(env.person("alex"))

    answer = alex.post(f"{PAGE}/disablement")

    assert answer.status_code == 303
    assert platforms.enabled(env.rows) is None
    assert consent_store.consent(env.rows) is None
    for table in ("connections", "subscriptions", "consent_roles", "feature_uses"):
        assert raw(env.rows)[table].count == 0, table
    for table in ("users", "mailboxes"):
        assert raw(env.rows)[table].count > 0, table
    page = alex.text(PAGE)
    assert "What remains at Microsoft" in page


def opened_at_microsoft(env: Environment) -> None:
    """Priya's mail is told of by the organization's consent."""
    with served(env) as config:
        worked = work(env, config)
    assert worked == [True]


def test_disabling_closes_subscriptions_with_a_fresh_token(
    env: Environment, connected: str
) -> None:
    opened_at_microsoft(env)
    env.sandbox.control("DELETE", "consent")
    env.services.microsoft365.tokens.fetch()
    env.sandbox.control("POST", "consent")
    alex = env.visitor(env.person("alex"))

    alex.post(f"{PAGE}/disablement")

    assert env.sandbox.control("GET", "state")["subscriptions"] == []
    assert "could not be closed" not in alex.text(PAGE)


@claims(IntegrationFlash.LEFT_OPEN)
def test_disabling_says_what_could_not_be_closed(env: Environment, connected: str) -> None:
    opened_at_microsoft(env)
    env.sandbox.control("POST", "faults", {"path": "/subscriptions", "status": 403})
    alex = env.visitor(env.person("alex"))

    alex.post(f"{PAGE}/disablement")

    assert "1 subscription could not be closed at Microsoft." in alex.text(PAGE)
    (left,) = env.sandbox.control("GET", "state")["subscriptions"]
    ends_at = datetime.fromisoformat(left["expirationDateTime"])
    assert ends_at < clock.utc_now() + timedelta(days=7)
    told = {"subscriptionId": left["id"], "subscriptionExpirationDateTime": ends_at.isoformat()}
    assert post(env, item(**told)).status_code == 202
    assert subscription_store.rejected_since(env.rows, clock.utc_now() - timedelta(minutes=5)) == 1


@claims(IntegrationFlash.DISABLED)
def test_disabling_ends_running_work(env: Environment, connected: str) -> None:
    now = clock.utc_now()
    claim = email.claim_of_person(env.rows, connected, "test", now=now)
    assert claim is not None
    env.visitor(env.person("alex")).post(f"{PAGE}/disablement")

    with pytest.raises(ClaimLost), env.rows.write():
        email.CLAIMS.fence.renew(env.rows, claim, now=now)

    assert email.claim_of_person(env.rows, connected, "test", now=now) is None
    with pytest.raises(PortalError):
        env.services.microsoft365.client_for(Feature.EMAIL_SYNC, connected)
    assert raw(env.rows)["mailboxes"].count > 0


@claims(ConnectionOutcome.PLATFORM_OFF)
def test_connecting_is_refused_while_disabled(env: Environment) -> None:
    user_id = env.person("priya")
    browser = env.visitor(user_id)
    address = env.leave(browser)
    env.visitor(env.person("alex")).post(f"{PAGE}/disablement")

    back = at_microsoft.came_back(env.sandbox, address, "priya@northwind.example")
    answer = browser.get(back)

    assert answer.headers["Location"].endswith("/platform-off")
    assert raw(env.rows)["connections"].count == 0


@claims(IntegrationFlash.NOT_WATCHED)
def test_coming_interviews_are_kept_and_not_watched(env: Environment) -> None:
    alex_id = env.person("alex")
    alex = env.visitor(alex_id)
    assert "interview" not in alex.text(PAGE)
    at = clock.utc_now() + timedelta(days=1)
    for name, state in (("first", "scheduled"), ("over", "cancelled")):
        builders.interview(
            env.rows,
            name,
            at=at,
            state=state,
            candidate_id=None,
            organizer_id=None,
            scheduled_by=None,
        )

    said = alex.text(PAGE)
    alex.post(f"{PAGE}/disablement")

    assert "1 coming interview stays in people" in said
    assert "Portal no longer watches it, and cannot move or cancel it until" in said
    told = "1 interview stays in people&#39;s calendars and is not watched: Portal does not see"
    assert told in alex.text(PAGE)
    states = {each["id"]: each["state"] for each in raw(env.rows)["interviews"].rows}
    assert states == {"first": "scheduled", "over": "cancelled"}
    for feature in (Feature.SCHEDULING, Feature.GROUP_CALENDARS):
        with pytest.raises(PortalError):
            env.services.microsoft365.client_for(feature, alex_id)
    assert raw(env.rows)["subscriptions"].count == 0


@claims(IntegrationFlash.DISABLED_BEFORE)
def test_disabling_twice_is_reported(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))
    alex.post(f"{PAGE}/disablement")

    alex.post(f"{PAGE}/disablement")

    assert "was disabled already" in alex.text(PAGE)
    assert platforms.enabled(env.rows) is None


@claims(IntegrationFlash.ENABLED)
def test_enabling_again_checks_the_consent(env: Environment, connected: str) -> None:
    alex = env.visitor(env.person("alex"))
    alex.post(f"{PAGE}/disablement")

    alex.post(f"{PAGE}/enablement")

    assert platforms.enabled(env.rows) is Platform.MICROSOFT_365
    assert "Connect the whole organization" in alex.text(PAGE)
    alex.post(f"{PAGE}/consent/check")
    assert consent_store.consent(env.rows) is not None


def test_disabling_goes_on_after_the_confirmation(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))
    grow_stale(env.rows)
    with env.rows.write():
        raw(env.rows).execute(
            "update users set password_hash = ? where display_name = 'Alex Berg'",
            [passwords.hashed("a long enough passphrase", name="Alex Berg", address="")],
        )

    refused = alex.post(f"{PAGE}/disablement")
    confirmed = alex.post(CONFIRMATION, {"password": "a long enough passphrase"})

    assert refused.headers["Location"] == CONFIRMATION
    assert confirmed.headers["Location"] == CONFIRMATION
    assert platforms.enabled(env.rows) is not None
    page = alex.get(CONFIRMATION).text
    assert "Disable Microsoft 365?" in page
    address, fields = waiting_form(page)
    assert alex.post(address, fields).headers["Location"] == PAGE
    assert platforms.enabled(env.rows) is None


def test_reading_the_application_asks_for_no_confirmation(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))
    grow_stale(env.rows)

    assert "Redirect URI 1" in alex.text(f"{PAGE}/application")


def test_secret_is_not_kept_while_its_person_confirms(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))
    grow_stale(env.rows)

    asked = alex.post(f"{PAGE}/application", {"client_secret": "a secret of the organization"})

    assert asked.headers["Location"] == CONFIRMATION
    assert "Portal kept nothing of this form" in alex.text(CONFIRMATION)
    assert raw(env.rows)["carried_changes"].count == 0
    address = address_on(alex.press(CONFIRMATION, AT_MICROSOFT))
    came_back = at_microsoft.came_back(env.sandbox, address, "alex@northwind.example")
    assert alex.get(came_back).headers["Location"] == f"{PAGE}/application"
    assert "For ten minutes you can save" in alex.text(f"{PAGE}/application")


def test_work_ended_by_disabling_records_no_failure(env: Environment, connected: str) -> None:
    env.visitor(env.person("alex")).post(f"{PAGE}/disablement")

    connections.failed(env.rows, connected, Feature.EMAIL_SYNC, "Ended.", clock.utc_now())
    coverage.failed(env.rows, Feature.EMAIL_SYNC, "Ended.", clock.utc_now())
    coverage.worked(env.rows, Feature.EMAIL_SYNC, clock.utc_now())

    assert raw(env.rows)["feature_uses"].count == 0
    assert raw(env.rows)["organization_feature_uses"].count == 0
