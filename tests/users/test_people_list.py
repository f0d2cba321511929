"""The list of people: filters, several enabled at once, and the CSV file with the same people."""

import csv
import io

import pytest

from portal.directory import settings as user_sync
from portal.users import people_store
from portal.users.models import Show
from portal.users.role_texts import UserFlash
from tests.claims.checks import claims
from tests.directory.conftest import env
from tests.directory.environment import NORTHWIND, Environment
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor

__all__ = ["env"]
PAGE = "/admin/users"


@pytest.fixture
def admin(env: Environment) -> Visitor:
    """A local administrator."""
    user = env.invited("root", by_identity=False, role="admin", password_hash="x", source="setup")
    return visitor(env.app, user)


@pytest.fixture
def waiting(env: Environment) -> Environment:
    env.set_switch(user_sync.ENABLE_NEW, on=False)
    env.import_people()
    return env


def names(env: Environment, show: Show) -> set[str]:
    return {listed.user.display_name for listed in people_store.people(env.rows, show=show)}


@claims(UserFlash.ENABLED_SOME)
def test_all_waiting_people_are_enabled(waiting: Environment, admin: Visitor) -> None:
    assert "5 people wait." in admin.text(PAGE)
    assert names(waiting, Show.WAITING) == NORTHWIND
    assert admin.post(f"{PAGE}/waiting/enablement").status_code == 303

    assert names(waiting, Show.WAITING) == set()
    assert waiting.audited("enabled for sign-in") == ["5 people"]
    assert "5 people can sign in now." in admin.text(PAGE)


def test_selected_people_are_enabled_and_others_wait(waiting: Environment, admin: Visitor) -> None:
    some = [waiting.user("kim")["id"], waiting.user("sam")["id"]]
    admin.post(f"{PAGE}/enablement", {"user": some})

    assert waiting.names("kept_out = 'waiting'") == NORTHWIND - {"Kim Lund", "Sam Reed"}
    assert len(waiting.audited("enabled for sign-in")) == 2


def test_empty_selection_is_refused(waiting: Environment, admin: Visitor) -> None:
    refused = admin.post(f"{PAGE}/enablement")

    assert refused.status_code == 409
    assert "<h1>Users</h1>" in refused.text
    assert "Nobody is selected. Select the people to enable first." in refused.text


def test_unknown_person_enables_no_one(waiting: Environment, admin: Visitor) -> None:
    kim = waiting.user("kim")["id"]
    assert admin.post(f"{PAGE}/enablement", {"user": [kim, "nobody"]}).status_code == 404
    assert waiting.names("kept_out = 'waiting'") == NORTHWIND


def test_person_blocked_in_the_directory_is_not_enabled(env: Environment, admin: Visitor) -> None:
    env.import_people()
    env.change("kim", accountEnabled=False)
    env.sync()
    kim = env.user("kim")["id"]

    answer = admin.post(f"{PAGE}/{kim}/enablement", {"on": "1"})
    assert answer.status_code == 409
    assert "kept out by your directory" in answer.text
    assert names(env, Show.BY_DIRECTORY) == {"Kim Lund"}
    assert "Disabled at Microsoft" in admin.text(f"{PAGE}?show=by-directory")


def test_administrator_decides_while_sync_is_off(env: Environment, admin: Visitor) -> None:
    env.import_people()
    env.change("kim", accountEnabled=False)
    env.sync()
    env.set_switch(user_sync.SYNC_USERS, on=False)
    kim = env.user("kim")["id"]

    assert admin.post(f"{PAGE}/{kim}/enablement", {"on": "1"}).status_code == 303
    assert env.user("kim")["kept_out"] is None


def test_organization_connection_is_named(env: Environment, admin: Visitor) -> None:
    env.import_people()
    assert "By the organization" in admin.text(f"{PAGE}?q=kim")

    raw(env.rows).execute("update consents set state = 'withdrawn'")
    assert "By the organization" not in admin.text(f"{PAGE}?q=kim")


def test_filter_finds_people_who_must_reconnect(env: Environment) -> None:
    env.import_people()
    for name, scopes, state in (
        ("kim", "User.Read Mail.Read", "lapsed"),
        ("sam", "User.Read", "working"),
        ("priya", "User.Read Mail.Read", "working"),
    ):
        user_id = env.user(name)["id"]
        builders.connection(env.rows, user_id, scopes=scopes, state=state)

    assert names(env, Show.RECONNECT) == {"Kim Lund", "Sam Reed"}


def test_file_has_the_same_people_as_the_page(env: Environment, admin: Visitor) -> None:
    env.arrives("mal", displayName='=HYPERLINK("http://evil.example")')
    env.import_people()
    env.change("kim", accountEnabled=False)
    env.sync()

    answer = admin.post(f"{PAGE}/export", {"q": "northwind", "show": "by-directory"})
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["Name"], row["Kept out because"]) for row in rows] == [
        ("Kim Lund", "Disabled at Microsoft")
    ]
    assert rows[0]["User name at Microsoft"] == env.sandbox.user_name("kim@northwind.example")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert env.audited("people exported") == ["1 person"]

    everybody = admin.post(f"{PAGE}/export")
    assert "'=HYPERLINK" in everybody.text
    assert everybody.text.count("\r\n") == 1 + people_store.count(env.rows)


def test_members_may_not_export(env: Environment) -> None:
    member = visitor(env.app, env.invited("priya"))
    assert member.post(f"{PAGE}/export").status_code == 403


def test_enabling_an_administrator_needs_a_fresh_sign_in(
    waiting: Environment, admin: Visitor
) -> None:
    raw(waiting.rows).execute("update users set role = 'admin' where display_name = 'Kim Lund'")
    raw(waiting.rows).execute("update sessions set fresh_at = '2026-01-01T00:00:00Z'")
    answer = admin.post(f"{PAGE}/waiting/enablement")

    assert "/signin/confirmation" in str(answer.location)
    assert waiting.names("kept_out = 'waiting'") == NORTHWIND
