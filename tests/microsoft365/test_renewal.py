"""Token renewal: one refresh per connection at a time, and temporary failures change nothing."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faults.harness.token_race import race
from portal import clock
from portal.entra.errors import AuthorityUnavailable, Misconfigured
from portal.graph.errors import NotConnected, Unavailable
from portal.microsoft365 import connections, renewal, store
from tests.corpus.environment import own_variables, settings_for
from tests.microsoft365.environment import Environment
from tests.microsoft365.tokens import refreshes, token
from tests.support.raw_rows import raw

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PRIYA = "priya@northwind.example"


def test_stored_token_is_used_while_it_is_fresh(env: Environment) -> None:
    user_id, _ = env.connect()

    first, second = token(env, user_id), token(env, user_id)

    assert first == second
    assert refreshes(env) == 0


def test_old_token_is_renewed_and_rotated(env: Environment) -> None:
    user_id, _ = env.connect()
    before = env.connection(user_id)
    env.make_stale(user_id, LONG_AGO)

    fetched = token(env, user_id)

    after = env.connection(user_id)
    assert refreshes(env) == 1
    assert fetched.version == after.version == before.version + 1
    assert after.sealed_refresh_token != before.sealed_refresh_token
    assert connections.access_token(env.services.vault, after) == fetched.access_token
    assert after.access_expires_at is not None
    assert after.access_expires_at > clock.utc_now() + timedelta(minutes=10)


def test_refused_token_is_renewed_once(env: Environment) -> None:
    user_id, _ = env.connect()
    version = env.connection(user_id).version

    fetched = token(env, user_id, refused_version=version)
    again = token(env, user_id, refused_version=version)

    assert fetched == again
    assert refreshes(env) == 1


def test_eight_processes_refresh_once(env: Environment, instance: Path) -> None:
    user_id, _ = env.connect()
    env.make_stale(user_id, LONG_AGO)
    env.sandbox.control("POST", "faults", {"path": "/token", "delayMs": 500})
    variables = own_variables(settings_for(instance, env.sandbox.url))

    tokens = race(variables, user_id, racers=8, log=instance / "racers.log")

    stored = connections.access_token(env.services.vault, env.connection(user_id))
    assert tokens == {stored}
    assert refreshes(env) == 1


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 500}, AuthorityUnavailable),
        ({"status": 503, "body": "<html>Service Unavailable</html>"}, AuthorityUnavailable),
        ({"status": 429, "retryAfter": 5}, AuthorityUnavailable),
        ({"status": 400, "body": "{}"}, AuthorityUnavailable),
        ({"status": 400, "body": '{"error": "something_new"}'}, Misconfigured),
        ({"status": 400, "body": '{"error": "temporarily_unavailable"}'}, AuthorityUnavailable),
        ({"status": 401, "body": '{"error": "invalid_client"}'}, Misconfigured),
        ({"reset": True}, AuthorityUnavailable),
        ({"truncate": True}, AuthorityUnavailable),
    ],
)
def test_temporary_failures_change_nothing(
    env: Environment, fault: dict[str, object], expected: type[Exception]
) -> None:
    user_id, _ = env.connect()
    env.make_stale(user_id, LONG_AGO)
    before = env.connection(user_id)
    env.sandbox.control("POST", "faults", {"path": "/token", **fault})

    with pytest.raises(expected):
        token(env, user_id)

    env.sandbox.control("DELETE", "faults")
    assert env.connection(user_id) == before
    assert token(env, user_id).version == before.version + 1


def test_lease_of_a_dead_process_lapses(env: Environment) -> None:
    user_id, _ = env.connect()
    env.make_stale(user_id, LONG_AGO)
    with env.rows.write():
        store.claim_renewal(
            env.rows, env.connection(user_id), now=clock.utc_now() - timedelta(seconds=58)
        )

    fetched = token(env, user_id)

    assert fetched.version == env.connection(user_id).version
    assert refreshes(env) == 1


def test_waiting_for_a_lease_ends(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id, _ = env.connect()
    env.make_stale(user_id, LONG_AGO)
    monkeypatch.setattr(renewal, "PATIENCE_SECONDS", 0.3)
    with env.rows.write():
        store.claim_renewal(
            env.rows, env.connection(user_id), now=clock.utc_now() + timedelta(minutes=4)
        )

    with pytest.raises(Unavailable):
        token(env, user_id)

    assert refreshes(env) == 0


def test_connection_revoked_during_a_refresh_stays_revoked(env: Environment) -> None:
    user_id, browser = env.connect()
    env.make_stale(user_id, LONG_AGO)
    env.sandbox.control("POST", "faults", {"path": "/token", "delayMs": 800})
    outcome: list[Exception] = []

    def refresh() -> None:
        try:
            token(env, user_id)
        except NotConnected as error:
            outcome.append(error)

    racing = threading.Thread(target=refresh)
    racing.start()
    deadline = clock.monotonic() + 5
    while not _is_claimed(env, user_id) and clock.monotonic() < deadline:
        pass
    browser.post("/settings/microsoft-365/revocation")
    racing.join()

    assert [type(error) for error in outcome] == [NotConnected]
    assert store.connection_of(env.rows, user_id) is None


def _is_claimed(env: Environment, user_id: str) -> bool:
    rows = raw(env.rows).query(
        "select 1 as x from connections where user_id = ? and claimed_by is not null",
        [user_id],
    )
    return any(True for _ in rows)
