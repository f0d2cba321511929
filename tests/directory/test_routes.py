"""User sync on the Microsoft 365 page: its texts and an administrator's decisions."""

import pytest

from portal import clock
from portal.directory import jobs
from portal.directory import settings as user_sync
from portal.directory.flash_texts import DirectoryFlash
from portal.email import jobs as email
from tests.claims.checks import claims
from tests.directory.environment import NAMES, NORTHWIND, Environment, never
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor

PAGE = "/admin/integrations/microsoft-365"
BELOW = f"{PAGE}/user-sync"


@pytest.fixture
def admin(env: Environment) -> Visitor:
    """A local administrator."""
    user = env.invited("root", by_identity=False, role="admin", password_hash="x")
    return visitor(env.app, user)


def press(admin: Visitor, path: str, **fields: str) -> str:
    """The text of the page that answers the button."""
    answer = admin.post(f"{BELOW}/{path}", fields)
    assert (answer.status_code, answer.location) == (303, PAGE), answer.text
    return admin.text(PAGE)


def test_preview_names_people_to_import_and_left_out(env: Environment, admin: Visitor) -> None:
    env.sync()

    assert "5 people of northwind.example can be imported." in admin.text(PAGE)
    shown = admin.text(BELOW)
    assert "Import 5 people?" in shown
    assert all(name in shown for name in NORTHWIND)
    assert "Verified domains of your organization, read" in shown
    assert "Room: 5" in shown
    assert "Dana Disabled" in admin.text(f"{BELOW}?left_out=disabled")


def test_preview_says_when_other_domains_cannot_be_told_apart(
    env: Environment, admin: Visitor
) -> None:
    env.know_domains()
    env.sync()

    assert "Portal cannot tell people of other domains apart yet" in admin.text(BELOW)
    assert "5 people of your organization can be imported." in admin.text(PAGE)


@claims(DirectoryFlash.IMPORTING)
def test_import_starts_from_the_preview(env: Environment, admin: Visitor) -> None:
    env.sync()
    said = press(admin, "import")
    assert "Portal imports 5 people now. 0 of them recruit. Nobody is sent an email." in said
    env.sync()

    assert env.names("source = 'directory'") == NORTHWIND
    assert "5 people of northwind.example, last synced" in admin.text(PAGE)


def test_each_switch_combination_is_explained(env: Environment, admin: Visitor) -> None:
    assert "Portal imports people of your directory. They can sign in at once." in admin.text(PAGE)
    assert "wait on the Users page" in press(admin, "switches/enables_new", on="0")
    assert "new people wait on the Users page" in press(admin, "switches/syncs_users", on="0")
    assert "new people can sign in at once" in press(admin, "switches/enables_new", on="1")
    assert env.claim() is None


def test_unknown_switch_is_not_found(admin: Visitor) -> None:
    assert admin.post(f"{BELOW}/switches/role", {"on": "1"}).status_code == 404


@claims(DirectoryFlash.READING)
def test_sync_now_makes_the_directory_due(env: Environment, admin: Visitor) -> None:
    assert "looked at now" in press(admin, "look")
    assert env.audited("user sync asked for") == ["Microsoft 365"]
    claim = jobs.DIRECTORY.claim(env.services, "test", now=clock.utc_now())
    assert claim is not None
    jobs.sync_directory(env.services, claim, never)
    assert "5 people of northwind.example can be imported." in admin.text(PAGE)


def test_sync_now_without_authorization_is_refused(env: Environment, admin: Visitor) -> None:
    raw(env.rows).execute("delete from consents")
    assert admin.post(f"{BELOW}/look").status_code == 409


@claims(DirectoryFlash.DISABLING)
def test_question_on_the_page_takes_an_answer(env: Environment, admin: Visitor) -> None:
    env.hire_many(20)
    env.import_people()
    for number in range(1, 8):
        env.change(f"person{number}", accountEnabled=False)
    env.sync()

    assert "would disable 7 people at once" in admin.text(PAGE)
    asked = admin.text(BELOW)
    assert "person7@northwind.example" in asked
    assert (
        admin.post(f"{BELOW}/decision", {"decision": "disable", "expected": "6"}).status_code == 409
    )
    assert admin.post(f"{BELOW}/decision", {"decision": "?", "expected": "7"}).status_code == 409
    said = press(admin, "decision", decision="disable", expected="7")
    assert "7 people will be disabled and signed out now." in said
    env.sync()
    assert len(env.names("is_enabled = 0")) == 7


@pytest.mark.parametrize(
    "path", ["switches/syncs_users", "look", "import", "decision", "authorization"]
)
def test_members_may_not(env: Environment, path: str) -> None:
    member = visitor(env.app, env.invited("priya"))
    assert member.post(f"{BELOW}/{path}", {"on": "0"}).status_code == 403
    assert member.get(BELOW).status_code == 403
    assert user_sync.overview(env.rows).directory.syncs_users


def test_consent_needs_no_authorization(admin: Visitor) -> None:
    assert "consent covers it." in admin.text(PAGE)


def test_aliases_of_everyone_are_refreshed_on_demand(env: Environment, admin: Visitor) -> None:
    env.import_people(*NAMES)
    email.take_over_readable(env.services, clock.utc_now())
    assert admin.post(f"{PAGE}/aliases/refresh").status_code == 303

    assert "The aliases of 5 people are read" in admin.text(PAGE)
    asked = raw(env.rows).query("select 1 from mailboxes where addresses_asked_at is not null")
    assert len(list(asked)) == 5


def object_id(env: Environment, name: str) -> str:
    return env.sandbox.oid(f"{name}@northwind.example")


@claims(DirectoryFlash.SHARED)
def test_licensed_shared_mailbox_is_marked_by_an_administrator(
    env: Environment, admin: Visitor
) -> None:
    env.sync()
    path = f"{BELOW}/entries/{object_id(env, 'kim')}/shared"

    first, again = (admin.post(path, {"on": "1"}).status_code for _ in range(2))
    said = admin.text(BELOW)
    env.import_people()

    assert (first, again) == (303, 303)
    assert "Kim Lund" not in env.names()
    assert env.audited("shared mailbox marked") == ["Kim Lund <kim@northwind.example>"]
    assert "Not a shared mailbox" in admin.text(f"{BELOW}?left_out=shared")
    assert "is a shared mailbox: nobody is imported for it." in said


@claims(DirectoryFlash.PERSON_AGAIN)
def test_marked_user_is_disabled_and_comes_back(env: Environment, admin: Visitor) -> None:
    env.import_people()
    path = f"{BELOW}/entries/{object_id(env, 'kim')}/shared"

    admin.post(path, {"on": "1"})
    env.sync()
    marked = env.user("kim")["is_enabled"]
    admin.post(path, {"on": "0"})
    said = admin.text(BELOW)
    env.sync()

    assert (marked, env.user("kim")["is_enabled"]) == (0, 1)
    assert env.audited("shared mailbox unmarked") == ["Kim Lund <kim@northwind.example>"]
    assert "counts as a person again once the directory is read." in said


def test_mark_outlives_what_the_directory_says(env: Environment, admin: Visitor) -> None:
    env.import_people()
    admin.post(f"{BELOW}/entries/{object_id(env, 'kim')}/shared", {"on": "1"})
    env.change("kim", displayName="Kim Lindqvist")
    env.sync()

    assert env.user("kim")["is_enabled"] == 0


def test_mark_of_nobody_is_not_found(env: Environment, admin: Visitor) -> None:
    env.sync()

    assert admin.post(f"{BELOW}/entries/nobody/shared", {"on": "1"}).status_code == 404


@claims(DirectoryFlash.IMPORTED_BEFORE)
def test_import_that_was_started_before_waits_for_the_next_run(
    env: Environment, admin: Visitor
) -> None:
    env.import_people()
    env.arrives("nia", displayName="Nia Moss")

    said = press(admin, "import")

    assert "This import was started before." in said
    assert env.names("source = 'directory'") == NORTHWIND
    env.sync()
    assert env.names("source = 'directory'") == NORTHWIND | {"Nia Moss"}
    assert len(env.audited("import of the directory decided")) == 1


@claims(DirectoryFlash.KEEPING)
def test_people_are_kept_until_the_directory_says_more(env: Environment, admin: Visitor) -> None:
    env.hire_many(20)
    env.import_people()
    for number in range(1, 8):
        env.change(f"person{number}", accountEnabled=False)
    env.sync()

    said = press(admin, "decision", decision="keep", expected="7")
    env.sync()
    kept = env.names("is_enabled = 0")
    env.change("person1", displayName="Pia One")
    env.sync()

    assert "7 people stay enabled, until the directory says something new about them." in said
    assert kept == set()
    assert len(env.names("is_enabled = 0")) == 1
    assert env.user("person1")["is_enabled"] == 0


@claims(DirectoryFlash.STATE)
def test_people_wait_or_sign_in_as_the_switch_says(env: Environment, admin: Visitor) -> None:
    waits = press(admin, "switches/enables_new", on="0")
    env.import_people()
    waiting = env.names("is_enabled = 0")
    signs_in = press(admin, "switches/enables_new", on="1")
    env.arrives("nia", displayName="Nia Moss")
    env.sync()

    assert "wait on the Users page" in waits
    assert waiting == NORTHWIND
    assert "They can sign in at once." in signs_in
    assert "Nia Moss" in env.names("is_enabled = 1")
