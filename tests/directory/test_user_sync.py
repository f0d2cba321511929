"""User sync: who comes, who is left out and why, and what happens to those who change."""

import pytest

from portal import clock
from portal.users import directory, directory_store, user_sync
from portal.users.directory_facts import Facts
from portal.users.models import LeftOut
from tests.directory.world import ADMIN, NORTHWIND, Tenant
from tests.support.sandbox_server import TENANT_ID

NORTHWINDS = Facts(frozenset({"northwind.example"}), frozenset({"room-x@northwind.example"}))
PERSON = {
    "id": "1",
    "displayName": "Priya Kaur",
    "mail": "Priya@Northwind.example",
    "userPrincipalName": "priya@northwind.example",
    "accountEnabled": True,
    "userType": "Member",
    "assignedLicenses": [{"skuId": "x"}],
}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"userType": None}, None),
        ({"userType": "guest"}, LeftOut.GUEST),
        ({"userPrincipalName": "a_b.example#ext#@northwind.example"}, LeftOut.GUEST),
        ({"mail": None}, LeftOut.NO_MAILBOX),
        ({"assignedLicenses": []}, LeftOut.NO_MAILBOX),
        ({"assignedLicenses": [], "accountEnabled": False}, LeftOut.SHARED),
        ({"accountEnabled": False}, LeftOut.DISABLED),
        ({"mail": "priya@elsewhere.example"}, LeftOut.OTHER_DOMAIN),
        ({"mail": "priya@evil-northwind.example"}, LeftOut.OTHER_DOMAIN),
        ({"mail": "priya"}, LeftOut.NO_MAILBOX),
        ({"mail": "Room-X@northwind.example", "accountEnabled": False}, LeftOut.ROOM),
    ],
)
def test_who_comes(facts: dict[str, object], reason: LeftOut | None) -> None:
    assert directory.judged({**PERSON, **facts}, NORTHWINDS) is reason


def test_without_known_domains_none_is_left_out_for_its_domain() -> None:
    stranger = {**PERSON, "mail": "priya@elsewhere.example"}
    assert directory.judged(stranger, Facts(frozenset(), frozenset())) is None


def test_a_member_never_set_in_a_change_counts_as_not_there() -> None:
    bare = {name: PERSON[name] for name in ("id", "userPrincipalName", "accountEnabled")}
    assert directory.judged(bare, NORTHWINDS) is LeftOut.NO_MAILBOX


def test_nobody_comes_before_the_import_is_decided(tenant: Tenant) -> None:
    tenant.look()

    shown = user_sync.overview(tenant.db)
    assert tenant.names() == set()
    assert (shown.waits_for_import, shown.coming) == (True, 5)
    assert dict(shown.left_out) == {
        LeftOut.GUEST: 1,
        LeftOut.NO_MAILBOX: 1,
        LeftOut.DISABLED: 1,
        LeftOut.SHARED: 1,
        LeftOut.ROOM: 5,
    }


def test_the_import_brings_everybody_as_enabled_members(tenant: Tenant) -> None:
    tenant.imports()

    assert tenant.names() == NORTHWIND
    priya = tenant.user("priya")
    assert (priya["role"], priya["source"], priya["is_enabled"]) == ("member", "directory", 1)
    assert (priya["tenant_id"], priya["object_id"]) == (
        TENANT_ID,
        tenant.sandbox.oid("priya@northwind.example"),
    )
    assert tenant.audited("people added from the directory") == ["5 people"]


def test_nobody_is_written_to(tenant: Tenant) -> None:
    tenant.imports()

    called = tenant.sandbox.state.rows("select method, path from requests")
    assert not [row for row in called if "sendMail" in row["path"] or "messages" in row["path"]]


def test_when_enabling_is_off_new_people_wait(tenant: Tenant) -> None:
    user_sync.set_switch(
        tenant.db, user_sync.ENABLE_NEW, on=False, actor=ADMIN, now=clock.utc_now()
    )
    tenant.imports()

    assert tenant.names("is_enabled = 1") == set()
    assert tenant.names("kept_out = 'waiting'") == NORTHWIND
    assert user_sync.overview(tenant.db).waiting == 5


def test_somebody_who_comes_later_comes_by_the_next_look(tenant: Tenant) -> None:
    tenant.imports()
    tenant.arrives("nia", displayName="Nia Moss")
    tenant.look()

    assert tenant.names() == {*NORTHWIND, "Nia Moss"}


def test_a_new_name_and_address_follow(tenant: Tenant) -> None:
    tenant.imports()
    tenant.change("kim", displayName="Kim Falk", mail="kim.falk@northwind.example")
    tenant.look()

    kim = tenant.user("kim")
    assert (kim["display_name"], kim["address"]) == ("Kim Falk", "kim.falk@northwind.example")
    assert tenant.audited("name or address changed") == ["Kim Lund <kim@northwind.example>"]


def test_somebody_invited_is_taken_over_by_identity(tenant: Tenant) -> None:
    invited = tenant.invited("priya", role="admin")
    tenant.imports()

    priya = tenant.user("priya")
    assert (priya["id"], priya["source"], priya["role"]) == (invited, "directory", "admin")
    assert tenant.names() == NORTHWIND


def test_an_address_alone_takes_nobody_over(tenant: Tenant) -> None:
    local = tenant.invited("priya", by_identity=False, password_hash="x", source="setup")
    tenant.imports()

    assert tenant.user("priya")["id"] != local
    rows = tenant.db.query("select id from users where address = 'priya@northwind.example'")
    assert len(list(rows)) == 2


def test_a_local_account_keeps_its_name_and_address(tenant: Tenant) -> None:
    tenant.invited("priya", password_hash="x", source="setup", display_name="P.")
    tenant.imports()

    priya = tenant.user("priya")
    assert (priya["display_name"], priya["source"]) == ("P.", "setup")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"accountEnabled": False}, "disabled"),
        ({"deleted": True}, "removed"),
        ({"licensed": False}, "no_mailbox"),
        ({"mail": "kim@elsewhere.example"}, "other_domain"),
        ({"userType": "Guest"}, "guest"),
    ],
)
def test_whom_the_directory_does_not_hold_any_more_is_disabled_and_kept(
    tenant: Tenant, facts: dict[str, object], reason: str
) -> None:
    tenant.imports()
    oid = tenant.sandbox.oid("kim@northwind.example")
    tenant.change("kim", **facts)
    tenant.look()

    kim = next(tenant.db.query("select * from users where object_id = ?", [oid]))
    assert (kim["is_enabled"], kim["kept_out"]) == (0, reason)
    assert tenant.audited("disabled for sign-in") == ["Kim Lund <kim@northwind.example>"]


def test_somebody_deleted_for_good_is_disabled(tenant: Tenant) -> None:
    tenant.imports()
    tenant.sandbox.control("DELETE", "users/kim@northwind.example")
    tenant.look()

    assert tenant.names("kept_out = 'deleted'") == {"Kim Lund"}


def test_who_is_restored_is_enabled_again(tenant: Tenant) -> None:
    tenant.imports()
    tenant.change("kim", deleted=True)
    tenant.look()
    assert tenant.user("kim")["is_enabled"] == 0
    tenant.change("kim", deleted=False)
    tenant.look()

    kim = tenant.user("kim")
    assert (kim["is_enabled"], kim["kept_out"]) == (1, None)


def test_who_is_restored_waits_where_enabling_is_off(tenant: Tenant) -> None:
    tenant.imports()
    tenant.change("kim", accountEnabled=False)
    tenant.look()
    user_sync.set_switch(
        tenant.db, user_sync.ENABLE_NEW, on=False, actor=ADMIN, now=clock.utc_now()
    )
    tenant.change("kim", accountEnabled=True)
    tenant.look()

    assert tenant.names("kept_out = 'waiting'") == {"Kim Lund"}


def test_whom_an_administrator_disabled_stays_disabled(tenant: Tenant) -> None:
    tenant.imports()
    tenant.db.execute("update users set is_enabled = 0 where display_name = 'Kim Lund'")
    tenant.change("kim", accountEnabled=False)
    tenant.look()
    tenant.change("kim", accountEnabled=True, displayName="Kim Falk")
    tenant.look()

    kim = tenant.user("kim")
    assert (kim["is_enabled"], kim["display_name"]) == (0, "Kim Falk")


def test_the_last_administrator_is_disabled_too(tenant: Tenant) -> None:
    tenant.invited("alex", role="admin")
    tenant.imports()
    tenant.change("alex", accountEnabled=False)
    tenant.look()

    assert tenant.user("alex")["is_enabled"] == 0


def test_an_invited_person_without_a_mailbox_stays_as_invited(tenant: Tenant) -> None:
    tenant.invited("noah")
    tenant.imports()

    noah = tenant.user("noah")
    assert (noah["is_enabled"], noah["source"]) == (1, "invitation")


def test_an_invited_person_who_is_blocked_at_microsoft_is_disabled(tenant: Tenant) -> None:
    tenant.invited("dana")
    tenant.imports()

    assert tenant.user("dana")["kept_out"] == "disabled"


def test_an_invited_person_whom_the_directory_never_names_is_disabled(tenant: Tenant) -> None:
    tenant.invited("kim", object_id="somebody-deleted-long-ago")
    tenant.imports()

    assert tenant.names("kept_out = 'removed'") == {"Kim"}


def test_nothing_happens_while_sync_is_off(tenant: Tenant) -> None:
    tenant.imports()
    user_sync.set_switch(
        tenant.db, user_sync.SYNC_USERS, on=False, actor=ADMIN, now=clock.utc_now()
    )
    tenant.change("kim", deleted=True)

    assert tenant.claim() is None
    assert tenant.user("kim")["is_enabled"] == 1


def test_domains_that_may_not_be_read_leave_nobody_out(tenant: Tenant) -> None:
    tenant.arrives("ola", mail="ola@elsewhere.example", displayName="Ola Else")
    refusal = {"error": {"code": "Authorization_RequestDenied", "message": "No."}}
    tenant.sandbox.control(
        "POST", "faults", {"path": "/organization", "status": 403, "body": refusal}
    )
    tenant.imports()

    assert "Ola Else" in tenant.names()
    assert directory_store.state(tenant.db).domains == frozenset()


def test_a_list_of_domains_that_changed_judges_everybody_again(tenant: Tenant) -> None:
    tenant.arrives("ola", mail="ola@elsewhere.example", displayName="Ola Else")
    tenant.imports()
    assert "Ola Else" not in tenant.names()

    tenant.db.execute("update directory_sync set facts_read_at = '2026-01-01T00:00:00Z'")
    tenant.sandbox.control("PATCH", "tenant", {"domain": "elsewhere.example"})
    tenant.look()

    assert tenant.names("is_enabled = 1") == {"Ola Else"}
