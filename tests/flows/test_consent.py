"""Pages and sentences about the organization's consent: each is checked by what holds then."""

import pytest

from portal.flows.consent_outcomes import ConsentOutcome
from portal.flows.flash_texts import ConnectionFlash
from portal.graph.errors import GraphError
from portal.microsoft365 import consent_store
from portal.microsoft365.flash_texts import ConsentFlash
from portal.microsoft365.permissions import Feature, roles_needed
from portal.storage import platforms
from tests.claims.checks import claims
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support import builders
from tests.support.environments import address_on
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, words

ALEX = "alex@northwind.example"
PRIYA = "priya@northwind.example"
PAGE = "/admin/integrations/microsoft-365"
CHECK = f"{PAGE}/consent/check"
PLACE = "/oauth/microsoft/admin-consent/outcome/"


@pytest.fixture
def alex(env: Environment) -> Visitor:
    return env.visitor(env.person("alex"))


@pytest.fixture
def back(env: Environment, alex: Visitor) -> str:
    """The way back after Alex accepted at Microsoft."""
    return at_microsoft.came_back(env.sandbox, at_microsoft.consent_address(alex), ALEX)


def granted(env: Environment) -> frozenset[str]:
    found = consent_store.consent(env.rows)
    return found.roles if found else frozenset()


def ended(alex: Visitor, back: str, name: str) -> str:
    """The words of the page on which the flow ends, which has this name."""
    place = alex.get(back).location
    assert place.endswith(f"/{name}"), place
    return words(alex.get(place))


@claims(ConsentOutcome.STALE)
def test_way_back_that_was_used_changes_nothing(env: Environment, alex: Visitor, back: str) -> None:
    alex.get(back)
    before = consent_store.consent(env.rows)

    page = ended(alex, back, "stale")

    assert "This way back cannot be used It was used before" in page
    assert consent_store.consent(env.rows) == before


@claims(ConsentOutcome.PLATFORM_OFF)
def test_platform_that_was_disabled_keeps_nothing(
    env: Environment, alex: Visitor, back: str
) -> None:
    alex.post(f"{PAGE}/disablement")

    page = ended(alex, back, "platform-off")

    assert "Somebody disabled it in Portal while you were at Microsoft" in page
    assert consent_store.consent(env.rows) is None
    assert platforms.enabled(env.rows) is None


@claims(ConsentOutcome.OTHER_ORGANIZATION)
def test_consent_of_another_organization_changes_nothing(
    env: Environment, alex: Visitor, back: str
) -> None:
    builders.consent(env.rows, tenant_id="another", at="2026-01-01T00:00:00Z")
    before = [*raw(env.rows)["consents"].rows]

    page = ended(alex, back, "other-organization")

    assert "belongs to another organization than the one that answered" in page
    assert [*raw(env.rows)["consents"].rows] == before


@claims(ConsentOutcome.UNAVAILABLE)
def test_microsoft_that_is_away_changes_nothing(env: Environment, alex: Visitor, back: str) -> None:
    fault = {"path": "/token", "status": 503, "body": "<html>", "times": 20}
    env.sandbox.control("POST", "faults", fault)

    page = ended(alex, back, "unavailable")

    assert "Microsoft's sign-in did not answer, or has a problem." in page.replace("&#39;", "'")
    assert consent_store.consent(env.rows) is None
    env.sandbox.control("DELETE", "faults")
    alex.post(CHECK)
    assert set(roles_needed()) <= granted(env)


@claims(ConsentOutcome.MISCONFIGURED)
def test_secret_that_microsoft_refuses_is_no_consent(
    env: Environment, alex: Visitor, back: str
) -> None:
    env.sandbox.state.execute("update secrets set value = 'another'")

    page = ended(alex, back, "misconfigured")

    assert "its secret may be wrong or expired. Check it under Application" in page
    assert granted(env) == frozenset()
    assert env.sandbox.control("GET", "consent")["roles"] != []


@claims(ConsentFlash.NOT_GIVEN, ConsentFlash.INCOMPLETE, ConsentFlash.COMPLETE)
def test_check_says_what_microsoft_grants_now(env: Environment, alex: Visitor, back: str) -> None:
    alex.get(back)

    def checked(*roles: str) -> str:
        env.sandbox.control("DELETE", "consent")
        env.sandbox.control("POST", "consent", {"roles": [*roles], "scopes": []})
        alex.post(CHECK)
        return words(alex.get(PAGE))

    complete = checked(*roles_needed())
    held = granted(env)
    incomplete = checked("Mail.Read")
    left = granted(env)
    nothing = checked()

    assert "Microsoft grants everything that Portal needs." in complete
    assert set(roles_needed()) <= held
    lacking = "Missing: User.Read.All, Place.Read.All, Calendars.Read."
    assert f"Microsoft does not grant everything yet. {lacking}" in incomplete
    assert left == {"Mail.Read"}
    found = consent_store.consent(env.rows)
    assert found is not None
    assert not found.is_working
    assert env.sandbox.control("GET", "consent")["roles"] == []
    assert "consent was withdrawn on" in nothing


@claims(ConsentFlash.HINDERED)
def test_nobody_connects_while_microsoft_365_is_disabled(env: Environment, alex: Visitor) -> None:
    priya = env.visitor(env.person("priya"))
    alex.post(f"{PAGE}/disablement")

    answer = priya.post("/settings/microsoft-365/connect")

    assert (answer.status_code, answer.location) == (303, "/settings/microsoft-365")
    said = words(priya.get(answer.location))
    assert "Microsoft 365 is not enabled. An administrator enables it" in said
    assert raw(env.rows)["flows"].count == 0
    alex.post(f"{PAGE}/enablement")
    env.come_back(priya, PRIYA)
    assert raw(env.rows)["connections"].count == 1


@claims(ConnectionFlash.AVAILABILITY)
def test_calendar_of_a_person_who_connects_it_can_be_read(env: Environment) -> None:
    user_id, priya = env.connect()
    microsoft365 = env.services.microsoft365
    with pytest.raises(GraphError):
        microsoft365.client_for(Feature.AVAILABILITY, user_id)

    address = address_on(priya.post("/settings/microsoft-365/calendar"))
    place = priya.get(at_microsoft.came_back(env.sandbox, address, PRIYA)).location

    assert f"{PRIYA} is connected, and your calendar can be read by it." in words(priya.get(place))
    assert microsoft365.client_for(Feature.AVAILABILITY, user_id).get("calendar")["id"]


@claims(ConsentOutcome.FAILED)
def test_directory_that_is_not_the_own_is_not_believed(
    env: Environment, alex: Visitor, back: str
) -> None:
    foreign = {"issuer": "https://evil.example/x/v2.0", "jwks_uri": "https://evil.example/keys"}
    fault = {"path": "openid-configuration", "status": 200, "body": foreign, "times": 9}
    env.sandbox.control("POST", "faults", fault)

    page = ended(alex, back, "failed")

    assert "answer could not be used. Nothing was changed. Please start again." in page
    assert consent_store.consent(env.rows) is None
    assert platforms.enabled(env.rows) is not None
