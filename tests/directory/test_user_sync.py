"""User sync: who is imported, who is left out and why, and how changes apply."""

import pytest

from portal.directory import settings as user_sync
from portal.directory import sync as directory
from portal.directory.organization_facts import Facts
from portal.users.models import LeftOut
from tests.directory.environment import NORTHWIND, Environment
from tests.support.raw_rows import raw
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
def test_preview_lists_people_to_import(facts: dict[str, object], reason: LeftOut | None) -> None:
    assert directory.judged({**PERSON, **facts}, NORTHWINDS) is reason


def test_unknown_domains_leave_no_one_out() -> None:
    stranger = {**PERSON, "mail": "priya@elsewhere.example"}
    assert directory.judged(stranger, Facts(frozenset(), frozenset())) is None


def test_missing_property_counts_as_unset() -> None:
    bare = {name: PERSON[name] for name in ("id", "userPrincipalName", "accountEnabled")}
    assert directory.judged(bare, NORTHWINDS) is LeftOut.NO_MAILBOX


def test_no_one_is_imported_before_the_decision(env: Environment) -> None:
    env.sync()

    shown = user_sync.overview(env.rows)
    assert env.names() == set()
    assert (shown.waits_for_import, shown.coming) == (True, 5)
    assert dict(shown.left_out) == {
        LeftOut.GUEST: 1,
        LeftOut.NO_MAILBOX: 1,
        LeftOut.DISABLED: 1,
        LeftOut.SHARED: 1,
        LeftOut.ROOM: 5,
    }


def test_import_adds_enabled_people_as_limited(env: Environment) -> None:
    env.import_people()

    assert env.names() == NORTHWIND
    priya = env.user("priya")
    assert (priya["role"], priya["source"], priya["is_enabled"]) == ("limited", "directory", 1)
    assert (priya["tenant_id"], priya["object_id"]) == (
        TENANT_ID,
        env.sandbox.oid("priya@northwind.example"),
    )
    assert env.audited("people added from the directory") == ["5 people"]


def test_import_sends_no_messages(env: Environment) -> None:
    env.import_people()

    called = env.sandbox.state.rows("select method, path from requests")
    assert not [row for row in called if "sendMail" in row["path"] or "messages" in row["path"]]


def test_new_people_wait_while_enabling_is_off(env: Environment) -> None:
    env.set_switch(user_sync.ENABLE_NEW, on=False)
    env.import_people()

    assert env.names("is_enabled = 1") == set()
    assert env.names("kept_out = 'waiting'") == NORTHWIND
    assert user_sync.overview(env.rows).waiting == 5


def test_later_person_is_imported_by_the_next_sync(env: Environment) -> None:
    env.import_people()
    env.arrives("nia", displayName="Nia Moss")
    env.sync()

    assert env.names() == {*NORTHWIND, "Nia Moss"}


def test_name_and_address_follow_the_directory(env: Environment) -> None:
    env.import_people()
    env.change("kim", displayName="Kim Falk", mail="kim.falk@northwind.example")
    env.sync()

    kim = env.user("kim")
    assert (kim["display_name"], kim["address"]) == ("Kim Falk", "kim.falk@northwind.example")
    assert env.audited("name or address changed") == ["Kim Lund <kim@northwind.example>"]


def test_invited_person_is_matched_by_identity(env: Environment) -> None:
    invited = env.invited("priya", role="admin")
    env.import_people()

    priya = env.user("priya")
    assert (priya["id"], priya["source"], priya["role"]) == (invited, "directory", "admin")
    assert env.names() == NORTHWIND


def test_address_alone_matches_no_one(env: Environment) -> None:
    local = env.invited("priya", by_identity=False, password_hash="x", source="setup")
    env.import_people()

    assert env.user("priya")["id"] != local
    rows = raw(env.rows).query("select id from users where address = 'priya@northwind.example'")
    assert len(list(rows)) == 2


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"accountEnabled": False}, "disabled"),
        ({"deleted": True}, "removed"),
        ({"mail": "kim@elsewhere.example"}, "other_domain"),
        ({"userType": "Guest"}, "guest"),
    ],
)
def test_person_gone_from_the_directory_is_disabled_and_kept(
    env: Environment, facts: dict[str, object], reason: str
) -> None:
    env.import_people()
    oid = env.sandbox.oid("kim@northwind.example")
    env.change("kim", **facts)
    env.sync()

    kim = next(raw(env.rows).query("select * from users where object_id = ?", [oid]))
    assert (kim["is_enabled"], kim["kept_out"]) == (0, reason)
    assert env.audited("disabled for sign-in") == ["Kim Lund <kim@northwind.example>"]


def test_permanently_deleted_person_is_disabled(env: Environment) -> None:
    env.import_people()
    env.sandbox.control("DELETE", "users/kim@northwind.example")
    env.sync()

    assert env.names("kept_out = 'deleted'") == {"Kim Lund"}


def test_restored_person_is_enabled_again(env: Environment) -> None:
    env.import_people()
    env.change("kim", deleted=True)
    env.sync()
    assert env.user("kim")["is_enabled"] == 0
    env.change("kim", deleted=False)
    env.sync()

    kim = env.user("kim")
    assert (kim["is_enabled"], kim["kept_out"]) == (1, None)


def test_restored_person_waits_while_enabling_is_off(env: Environment) -> None:
    env.import_people()
    env.change("kim", accountEnabled=False)
    env.sync()
    env.set_switch(user_sync.ENABLE_NEW, on=False)
    env.change("kim", accountEnabled=True)
    env.sync()

    assert env.names("kept_out = 'waiting'") == {"Kim Lund"}


def test_person_disabled_by_an_administrator_stays_disabled(env: Environment) -> None:
    env.import_people()
    raw(env.rows).execute("update users set is_enabled = 0 where display_name = 'Kim Lund'")
    env.change("kim", accountEnabled=False)
    env.sync()
    env.change("kim", accountEnabled=True, displayName="Kim Falk")
    env.sync()

    kim = env.user("kim")
    assert (kim["is_enabled"], kim["display_name"]) == (0, "Kim Falk")


def test_last_administrator_is_disabled_too(env: Environment) -> None:
    env.invited("alex", role="admin")
    env.import_people()
    env.change("alex", accountEnabled=False)
    env.sync()

    assert env.user("alex")["is_enabled"] == 0


def test_invited_person_without_a_mailbox_stays(env: Environment) -> None:
    env.invited("noah")
    env.import_people()

    noah = env.user("noah")
    assert (noah["is_enabled"], noah["source"]) == (1, "invitation")


def test_invited_person_blocked_at_microsoft_is_disabled(env: Environment) -> None:
    env.invited("dana")
    env.import_people()

    assert env.user("dana")["kept_out"] == "disabled"


def test_invited_person_missing_from_the_directory_is_disabled(env: Environment) -> None:
    env.invited("kim", object_id="somebody-deleted-long-ago")
    env.import_people()

    assert env.names("kept_out = 'removed'") == {"Kim"}


def test_sync_that_is_off_changes_nothing(env: Environment) -> None:
    env.import_people()
    env.set_switch(user_sync.SYNC_USERS, on=False)
    env.change("kim", deleted=True)

    assert env.claim() is None
    assert env.user("kim")["is_enabled"] == 1
