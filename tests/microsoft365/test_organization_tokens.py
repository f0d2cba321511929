"""Tokens of the organization: tied to one version of the consent, in every process."""

from contextlib import suppress
from datetime import timedelta

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.entra.errors import ConsentMissing
from portal.graph.errors import PermissionMissing
from portal.microsoft365 import consent, consent_store, jobs
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.models import Consent, ConsentRoute, ConsentState
from portal.microsoft365.permissions import roles_needed
from portal.services import build_services
from portal.storage.claims import Claim
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support import consents
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID
from tests.support.visitors import Visitor, words

PAGE = "/admin/integrations/microsoft-365"
ALEX = Actor(id="alex", name="Alex Berg")


@pytest.fixture
def other(env: Environment) -> Microsoft365:
    """Microsoft 365 in another process of the same portal."""
    other = build_services(env.services.config).microsoft365
    for each in (other, env.services.microsoft365):
        each.tokens.settles_seconds = 0
    return other


def give(env: Environment, *roles: str) -> None:
    env.sandbox.control("POST", "consent", {"roles": list(roles), "scopes": []})


def recorded(env: Environment) -> Consent:
    return consents.prove(env.services, route=ConsentRoute.HERE, actor=ALEX)


def known(env: Environment) -> Consent:
    found = consent_store.consent(env.rows)
    assert found is not None
    return found


def check(env: Environment) -> None:
    """The worker's next check, as soon as it is due."""
    with env.rows.write():
        raw(env.rows).execute("update consents set claimed_by = 'test'")
    with suppress(ConsentMissing):
        jobs.check_consent(env.services, Claim(consent_store.ID, "test"), lambda: False)


def test_role_granted_later_reaches_every_process(env: Environment, other: Microsoft365) -> None:
    give(env, "Mail.Read")
    recorded(env)
    assert other.tokens.token().roles == {"Mail.Read"}
    give(env, "Mail.Read", "Place.Read.All")

    check(env)

    assert other.tokens.token().roles == {"Mail.Read", "Place.Read.All"}


def test_consent_that_came_back_is_used_by_every_process(
    env: Environment, other: Microsoft365
) -> None:
    give(env, *roles_needed())
    recorded(env)
    env.sandbox.control("DELETE", "consent")
    assert other.tokens.fetch().roles == set()
    give(env, *roles_needed())

    check(env)

    assert other.tokens.token().roles == set(roles_needed())


def test_refused_permission_drops_tokens_of_every_process_once_a_minute(
    env: Environment, other: Microsoft365
) -> None:
    give(env, *roles_needed())
    recorded(env)
    before, version = other.tokens.token(), known(env).version
    refusal = {"path": "/places", "status": 403, "code": "Authorization_RequestDenied"}
    env.sandbox.control("POST", "faults", refusal)
    for _ in range(2):
        with pytest.raises(PermissionMissing):
            env.services.microsoft365.organization_client().get("/places/microsoft.graph.room")

    assert known(env).version == version + 1
    assert other.tokens.token().access_token != before.access_token
    consent.drop_tokens(env.rows, now=clock.utc_now() + timedelta(minutes=2))
    assert known(env).version == version + 2


def test_refusal_by_one_mailbox_drops_no_token(env: Environment) -> None:
    give(env, *roles_needed())
    recorded(env)
    version = known(env).version
    env.sandbox.control("POST", "faults", {"path": "/places", "status": 403})

    with pytest.raises(PermissionMissing):
        env.services.microsoft365.organization_client().get("/places/microsoft.graph.room")

    assert known(env).version == version


def test_servers_that_disagree_are_not_asked_at_each_call(env: Environment) -> None:
    give(env, *roles_needed())
    recorded(env)
    token = env.services.microsoft365.tokens.token()
    consent.drop_tokens(env.rows, now=clock.utc_now())

    assert env.services.microsoft365.tokens.token() is token


def test_late_refusal_of_a_replaced_application_is_ignored(env: Environment) -> None:
    give(env, *roles_needed())
    recorded(env)
    since = known(env).version
    with env.rows.write():
        consent_store.raise_version(env.rows)
    new = recorded(env)

    consent.lose(env.rows, consent.TAKEN_BACK, since=since, now=clock.utc_now())
    consent.note_failure(env.rows, "The secret is wrong.", since=since, now=clock.utc_now())
    old_token = env.services.microsoft365.tokens.token()
    consent.observe(env.rows, old_token, since=since, now=clock.utc_now())

    assert known(env) == new


def test_consent_after_disable_has_another_version(env: Environment) -> None:
    give(env, *roles_needed())
    first = recorded(env)
    with env.rows.write():
        consent_store.delete(env.rows)
    later = Act(env.rows, ALEX, clock.utc_now() + timedelta(seconds=5))
    token = env.services.microsoft365.tokens.fetch()

    second = consent.record(later, token, route=ConsentRoute.HERE)

    assert second.version != first.version


def came_back_too_early(env: Environment) -> Visitor:
    """Alex accepts at Microsoft, whose tokens do not know of it yet."""
    alex = env.visitor(env.person("alex"))
    env.sandbox.control("PATCH", "tenant", {"consentDelay": 3600})
    address = at_microsoft.consent_address(alex)
    back = at_microsoft.came_back(env.sandbox, address, "alex@northwind.example")
    assert alex.get(back).headers["Location"].endswith("/not-yet")
    return alex


def arrive(env: Environment) -> None:
    env.sandbox.control("PATCH", "tenant", {"consentDelay": 0})


def test_consent_that_takes_long_is_noticed_with_its_asker(env: Environment) -> None:
    alex = came_back_too_early(env)
    page = words(alex.get(PAGE))
    assert "Consent is on its way." in page
    assert "It has not arrived yet." in page
    check(env)
    assert known(env).is_waiting
    arrive(env)

    check(env)

    given = known(env)
    assert given.is_working
    assert (given.asked_by, given.route) == ("Alex Berg", ConsentRoute.HERE)
    assert given.waiting_since is None
    assert ("organization consent recorded", "Alex Berg", "ok") in env.audited()


def test_check_again_keeps_route_and_asker(env: Environment) -> None:
    alex = came_back_too_early(env)
    arrive(env)

    alex.post("/admin/integrations/microsoft-365/consent/check")

    assert known(env).is_working
    assert known(env).route is ConsentRoute.HERE


def accepted_by_link(env: Environment) -> Visitor:
    """Accept by the link while tokens do not know of it yet."""
    alex = env.visitor(env.person("alex"))
    env.sandbox.control("PATCH", "tenant", {"consentDelay": 3600})
    env.sandbox.control("POST", "consent")
    alex.post("/admin/integrations/microsoft-365/consent/check")
    return alex


def test_consent_by_link_is_waited_for_when_somebody_checks(env: Environment) -> None:
    alex = accepted_by_link(env)
    page = words(alex.get(PAGE))
    assert "Microsoft grants nothing yet." in page
    assert "It was accepted at Microsoft" not in page
    arrive(env)

    check(env)

    given = known(env)
    assert (given.is_working, given.asked_by) == (True, "Alex Berg")
    assert given.route is ConsentRoute.LINK


def test_link_that_nobody_accepted_is_waited_for_an_hour(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))
    alex.post("/admin/integrations/microsoft-365/consent/check")
    check(env)
    assert known(env).is_waiting

    raw(env.rows).execute(
        "update consents set waiting_since = ?",
        [clock.text(clock.utc_now() - timedelta(minutes=61))],
    )
    check(env)

    assert consent_store.consent(env.rows) is None
    assert "Consent is on its way" not in alex.text(PAGE)


def test_consent_accepted_here_replaces_the_wait_for_a_link(env: Environment) -> None:
    accepted_by_link(env)
    kim = Act(env.rows, Actor.system("Kim Lund"), clock.utc_now())

    consent.wait_for(kim, TENANT_ID, route=ConsentRoute.LINK)
    assert known(env).asked_by == "Alex Berg"

    consent.wait_for(kim, TENANT_ID, route=ConsentRoute.HERE)
    assert (known(env).asked_by, known(env).route) == ("Kim Lund", ConsentRoute.HERE)


def test_waiting_consent_lets_another_organization_in(env: Environment) -> None:
    came_back_too_early(env)
    raw(env.rows).execute("update consents set tenant_id = 'another'")
    arrive(env)

    assert recorded(env).tenant_id == TENANT_ID


@pytest.mark.parametrize(
    ("waited", "until_next"),
    [
        (timedelta(seconds=0), timedelta(seconds=5)),
        (timedelta(seconds=40), timedelta(seconds=40)),
        (timedelta(minutes=5), timedelta(minutes=5)),
        (timedelta(hours=2), timedelta(minutes=10)),
        (-timedelta(days=1), timedelta(seconds=5)),
    ],
)
def test_checks_of_a_waiting_consent_become_rarer(waited: timedelta, until_next: timedelta) -> None:
    now = clock.utc_now()
    waiting = Consent(
        tenant_id="northwind",
        state=ConsentState.WITHDRAWN,
        asked_by="Alex Berg",
        route=ConsentRoute.HERE,
        granted_at=now,
        checked_at=now,
        version=1,
        waiting_since=now - waited,
    )

    assert consent.until_check(waiting, now) == until_next
