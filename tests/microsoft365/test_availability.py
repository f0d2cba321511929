"""Reading calendars by the organization's consent, once an administrator turned it on."""

import pytest

from portal.audit.models import Actor
from portal.graph.errors import NotConnected
from portal.microsoft365 import coverage
from portal.microsoft365.flash_texts import ConsentFlash
from portal.microsoft365.permissions import Feature
from tests.claims.checks import claims
from tests.microsoft365.environment import Environment
from tests.support import consents
from tests.support.visitors import Visitor

PAGE = "/admin/integrations/microsoft-365"


def give(env: Environment, *roles: str) -> None:
    env.sandbox.control("POST", "consent", {"roles": [*roles], "scopes": []})
    consents.prove(env.services, actor=Actor.system("Alex Berg"))


def told(admin: Visitor, on: str) -> str:
    """The page after the switch was set."""
    admin.post(f"{PAGE}/availability", {"on": on})
    return admin.text(PAGE)


@claims(ConsentFlash.CALENDARS_ON, ConsentFlash.CALENDARS_OFF)
def test_consent_reads_calendars_only_where_an_administrator_turned_it_on(
    env: Environment,
) -> None:
    priya, alex = env.person("priya"), env.visitor(env.person("alex"))
    give(env, "Mail.Read", "Calendars.Read")

    off = alex.text(PAGE)
    by_nobody = coverage.covers(env.rows, priya, Feature.AVAILABILITY)
    on = told(alex, "1")
    by_consent = coverage.covers(env.rows, priya, Feature.AVAILABILITY)
    env.services.microsoft365.client_for(Feature.AVAILABILITY, priya).get("calendar")
    read = env.calls("/users/[^/]+/calendar$")
    off_again = told(alex, "0")

    assert "own connections, which Microsoft asks for on their Calendar page" in off
    assert by_nobody is None
    assert "Calendars are read by the organization&#39;s consent." in on
    assert "Calendars.Read is granted." in on
    assert by_consent == env.sandbox.oid("priya@northwind.example")
    assert "Calendars are read by people&#39;s own connections alone." in off_again
    assert read == ["GET"]
    assert coverage.covers(env.rows, priya, Feature.AVAILABILITY) is None
    with pytest.raises(NotConnected):
        env.services.microsoft365.client_for(Feature.AVAILABILITY, priya)
    assert [each[0] for each in env.audited() if "calendars" in each[0]] == [
        "organization reading of calendars turned on",
        "organization reading of calendars turned off",
    ]


@claims(ConsentFlash.CALENDARS_LACK)
def test_consent_without_the_permission_says_so(env: Environment) -> None:
    priya, alex = env.person("priya"), env.visitor(env.person("alex"))
    give(env, "Mail.Read")

    page = told(alex, "1")

    assert "The organization&#39;s consent lacks Calendars.Read. Consent again" in page
    assert coverage.covers(env.rows, priya, Feature.AVAILABILITY) is None
    give(env, "Mail.Read", "Calendars.Read")
    assert coverage.covers(env.rows, priya, Feature.AVAILABILITY) is not None
