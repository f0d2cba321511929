"""Ticks "Recruits" after the import: looked through beside the choice, then saved with it."""

import re

import pytest

from portal.directory import apply_store, choice_store
from portal.directory.models import Effect
from tests.directory.environment import NAMES, Environment
from tests.support.sandbox_server import TENANT_ID
from tests.support.visitors import Visitor, visitor

BELOW = "/admin/integrations/microsoft-365/user-sync"
PAGE = f"{BELOW}/choice"


@pytest.fixture
def admin(env: Environment) -> Visitor:
    return visitor(env.app, env.invited("root", by_identity=False, role="admin", password_hash="x"))


def choose_people(env: Environment, admin: Visitor, *names: str) -> None:
    ids = [env.sandbox.oid(f"{name}@northwind.example") for name in names]
    admin.post(PAGE, {"whom": "people"})
    admin.post(f"{PAGE}/people", {"shown": ids, "chosen": ids})
    admin.post(f"{PAGE}/acceptance")


def test_change_of_role_is_looked_through_before_it_is_saved(
    env: Environment, admin: Visitor
) -> None:
    env.import_people("priya")
    ids = {name: env.sandbox.oid(f"{name}@northwind.example") for name in ("priya", "kim", "sam")}

    answer = admin.post(f"{BELOW}/recruits", {"shown": [*ids.values()], "recruits": [ids["kim"]]})
    previewed = admin.text(answer.location)
    before = [env.user(name)["role"] for name in ("priya", "kim", "sam")]
    waits, ticks = admin.text(BELOW), admin.get(BELOW).text
    saved = admin.post(f"{PAGE}/acceptance")

    assert answer.location == f"{PAGE}#effect"
    assert "0 would be added, 0 would be disabled, 2 would change, 3 stay as they are." in previewed
    assert "Becomes a member" in previewed
    assert "Becomes limited" in previewed
    assert before == ["member", "limited", "limited"]
    assert "A change waits to be saved." in waits
    assert re.search(r'aria-label="Kim Lund recruits"\s+checked', ticks)
    assert "This choice holds now." in admin.text(saved.location)
    after = [(env.user(name)["role"], env.user(name)["role_notice"]) for name in ("priya", "kim")]
    assert after == [("limited", "became_limited"), ("member", "became_member")]
    assert env.audited("people to import chosen") == []


def test_proposed_role_is_dropped(env: Environment, admin: Visitor) -> None:
    env.import_people("priya")
    priya = env.sandbox.oid("priya@northwind.example")

    admin.post(f"{BELOW}/recruits", {"shown": [priya]})
    admin.post(f"{PAGE}/withdrawal")

    assert env.user("priya")["role"] == "member"
    assert not choice_store.choice(env.rows).is_changed
    assert admin.post(f"{PAGE}/acceptance").status_code == 409


def test_same_ticks_again_propose_nothing(env: Environment, admin: Visitor) -> None:
    env.import_people("priya")
    priya = env.sandbox.oid("priya@northwind.example")

    for ticked in ([], [priya]):
        answer = admin.post(f"{BELOW}/recruits", {"shown": [priya], "recruits": ticked})

    assert "Nothing changed." in admin.text(answer.location)
    assert not choice_store.choice(env.rows).is_changed


def test_administrator_changes_by_no_tick(env: Environment, admin: Visitor) -> None:
    env.invited("alex", role="admin")
    env.import_people()
    alex = env.sandbox.oid("alex@northwind.example")

    admin.post(f"{BELOW}/recruits", {"shown": [alex], "recruits": []})

    assert not choice_store.choice(env.rows).is_changed


def test_ticks_of_people_one_by_one_choose_and_change(env: Environment, admin: Visitor) -> None:
    env.import_people("priya")
    ids = {name: env.sandbox.oid(f"{name}@northwind.example") for name in ("priya", "kim", "sam")}
    admin.post(PAGE, {"whom": "people"})

    ticks = {"chosen": [ids["priya"], ids["kim"]], "recruits": [ids["kim"], ids["sam"]]}
    admin.post(f"{PAGE}/people", {"shown": [*ids.values()], **ticks})
    effect = choice_store.effect(env.rows, TENANT_ID)
    found = choice_store.differences(env.rows, TENANT_ID, limit=10)
    admin.post(f"{PAGE}/acceptance")
    env.sync()

    # Sam goes, so that the tick "Recruits" is no change of theirs.
    assert effect == Effect(comes=0, goes=3, changes=2, stays=0)
    assert {each.display_name: each.label for each in found} == {
        "Alex Berg": "Disabled",
        "Front Desk": "Disabled",
        "Sam Reed": "Disabled",
        "Kim Lund": "Becomes a member",
        "Priya Kaur": "Becomes limited",
    }
    assert env.names("is_enabled = 1 and source = 'directory'") == {"Priya Kaur", "Kim Lund"}


def test_person_who_comes_says_as_what(env: Environment, admin: Visitor) -> None:
    env.sync()
    choose_people(env, admin, "sam")
    env.import_people()
    ids = {name: env.sandbox.oid(f"{name}@northwind.example") for name in ("priya", "kim", "sam")}

    ticks = {"chosen": [*ids.values()], "recruits": [ids["priya"]]}
    admin.post(f"{PAGE}/people", {"shown": [*ids.values()], **ticks})
    found = choice_store.differences(env.rows, TENANT_ID, limit=10)
    admin.post(f"{PAGE}/acceptance")
    env.sync()

    assert {each.display_name: each.label for each in found} == {
        "Priya Kaur": "Imported as a member",
        "Kim Lund": "Imported as limited",
    }
    assert env.user("priya")["role"] == "member"
    assert env.user("kim")["role"] == "limited"


def test_roles_change_while_the_guard_asks_about_disabling(
    env: Environment, admin: Visitor
) -> None:
    env.hire_many(20)
    env.import_people()
    ids = [env.sandbox.oid(f"{name}@northwind.example") for name in NAMES]
    admin.post(PAGE, {"whom": "people"})

    admin.post(f"{PAGE}/people", {"shown": ids, "chosen": ids, "recruits": ids[1:2]})
    admin.post(f"{PAGE}/acceptance")
    env.sync()

    assert env.user("priya")["role"] == "member"
    assert env.names("is_enabled = 0") == set()
    assert apply_store.count_doubts(env.rows) == 20
