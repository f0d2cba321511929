"""Disabling Microsoft 365: what stops, what is wiped, and what stays."""

import pytest

from portal import clock
from portal.audit.log import Actor
from portal.email import store as email
from portal.microsoft365 import connections, consent, consent_store, consenting
from portal.microsoft365.models import ConsentRoute
from portal.microsoft365.permissions import Feature
from portal.storage import platforms
from portal.storage.claims import ClaimLost
from portal.storage.database import write
from portal.users import passwords
from tests.microsoft365 import at_microsoft
from tests.microsoft365.world import World

PAGE = "/admin/integrations/microsoft-365"


@pytest.fixture
def connected(world: World) -> str:
    """Priya is connected, and the organization has consented."""
    user_id, _ = world.connect("priya")
    world.sandbox.control("POST", "consent")
    consenting.prove(
        world.db,
        world.services.microsoft365,
        route=ConsentRoute.LINK,
        actor=Actor.system("test"),
        is_patient=False,
    )
    email.take_over_readable(world.db, now=clock.utc_now())
    return user_id


def test_it_wipes_what_opens_mailboxes_and_keeps_the_rest(world: World, connected: str) -> None:
    alex = world.visitor(world.person("alex"))

    answer = alex.post(f"{PAGE}/disablement")

    assert answer.status_code == 303
    assert platforms.enabled(world.db) is None
    assert consent_store.consent(world.db) is None
    for table in ("connections", "subscriptions", "consent_roles", "feature_uses"):
        assert world.db[table].count == 0, table
    for table in ("users", "mailboxes"):
        assert world.db[table].count > 0, table
    page = alex.text(PAGE)
    assert "What remains at Microsoft" in page


def test_no_worker_goes_on(world: World, connected: str) -> None:
    now = clock.utc_now()
    claim = email.claim_of_person(world.db, connected, "test", now=now)
    assert claim is not None
    world.visitor(world.person("alex")).post(f"{PAGE}/disablement")

    with pytest.raises(ClaimLost):
        email.renew(world.db, claim, now=now)

    assert email.claim_of_person(world.db, connected, "test", now=now) is None


def test_nobody_connects_while_it_is_off(world: World) -> None:
    user_id = world.person("priya")
    browser = world.visitor(user_id)
    address = world.leave(browser)
    world.visitor(world.person("alex")).post(f"{PAGE}/disablement")

    back = at_microsoft.came_back(world.sandbox, address, "priya@northwind.example")
    answer = browser.get(back)

    assert answer.headers["Location"].endswith("/platform-off")
    assert world.db["connections"].count == 0


def test_pressed_twice_it_says_so(world: World) -> None:
    alex = world.visitor(world.person("alex"))
    alex.post(f"{PAGE}/disablement")

    alex.post(f"{PAGE}/disablement")

    assert "was disabled already" in alex.text(PAGE)


def test_enabled_again_it_takes_up_consent_anew(world: World, connected: str) -> None:
    alex = world.visitor(world.person("alex"))
    alex.post(f"{PAGE}/disablement")

    alex.post(f"{PAGE}/enablement")

    assert "Connect the whole organization" in alex.text(PAGE)
    alex.post(f"{PAGE}/consent/check")
    assert consent_store.consent(world.db) is not None


def test_who_has_to_confirm_comes_back_to_where_they_were(world: World) -> None:
    alex = world.visitor(world.person("alex"))
    with write(world.db):
        world.db.execute("update sessions set fresh_at = '2026-01-01T00:00:00Z'")
        world.db.execute(
            "update users set password_hash = ? where display_name = 'Alex Berg'",
            [passwords.hashed("a long enough passphrase", name="Alex Berg", address="")],
        )

    refused = alex.post(f"{PAGE}/disablement")
    confirmed = alex.post("/signin/confirmation", {"password": "a long enough passphrase"})

    assert refused.headers["Location"] == "/signin/confirmation"
    assert confirmed.headers["Location"] == PAGE
    assert platforms.enabled(world.db) is not None
    alex.post(f"{PAGE}/disablement")
    assert platforms.enabled(world.db) is None


def test_application_asks_before_anything_is_typed(world: World) -> None:
    alex = world.visitor(world.person("alex"))
    with write(world.db):
        world.db.execute("update sessions set fresh_at = '2026-01-01T00:00:00Z'")

    assert alex.get(f"{PAGE}/application").headers["Location"] == "/signin/confirmation"


def test_work_that_ends_because_of_it_leaves_no_note(world: World, connected: str) -> None:
    world.visitor(world.person("alex")).post(f"{PAGE}/disablement")

    connections.failed(world.db, connected, Feature.EMAIL_SYNC, "Ended.", clock.utc_now())
    consent.failed(world.db, Feature.EMAIL_SYNC, "Ended.", clock.utc_now())
    consent.worked(world.db, Feature.EMAIL_SYNC, clock.utc_now())

    assert world.db["feature_uses"].count == 0
    assert world.db["organization_feature_uses"].count == 0
