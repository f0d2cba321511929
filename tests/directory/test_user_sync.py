"""User sync: who comes, who is left out and why, and what happens to those who change."""

import pytest

from portal import clock
from portal.users import directory, directory_store, user_sync
from portal.users.directory_facts import Facts
from portal.users.models import LeftOut
from tests.directory.environment import ADMIN, NORTHWIND, Environment
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


def test_nobody_comes_before_the_import_is_decided(env: Environment) -> None:
    env.look()

    shown = user_sync.overview(env.db)
    assert env.names() == set()
    assert (shown.waits_for_import, shown.coming) == (True, 5)
    assert dict(shown.left_out) == {
        LeftOut.GUEST: 1,
        LeftOut.NO_MAILBOX: 1,
        LeftOut.DISABLED: 1,
        LeftOut.SHARED: 1,
        LeftOut.ROOM: 5,
    }


def test_the_import_brings_everybody_as_enabled_members(env: Environment) -> None:
    env.imports()

    assert env.names() == NORTHWIND
    priya = env.user("priya")
    assert (priya["role"], priya["source"], priya["is_enabled"]) == ("member", "directory", 1)
    assert (priya["tenant_id"], priya["object_id"]) == (
        TENANT_ID,
        env.sandbox.oid("priya@northwind.example"),
    )
    assert env.audited("people added from the directory") == ["5 people"]


def test_nobody_is_written_to(env: Environment) -> None:
    env.imports()

    called = env.sandbox.state.rows("select method, path from requests")
    assert not [row for row in called if "sendMail" in row["path"] or "messages" in row["path"]]


def test_when_enabling_is_off_new_people_wait(env: Environment) -> None:
    user_sync.set_switch(env.db, user_sync.ENABLE_NEW, on=False, actor=ADMIN, now=clock.utc_now())
    env.imports()

    assert env.names("is_enabled = 1") == set()
    assert env.names("kept_out = 'waiting'") == NORTHWIND
    assert user_sync.overview(env.db).waiting == 5


def test_somebody_who_comes_later_comes_by_the_next_look(env: Environment) -> None:
    env.imports()
    env.arrives("nia", displayName="Nia Moss")
    env.look()

    assert env.names() == {*NORTHWIND, "Nia Moss"}


def test_a_new_name_and_address_follow(env: Environment) -> None:
    env.imports()
    env.change("kim", displayName="Kim Falk", mail="kim.falk@northwind.example")
    env.look()

    kim = env.user("kim")
    assert (kim["display_name"], kim["address"]) == ("Kim Falk", "kim.falk@northwind.example")
    assert env.audited("name or address changed") == ["Kim Lund <kim@northwind.example>"]


def test_somebody_invited_is_taken_over_by_identity(env: Environment) -> None:
    invited = env.invited("priya", role="admin")
    env.imports()

    priya = env.user("priya")
    assert (priya["id"], priya["source"], priya["role"]) == (invited, "directory", "admin")
    assert env.names() == NORTHWIND


def test_an_address_alone_takes_nobody_over(env: Environment) -> None:
    local = env.invited("priya", by_identity=False, password_hash="x", source="setup")
    env.imports()

    assert env.user("priya")["id"] != local
    rows = env.db.query("select id from users where address = 'priya@northwind.example'")
    assert len(list(rows)) == 2


def test_a_local_account_keeps_its_name_and_address(env: Environment) -> None:
    env.invited("priya", password_hash="x", source="setup", display_name="P.")
    env.imports()

    priya = env.user("priya")
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
    env: Environment, facts: dict[str, object], reason: str
) -> None:
    env.imports()
    oid = env.sandbox.oid("kim@northwind.example")
    env.change("kim", **facts)
    env.look()

    kim = next(env.db.query("select * from users where object_id = ?", [oid]))
    assert (kim["is_enabled"], kim["kept_out"]) == (0, reason)
    assert env.audited("disabled for sign-in") == ["Kim Lund <kim@northwind.example>"]


def test_somebody_deleted_for_good_is_disabled(env: Environment) -> None:
    env.imports()
    env.sandbox.control("DELETE", "users/kim@northwind.example")
    env.look()

    assert env.names("kept_out = 'deleted'") == {"Kim Lund"}


def test_who_is_restored_is_enabled_again(env: Environment) -> None:
    env.imports()
    env.change("kim", deleted=True)
    env.look()
    assert env.user("kim")["is_enabled"] == 0
    env.change("kim", deleted=False)
    env.look()

    kim = env.user("kim")
    assert (kim["is_enabled"], kim["kept_out"]) == (1, None)


def test_who_is_restored_waits_where_enabling_is_off(env: Environment) -> None:
    env.imports()
    env.change("kim", accountEnabled=False)
    env.look()
    user_sync.set_switch(env.db, user_sync.ENABLE_NEW, on=False, actor=ADMIN, now=clock.utc_now())
    env.change("kim", accountEnabled=True)
    env.look()

    assert env.names("kept_out = 'waiting'") == {"Kim Lund"}


def test_whom_an_administrator_disabled_stays_disabled(env: Environment) -> None:
    env.imports()
    env.db.execute("update users set is_enabled = 0 where display_name = 'Kim Lund'")
    env.change("kim", accountEnabled=False)
    env.look()
    env.change("kim", accountEnabled=True, displayName="Kim Falk")
    env.look()

    kim = env.user("kim")
    assert (kim["is_enabled"], kim["display_name"]) == (0, "Kim Falk")


def test_the_last_administrator_is_disabled_too(env: Environment) -> None:
    env.invited("alex", role="admin")
    env.imports()
    env.change("alex", accountEnabled=False)
    env.look()

    assert env.user("alex")["is_enabled"] == 0


def test_an_invited_person_without_a_mailbox_stays_as_invited(env: Environment) -> None:
    env.invited("noah")
    env.imports()

    noah = env.user("noah")
    assert (noah["is_enabled"], noah["source"]) == (1, "invitation")


def test_an_invited_person_who_is_blocked_at_microsoft_is_disabled(env: Environment) -> None:
    env.invited("dana")
    env.imports()

    assert env.user("dana")["kept_out"] == "disabled"


def test_an_invited_person_whom_the_directory_never_names_is_disabled(env: Environment) -> None:
    env.invited("kim", object_id="somebody-deleted-long-ago")
    env.imports()

    assert env.names("kept_out = 'removed'") == {"Kim"}


def test_nothing_happens_while_sync_is_off(env: Environment) -> None:
    env.imports()
    user_sync.set_switch(env.db, user_sync.SYNC_USERS, on=False, actor=ADMIN, now=clock.utc_now())
    env.change("kim", deleted=True)

    assert env.claim() is None
    assert env.user("kim")["is_enabled"] == 1


def test_domains_that_may_not_be_read_leave_nobody_out(env: Environment) -> None:
    env.arrives("ola", mail="ola@elsewhere.example", displayName="Ola Else")
    refusal = {"error": {"code": "Authorization_RequestDenied", "message": "No."}}
    env.sandbox.control("POST", "faults", {"path": "/organization", "status": 403, "body": refusal})
    env.imports()

    assert "Ola Else" in env.names()
    assert directory_store.state(env.db).domains == frozenset()


def test_a_list_of_domains_that_changed_judges_everybody_again(env: Environment) -> None:
    env.arrives("ola", mail="ola@elsewhere.example", displayName="Ola Else")
    env.imports()
    assert "Ola Else" not in env.names()

    env.db.execute("update directory_sync set facts_read_at = '2026-01-01T00:00:00Z'")
    env.sandbox.control("PATCH", "tenant", {"domain": "elsewhere.example"})
    env.look()

    assert env.names("is_enabled = 1") == {"Ola Else"}
