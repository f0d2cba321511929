"""A connection lapses only after a final refusal, and is not used afterwards."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.entra.models import Identity, PersonToken
from portal.errors import NotAllowed
from portal.graph.errors import NeedsReconnect, PermissionMissing
from portal.microsoft365 import connections, renewal
from portal.microsoft365.models import ConnectionState
from portal.microsoft365.permissions import Feature
from portal.vault import Vault
from tests.microsoft365.environment import Environment
from tests.microsoft365.tokens import refreshes, token
from tests.support.raw_rows import raw

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PRIYA = "priya@northwind.example"
ROOT = Path(__file__).parents[2]


def test_revoked_grant_lapses_with_a_reason(env: Environment) -> None:
    user_id, browser = env.connect()
    env.make_stale(user_id, LONG_AGO)
    env.sandbox.control("POST", f"revoke/{PRIYA}")

    with pytest.raises(NeedsReconnect):
        token(env, user_id)

    lapsed = env.connection(user_id)
    assert lapsed.state is ConnectionState.LAPSED
    assert (lapsed.sealed_access_token, lapsed.sealed_refresh_token) == (None, None)
    assert ("Microsoft 365 lapsed", PRIYA, "failed") in env.audited()
    page = browser.text("/settings/microsoft-365")
    assert "Your connection has ended, so nothing is synced." in page
    assert "Reconnect" in page


def test_lapsed_connection_asks_microsoft_no_more(env: Environment) -> None:
    user_id, _ = env.connect()
    env.make_stale(user_id, LONG_AGO)
    env.sandbox.control("POST", f"revoke/{PRIYA}")
    with pytest.raises(NeedsReconnect):
        token(env, user_id)

    with pytest.raises(NeedsReconnect):
        env.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)

    assert refreshes(env) == 1


def test_reconnecting_makes_a_lapsed_connection_work(env: Environment) -> None:
    user_id, browser = env.connect()
    env.make_stale(user_id, LONG_AGO)
    env.sandbox.control("POST", f"revoke/{PRIYA}")
    with pytest.raises(NeedsReconnect):
        token(env, user_id)
    env.sandbox.state.execute("update users set revoked_at = null")

    env.come_back(browser, PRIYA)

    again = env.connection(user_id)
    assert again.state is ConnectionState.WORKING
    assert again.failure is None
    assert token(env, user_id).version == again.version


@pytest.mark.parametrize("error", ["invalid_grant", "interaction_required", "login_required"])
def test_final_refusals_lapse(env: Environment, error: str) -> None:
    user_id, _ = env.connect()
    env.make_stale(user_id, LONG_AGO)
    body = f'{{"error": "{error}", "error_codes": [50076]}}'
    env.sandbox.control("POST", "faults", {"path": "/token", "status": 400, "body": body})

    with pytest.raises(NeedsReconnect):
        token(env, user_id)

    assert env.connection(user_id).is_lapsed


def test_refusal_of_an_old_token_keeps_a_newer_one(env: Environment) -> None:
    user_id, _ = env.connect()
    old = env.connection(user_id)
    with env.rows.write():
        connections.connect(
            Act(env.rows, Actor.system("test"), clock.utc_now()), env.services.vault,
            user_id=user_id,
            token=PersonToken(
                "new", "newer", clock.utc_now() + timedelta(hours=1), old.scopes,
                Identity(*old.key, PRIYA, "Priya Kaur"),
            ),
            )  # fmt: skip  # the token's parts belong together

    has_lapsed = connections.lapse(env.rows, old, failure="old", now=clock.utc_now())

    assert has_lapsed is False
    assert env.connection(user_id).state is ConnectionState.WORKING


def test_token_under_another_key_is_not_used(env: Environment) -> None:
    user_id, _ = env.connect()
    other = Vault([bytes(range(32))])

    with pytest.raises(NeedsReconnect):
        renewal.token_for(
            env.rows,
            other,
            env.services.microsoft365.oauth,
            user_id=user_id,
            feature=Feature.EMAIL_SYNC,
        )

    assert env.connection(user_id).failure == connections.UNREADABLE


def test_disabled_person_is_refused(env: Environment) -> None:
    user_id, _ = env.connect()
    client = env.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)
    with env.rows.write():
        raw(env.rows).execute("update users set is_enabled = 0 where id = ?", [user_id])

    with pytest.raises(NotAllowed):
        client.get("/me")
    with pytest.raises(NotAllowed):
        env.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)


def test_feature_without_its_permission_is_refused(env: Environment) -> None:
    user_id, _ = env.connect()

    with pytest.raises(PermissionMissing, match=r"User\.Read\.All"):
        env.services.microsoft365.client_for(Feature.USER_SYNC, user_id)


def test_client_renews_after_a_refused_token(env: Environment) -> None:
    user_id, _ = env.connect()
    client = env.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)
    env.sandbox.control("POST", "faults", {"path": "/v1.0/me", "status": 401, "times": 1})

    answer = client.get("/me")

    assert answer["userPrincipalName"] == env.sandbox.user_name(PRIYA)
    assert refreshes(env) == 1
