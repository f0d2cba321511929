"""The tick "Recruits" in the preview of the import, before it and later."""

import pytest

from portal.directory.flash_texts import DirectoryFlash
from portal.users import store
from portal.users.models import RoleNotice
from tests.claims.checks import claims
from tests.directory.environment import Environment
from tests.support.visitors import Visitor, visitor

PAGE = "/admin/integrations/microsoft-365"
BELOW = f"{PAGE}/user-sync"


@pytest.fixture
def admin(env: Environment) -> Visitor:
    return visitor(env.app, env.invited("root", by_identity=False, role="admin", password_hash="x"))


def tick(env: Environment, admin: Visitor, path: str = "recruits", **ticks: bool) -> str:
    """Post a page that shows these people, ticked or not. The text of the page that answers."""
    ids = {name: env.sandbox.oid(f"{name}@northwind.example") for name in ticks}
    ticked = [ids[name] for name, is_ticked in ticks.items() if is_ticked]
    answer = admin.post(f"{BELOW}/{path}", {"shown": [*ids.values()], "recruits": ticked})
    assert answer.status_code == 303, answer.text
    return admin.text(answer.location)


def change(env: Environment, admin: Visitor, **ticks: bool) -> str:
    """Change ticks after the import, and save the change. The text of the page that answers."""
    tick(env, admin, "recruits", **ticks)
    answer = admin.post(f"{BELOW}/choice/acceptance")
    assert answer.status_code == 303, answer.text
    return admin.text(answer.location)


@claims(DirectoryFlash.RECRUITS)
def test_page_says_before_the_import_that_nobody_recruits(env: Environment, admin: Visitor) -> None:
    env.sync()

    assert "None of them recruits yet." in admin.text(BELOW)
    said = tick(env, admin, priya=True, kim=False)

    assert "1 person recruits now." in said
    assert "1 of them recruits and becomes a member." in said
    assert "None of them recruits yet." not in said
    assert env.audited("recruit marked") == ["Priya Kaur <priya@northwind.example>"]
    env.import_people()
    assert env.names("role = 'member' and source = 'directory'") == {"Priya Kaur"}


def test_import_takes_the_ticks_of_its_page(env: Environment, admin: Visitor) -> None:
    env.sync()
    tick(env, admin, priya=True, kim=True)

    said = tick(env, admin, "import", priya=True, kim=False, sam=False)
    env.sync()

    assert "1 of them recruits." in said
    assert env.names("role = 'member' and source = 'directory'") == {"Priya Kaur"}
    assert env.audited("recruit unmarked") == ["Kim Lund <kim@northwind.example>"]


@claims(DirectoryFlash.AS_BEFORE)
def test_later_ticks_change_roles_and_ask(env: Environment, admin: Visitor) -> None:
    env.import_people("priya")

    change(env, admin, priya=False, kim=True)

    kim, priya = (store.user(env.rows, env.user(name)["id"]) for name in ("kim", "priya"))
    assert (kim.role, kim.role_notice) == ("member", RoleNotice.BECAME_MEMBER)
    assert (priya.role, priya.role_notice) == ("limited", RoleNotice.BECAME_LIMITED)
    assert "Nothing changed." in tick(env, admin, priya=False, kim=True)
    assert store.user(env.rows, kim.id) == kim
    assert store.user(env.rows, priya.id) == priya


def test_administrator_keeps_their_role_without_a_tick(env: Environment, admin: Visitor) -> None:
    env.invited("alex", role="admin")
    env.import_people()

    tick(env, admin, alex=False)

    assert env.user("alex")["role"] == "admin"


def test_ticked_entry_that_is_left_out_changes_nothing(env: Environment, admin: Visitor) -> None:
    env.sync()
    dana = env.sandbox.state.row("select id from users where display_name = 'Dana Disabled'")
    assert dana is not None

    admin.post(f"{BELOW}/recruits", {"shown": dana["id"], "recruits": dana["id"]})

    assert env.audited("recruit marked") == []


def test_person_answers_the_notice_about_their_mailbox(env: Environment, admin: Visitor) -> None:
    env.import_people()
    change(env, admin, kim=True)
    kim = env.user("kim")["id"]
    page = visitor(env.app, kim)

    asked = page.text("/settings/personal-info")
    said = page.text(page.post("/settings/email/sync", {"on": "1"}).location)

    assert "You recruit now. May Portal open your mailbox?" in asked
    assert "May Portal open your mailbox?" not in said
    assert store.syncs_email(env.rows, kim)


def test_limited_person_is_told(env: Environment, admin: Visitor) -> None:
    env.import_people("kim")
    change(env, admin, kim=False)
    kim = env.user("kim")["id"]
    page = visitor(env.app, kim)

    told = page.text("/settings/personal-info")
    page.post("/settings/email/sync", {"on": "0"})

    assert "Your role is Limited now." in told
    assert "Your role is Limited now." not in page.text("/settings/personal-info")
    assert not store.syncs_email(env.rows, kim)


@claims(DirectoryFlash.RECRUITS_AS_BEFORE)
def test_ticks_of_before_change_nothing(env: Environment, admin: Visitor) -> None:
    env.sync()
    tick(env, admin, priya=True, kim=False)

    said = tick(env, admin, priya=True, kim=False)
    env.import_people()

    assert "Nothing changed: 1 person recruits now." in said
    assert env.audited("recruit marked") == ["Priya Kaur <priya@northwind.example>"]
    assert env.names("role = 'member' and source = 'directory'") == {"Priya Kaur"}
