"""User sync when Microsoft fails, loses a cursor or answers nonsense, and when workers die."""

from datetime import timedelta
from functools import partial

import pytest

from portal import clock
from portal.audit.act import Act
from portal.directory import jobs
from portal.directory import settings as user_sync
from portal.directory import store as directory_store
from portal.graph.errors import PermissionMissing, Throttled, Unavailable
from portal.storage.claims import ClaimLost
from tests.directory.environment import ADMIN, NORTHWIND, Environment, never
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import visitor

EVERYBODY = {"path": "/users[?]", "method": "GET"}


def test_empty_directory_disables_no_one(env: Environment) -> None:
    env.import_people()
    with env.rows.write():
        directory_store.forget_place(env.rows)
    env.sandbox.control("POST", "faults", {**EVERYBODY, "status": 200, "body": {"value": []}})

    with pytest.raises(Unavailable, match="has no people"):
        env.sync()
    assert env.names("is_enabled = 1") == NORTHWIND

    env.sandbox.control("DELETE", "faults")
    env.import_people()
    assert env.names("is_enabled = 1") == NORTHWIND


def test_expired_cursor_restarts_the_sync(env: Environment) -> None:
    env.import_people()
    env.change("kim", accountEnabled=False)
    env.sandbox.control("DELETE", "users/sam@northwind.example")
    env.arrives("nia", displayName="Nia Moss")
    env.sandbox.control("PATCH", "tenant", {"deltaLifetime": -1})
    with pytest.raises(Exception, match="no longer knows"):
        env.sync()
    env.sandbox.control("PATCH", "tenant", {"deltaLifetime": 3600})
    env.sync()

    assert env.names("is_enabled = 0") == {"Kim Lund", "Sam Reed"}
    assert "Nia Moss" in env.names("is_enabled = 1")


def test_sync_of_several_pages_reads_everyone(env: Environment) -> None:
    env.hire_many(1500)
    env.import_people()
    assert len(list(raw(env.rows).query("select 1 from users"))) == 1505

    env.sandbox.control("PATCH", "tenant", {"directoryPageSize": 4})
    for number in range(1, 11):
        env.change(f"person{number}", displayName=f"New Name {number}")
    env.sync()
    assert len(env.names("display_name like 'New Name %'")) == 10


def test_first_read_resumes_after_a_stop(env: Environment) -> None:
    env.hire_many(1500)
    env.sync(should_stop=lambda: True)
    assert directory_store.state(env.rows).next_link
    before = len(env.sandbox.state.rows("select 1 from requests where path like '%/users'"))
    env.sync()

    after = len(env.sandbox.state.rows("select 1 from requests where path like '%/users'"))
    assert after - before == 1
    assert user_sync.overview(env.rows).coming == 1505


def test_import_resumes_after_a_stop(env: Environment) -> None:
    env.hire_many(1500)
    env.sync()
    user_sync.import_people(
        Act(env.rows, ADMIN, clock.utc_now()),
    )
    env.sync(should_stop=partial(next, iter([False, True, True])))
    some = len(list(raw(env.rows).query("select 1 from users")))
    assert 0 < some < 1505
    env.sync()

    assert len(list(raw(env.rows).query("select 1 from users"))) == 1505


def test_worker_without_its_claim_changes_nothing(env: Environment) -> None:
    claim = env.claim()
    assert claim is not None
    later = clock.utc_now() + timedelta(minutes=5)
    assert jobs.DIRECTORY.claim(env.services, "another", now=later) is not None

    with pytest.raises(ClaimLost):
        jobs.sync_directory(env.services, claim, never)
    assert user_sync.overview(env.rows).coming == 0


def test_sync_is_claimed_by_one_worker(env: Environment) -> None:
    assert env.claim() is not None
    assert env.claim() is None


def test_throttling_is_no_failure_of_the_consent(env: Environment) -> None:
    env.sandbox.control(
        "POST", "faults", {**EVERYBODY, "status": 429, "retryAfter": 600, "times": 9}
    )
    with pytest.raises(Throttled):
        env.sync()

    state = directory_store.state(env.rows)
    assert state.is_throttled
    assert state.due_at >= clock.utc_now() + timedelta(seconds=590)


def test_answer_without_a_list_changes_nothing(env: Environment) -> None:
    env.import_people()
    with env.rows.write():
        directory_store.forget_place(env.rows)
    env.sandbox.control("POST", "faults", {**EVERYBODY, "status": 200, "body": {"value": 7}})

    with pytest.raises(Unavailable):
        env.sync()
    assert env.names("is_enabled = 1") == NORTHWIND


def test_sync_stops_and_starts_with_the_consent(env: Environment) -> None:
    env.import_people()
    env.withdraw()
    microsoft365 = env.services.microsoft365
    microsoft365.tokens.fetch()
    assert env.claim() is None
    assert env.names("is_enabled = 1") == NORTHWIND

    env.arrives("nia", displayName="Nia Moss")
    env.consent()
    env.sync()
    assert "Nia Moss" in env.names()


def test_sync_needs_the_role_for_people(env: Environment) -> None:
    env.withdraw()
    env.consent("Mail.Read")

    assert env.claim() is None
    assert not user_sync.overview(env.rows).is_covered


def test_refused_directory_is_reported(env: Environment) -> None:
    env.sandbox.control(
        "POST",
        "faults",
        {**EVERYBODY, "status": 403, "body": {"error": {"code": "Authorization_RequestDenied"}}},
    )
    with pytest.raises(PermissionMissing):
        env.sync()


def test_another_organization_starts_over_and_disables_no_one(env: Environment) -> None:
    env.import_people()
    raw(env.rows).execute("update directory_sync set tenant_id = 'another'")
    env.sync()

    assert user_sync.overview(env.rows).waits_for_import
    assert env.names("is_enabled = 1") == NORTHWIND


def test_disabled_platform_stops_sync(env: Environment) -> None:
    raw(env.rows).execute("update platforms set is_enabled = 0")
    assert env.claim() is None


def test_import_sent_twice_is_one_decision(env: Environment) -> None:
    env.sync()
    for _ in range(2):
        user_sync.import_people(
            Act(env.rows, ADMIN, clock.utc_now()),
        )

    assert len(env.audited("import of the directory decided")) == 1


def test_import_before_the_first_read_is_refused(env: Environment) -> None:
    with pytest.raises(Exception, match="not been read to its end"):
        user_sync.import_people(
            Act(env.rows, ADMIN, clock.utc_now()),
        )


def test_person_with_400_aliases_is_imported(env: Environment) -> None:
    aliases = [f"smtp:kim{number}@northwind.example" for number in range(400)]
    env.change("kim", proxyAddresses=["SMTP:kim@northwind.example", *aliases])
    env.import_people()

    assert env.names() == NORTHWIND


def test_removed_person_loses_their_session(env: Environment) -> None:
    env.import_people()
    kim = visitor(env.app, env.user("kim")["id"])
    assert kim.get("/settings/personal-info").status_code == 200

    env.change("kim", deleted=True)
    env.sync()

    assert kim.get("/settings/personal-info").location == "/signin"
    assert list(raw(env.rows).query("select 1 from sessions where user_id is not null")) == []


def test_invitations_of_a_removed_person_end(env: Environment) -> None:
    alex = env.invited("alex", role="admin")
    env.import_people()
    builders.invitation(env.rows, created_by=alex)
    env.change("alex", deleted=True)
    env.sync()

    row = next(raw(env.rows).query("select withdrawn_at from invitations"))
    assert row["withdrawn_at"] is not None
