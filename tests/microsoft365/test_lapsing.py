"""Only a final refusal ends a connection, and then nothing is done for the person."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.audit.models import Actor
from portal.errors import NotAllowed
from portal.microsoft365 import connections, renewal
from portal.microsoft365.errors import NeedsReconnect, PermissionMissing
from portal.microsoft365.models import ConnectionState, Identity, PersonToken
from portal.microsoft365.permissions import Feature
from portal.storage.database import write
from portal.vault import Vault
from tests.microsoft365.tokens import refreshes, token
from tests.microsoft365.world import World

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PRIYA = "priya@northwind.example"
ROOT = Path(__file__).parents[2]


def test_revoked_grant_lapses_with_a_reason(world: World) -> None:
    user_id, browser = world.connect()
    world.make_stale(user_id, LONG_AGO)
    world.sandbox.control("POST", f"revoke/{PRIYA}")

    with pytest.raises(NeedsReconnect):
        token(world, user_id)

    lapsed = world.connection(user_id)
    assert lapsed.state is ConnectionState.LAPSED
    assert (lapsed.sealed_access_token, lapsed.sealed_refresh_token) == (None, None)
    assert ("Microsoft 365 lapsed", PRIYA, "failed") in world.audited()
    page = browser.text("/settings/microsoft-365")
    assert "Your connection has ended, so nothing is synced." in page
    assert "Reconnect" in page


def test_lapsed_connection_asks_microsoft_no_more(world: World) -> None:
    user_id, _ = world.connect()
    world.make_stale(user_id, LONG_AGO)
    world.sandbox.control("POST", f"revoke/{PRIYA}")
    with pytest.raises(NeedsReconnect):
        token(world, user_id)

    with pytest.raises(NeedsReconnect):
        world.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)

    assert refreshes(world) == 1


def test_reconnecting_makes_a_lapsed_connection_work(world: World) -> None:
    user_id, browser = world.connect()
    world.make_stale(user_id, LONG_AGO)
    world.sandbox.control("POST", f"revoke/{PRIYA}")
    with pytest.raises(NeedsReconnect):
        token(world, user_id)
    world.sandbox.state.execute("update users set revoked_at = null")

    world.come_back(browser, PRIYA)

    again = world.connection(user_id)
    assert again.state is ConnectionState.WORKING
    assert again.failure is None
    assert token(world, user_id).version == again.version


@pytest.mark.parametrize("error", ["invalid_grant", "interaction_required", "login_required"])
def test_final_refusals_lapse(world: World, error: str) -> None:
    user_id, _ = world.connect()
    world.make_stale(user_id, LONG_AGO)
    body = f'{{"error": "{error}", "error_codes": [50076]}}'
    world.sandbox.control("POST", "faults", {"path": "/token", "status": 400, "body": body})

    with pytest.raises(NeedsReconnect):
        token(world, user_id)

    assert world.connection(user_id).is_lapsed


def test_refusal_of_an_old_token_spares_a_newer_one(world: World) -> None:
    user_id, _ = world.connect()
    old = world.connection(user_id)
    with write(world.db):
        connections.connect(
            world.db,
            world.services.vault,
            user_id=user_id,
            token=PersonToken(
                "new", "newer", clock.utc_now() + timedelta(hours=1), old.scopes,
                Identity(*old.key, PRIYA, "Priya Kaur"),
            ),
            actor=Actor.system("test"),
            now=clock.utc_now(),
        )  # fmt: skip  # the token's parts belong together

    has_lapsed = connections.lapse(world.db, old, failure="old", now=clock.utc_now())

    assert has_lapsed is False
    assert world.connection(user_id).state is ConnectionState.WORKING


def test_token_that_cannot_be_opened_is_not_used(world: World) -> None:
    user_id, _ = world.connect()
    other = Vault([bytes(range(32))])

    with pytest.raises(NeedsReconnect):
        renewal.token_for(
            world.db,
            other,
            world.services.microsoft365.oauth,
            user_id=user_id,
            feature=Feature.EMAIL_SYNC,
        )

    assert world.connection(user_id).failure == connections.UNREADABLE


def test_disabled_person_is_refused(world: World) -> None:
    user_id, _ = world.connect()
    client = world.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)
    with write(world.db):
        world.db.execute("update users set is_enabled = 0 where id = ?", [user_id])

    with pytest.raises(NotAllowed):
        client.get("/me")
    with pytest.raises(NotAllowed):
        world.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)


def test_feature_without_its_permission_is_refused(world: World) -> None:
    user_id, _ = world.connect()

    with pytest.raises(PermissionMissing, match=r"User\.Read\.All"):
        world.services.microsoft365.client_for(Feature.USER_SYNC, user_id)


def test_client_renews_after_a_refused_token(world: World) -> None:
    user_id, _ = world.connect()
    client = world.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)
    world.sandbox.control("POST", "faults", {"path": "/v1.0/me", "status": 401, "times": 1})

    answer = client.get("/me")

    assert answer["userPrincipalName"] == PRIYA
    assert refreshes(world) == 1
