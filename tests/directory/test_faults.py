"""User sync when Microsoft fails, forgets or answers nonsense, and when workers die."""

from datetime import timedelta
from functools import partial

import pytest

from portal import clock
from portal.microsoft365.errors import PermissionMissing, Throttled, Unavailable
from portal.storage.claims import ClaimLost
from portal.users import directory_store, jobs, user_sync
from tests.directory.world import ADMIN, NORTHWIND, Tenant, never
from tests.support import builders
from tests.support.visiting import visitor

EVERYBODY = {"path": "/users[?]", "method": "GET"}


def test_a_directory_without_anybody_disables_nobody(tenant: Tenant) -> None:
    tenant.imports()
    directory_store.forget_place(tenant.db)
    tenant.sandbox.control("POST", "faults", {**EVERYBODY, "status": 200, "body": {"value": []}})

    with pytest.raises(Unavailable, match="no people at all"):
        tenant.look()
    assert tenant.names("is_enabled = 1") == NORTHWIND

    tenant.sandbox.control("DELETE", "faults")
    tenant.imports()
    assert tenant.names("is_enabled = 1") == NORTHWIND


def test_a_forgotten_place_leads_to_everybody_being_read_again(tenant: Tenant) -> None:
    tenant.imports()
    tenant.change("kim", accountEnabled=False)
    tenant.sandbox.control("DELETE", "users/sam@northwind.example")
    tenant.arrives("nia", displayName="Nia Moss")
    tenant.sandbox.control("PATCH", "tenant", {"deltaLifetime": -1})
    with pytest.raises(Exception, match="no longer knows"):
        tenant.look()
    tenant.sandbox.control("PATCH", "tenant", {"deltaLifetime": 3600})
    tenant.look()

    assert tenant.names("is_enabled = 0") == {"Kim Lund", "Sam Reed"}
    assert "Nia Moss" in tenant.names("is_enabled = 1")


def test_a_round_of_several_pages(tenant: Tenant) -> None:
    tenant.hire_many(1500)
    tenant.imports()
    assert len(list(tenant.db.query("select 1 from users"))) == 1505

    tenant.sandbox.control("PATCH", "tenant", {"directoryPageSize": 4})
    for number in range(1, 11):
        tenant.change(f"person{number}", displayName=f"New Name {number}")
    tenant.look()
    assert len(tenant.names("display_name like 'New Name %'")) == 10


def test_a_first_read_goes_on_where_it_was_stopped(tenant: Tenant) -> None:
    tenant.hire_many(1500)
    tenant.look(should_stop=lambda: True)
    assert directory_store.state(tenant.db).next_link
    before = len(tenant.sandbox.state.rows("select 1 from requests where path like '%/users'"))
    tenant.look()

    after = len(tenant.sandbox.state.rows("select 1 from requests where path like '%/users'"))
    assert after - before == 1
    assert user_sync.overview(tenant.db).coming == 1505


def test_an_import_goes_on_where_it_was_stopped(tenant: Tenant) -> None:
    tenant.hire_many(1500)
    tenant.look()
    user_sync.import_people(tenant.db, actor=ADMIN, now=clock.utc_now())
    tenant.look(should_stop=partial(next, iter([False, True, True])))
    some = len(list(tenant.db.query("select 1 from users")))
    assert 0 < some < 1505
    tenant.look()

    assert len(list(tenant.db.query("select 1 from users"))) == 1505


def test_a_worker_that_lost_its_claim_changes_nothing(tenant: Tenant) -> None:
    claim = tenant.claim()
    assert claim is not None
    later = clock.utc_now() + timedelta(minutes=5)
    assert jobs.claim_directory(tenant.services, "another", later) is not None

    with pytest.raises(ClaimLost):
        jobs.sync_directory(tenant.services, claim, never)
    assert user_sync.overview(tenant.db).coming == 0


def test_two_workers_never_have_it_both(tenant: Tenant) -> None:
    assert tenant.claim() is not None
    assert tenant.claim() is None


def test_being_throttled_is_no_failure_of_the_consent(tenant: Tenant) -> None:
    tenant.sandbox.control(
        "POST", "faults", {**EVERYBODY, "status": 429, "retryAfter": 600, "times": 9}
    )
    with pytest.raises(Throttled):
        tenant.look()

    state = directory_store.state(tenant.db)
    assert state.is_throttled
    assert state.due_at >= clock.utc_now() + timedelta(seconds=590)


def test_an_answer_that_is_no_list_changes_nothing(tenant: Tenant) -> None:
    tenant.imports()
    directory_store.forget_place(tenant.db)
    tenant.sandbox.control("POST", "faults", {**EVERYBODY, "status": 200, "body": {"value": 7}})

    with pytest.raises(Unavailable):
        tenant.look()
    assert tenant.names("is_enabled = 1") == NORTHWIND


def test_withdrawn_consent_stops_it_and_returned_consent_starts_it(tenant: Tenant) -> None:
    tenant.imports()
    tenant.withdraw()
    microsoft365 = tenant.services.microsoft365
    microsoft365.tokens.fetch(microsoft365.oauth)
    assert tenant.claim() is None
    assert tenant.names("is_enabled = 1") == NORTHWIND

    tenant.arrives("nia", displayName="Nia Moss")
    tenant.consent()
    tenant.look()
    assert "Nia Moss" in tenant.names()


def test_without_the_role_for_people_it_does_not_run(tenant: Tenant) -> None:
    tenant.withdraw()
    tenant.consent("Mail.Read")

    assert tenant.claim() is None
    assert not user_sync.overview(tenant.db).is_covered


def test_a_refused_directory_is_a_failure_that_says_so(tenant: Tenant) -> None:
    tenant.sandbox.control(
        "POST",
        "faults",
        {**EVERYBODY, "status": 403, "body": {"error": {"code": "Authorization_RequestDenied"}}},
    )
    with pytest.raises(PermissionMissing):
        tenant.look()


def test_another_organization_begins_anew_and_disables_nobody(tenant: Tenant) -> None:
    tenant.imports()
    tenant.db.execute("update directory_sync set tenant_id = 'another'")
    tenant.look()

    assert user_sync.overview(tenant.db).waits_for_import
    assert tenant.names("is_enabled = 1") == NORTHWIND


def test_a_disabled_platform_stops_it(tenant: Tenant) -> None:
    tenant.db.execute("update platforms set is_enabled = 0")
    assert tenant.claim() is None


def test_importing_twice_is_one_decision(tenant: Tenant) -> None:
    tenant.look()
    for _ in range(2):
        user_sync.import_people(tenant.db, actor=ADMIN, now=clock.utc_now())

    assert len(tenant.audited("import of the directory decided")) == 1


def test_an_import_before_everybody_was_read_is_refused(tenant: Tenant) -> None:
    with pytest.raises(Exception, match="not been read to its end"):
        user_sync.import_people(tenant.db, actor=ADMIN, now=clock.utc_now())


def test_somebody_with_400_aliases_comes_like_everybody(tenant: Tenant) -> None:
    aliases = [f"smtp:kim{number}@northwind.example" for number in range(400)]
    tenant.change("kim", proxyAddresses=["SMTP:kim@northwind.example", *aliases])
    tenant.imports()

    assert tenant.names() == NORTHWIND


def test_who_is_removed_loses_the_session_at_the_next_request(tenant: Tenant) -> None:
    tenant.imports()
    kim = visitor(tenant.app, tenant.user("kim")["id"])
    assert kim.get("/settings/personal-info").status_code == 200

    tenant.change("kim", deleted=True)
    tenant.look()

    assert kim.get("/settings/personal-info").location == "/signin"
    assert list(tenant.db.query("select 1 from sessions where user_id is not null")) == []


def test_open_invitations_of_somebody_removed_end(tenant: Tenant) -> None:
    alex = tenant.invited("alex", role="admin")
    tenant.imports()
    builders.invitation(tenant.db, created_by=alex)
    tenant.change("alex", deleted=True)
    tenant.look()

    row = next(tenant.db.query("select withdrawn_at from invitations"))
    assert row["withdrawn_at"] is not None
