"""The choice of people to import: everybody, members of groups or single people."""

import html

import pytest

from portal import clock
from portal.audit.act import Act
from portal.directory import apply_store, choice, choice_store
from portal.directory.flash_texts import DirectoryFlash
from portal.directory.models import Effect, Whom
from portal.errors import Conflict
from portal.users.models import LeftOut
from tests.claims.checks import claims
from tests.directory.environment import ADMIN, NAMES, NORTHWIND, Environment
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID
from tests.support.visitors import Visitor, visitor

BELOW = "/admin/integrations/microsoft-365/user-sync"
PAGE = f"{BELOW}/choice"


@pytest.fixture
def admin(env: Environment) -> Visitor:
    return visitor(env.app, env.invited("root", by_identity=False, role="admin", password_hash="x"))


def act(env: Environment) -> Act:
    return Act(env.rows, ADMIN, clock.utc_now())


def group_id(env: Environment, name: str) -> str:
    groups = env.sandbox.control("GET", "groups")["value"]
    return next(str(each["id"]) for each in groups if each["displayName"] == name)


def choose_people(env: Environment, *names: str) -> None:
    ids = [env.sandbox.oid(f"{name}@northwind.example") for name in names]
    choice.propose(act(env), Whom.PEOPLE)
    choice.propose_people(act(env), shown=ids, ticked=ids)
    choice.accept(act(env))


def choose_group(env: Environment, admin: Visitor, name: str) -> str:
    """Choose a group on the page. The text of the page that answers."""
    admin.post(PAGE, {"whom": "groups"})
    assert admin.post(f"{PAGE}/groups/{group_id(env, name)}").status_code == 303
    answer = admin.post(f"{PAGE}/acceptance")
    assert answer.status_code == 303, answer.text
    return admin.text(answer.location)


def test_everybody_is_chosen_at_first(env: Environment, admin: Visitor) -> None:
    env.sync()

    assert "In force now: Everybody." in admin.text(PAGE)
    assert choice_store.effect(env.rows, TENANT_ID) == Effect(0, 0, 0, len(NORTHWIND))


def test_only_ticked_people_are_imported(env: Environment, admin: Visitor) -> None:
    env.sync()
    priya, kim = (env.sandbox.oid(f"{name}@northwind.example") for name in ("priya", "kim"))
    admin.post(PAGE, {"whom": "people"})
    admin.post(f"{PAGE}/people", {"shown": [priya, kim], "chosen": [priya]})

    previewed = admin.text(PAGE)
    admin.post(f"{PAGE}/acceptance")
    env.import_people("priya")

    assert "0 would be added, 4 would be disabled, 0 would change, 1 stays as it is." in previewed
    assert env.names("source = 'directory'") == {"Priya Kaur"}
    left_out = apply_store.left_out(env.rows, LeftOut.NOT_CHOSEN, limit=10, offset=0)
    assert {each.display_name for each in left_out} == NORTHWIND - {"Priya Kaur"}
    assert "Not chosen: 4" in admin.text(BELOW)


@claims(DirectoryFlash.CHOICE_KEPT)
def test_proposal_changes_nothing_until_it_is_saved(env: Environment, admin: Visitor) -> None:
    env.import_people()

    admin.post(PAGE, {"whom": "people"})
    env.sync()
    is_proposed = choice_store.choice(env.rows).has_proposal
    admin.post(f"{PAGE}/withdrawal")
    said = admin.text(PAGE)
    env.sync()

    assert is_proposed
    assert not choice_store.choice(env.rows).has_proposal
    assert env.names("is_enabled = 1 and source = 'directory'") == NORTHWIND
    assert "Nothing was changed. The choice from before holds. " in said
    assert "In force now: Everybody." in said


@claims(DirectoryFlash.CHOICE_HOLDS, DirectoryFlash.NEXT_RUN_APPLIES)
def test_members_of_a_group_and_of_groups_within_come(env: Environment, admin: Visitor) -> None:
    env.sync()

    said = choose_group(env, admin, "Hiring")
    before = env.names("source = 'directory'")
    env.import_people()

    assert "This choice holds now." in said
    assert env.names("source = 'directory'") == {"Priya Kaur", "Sam Reed"}
    assert env.audited("people to import chosen") == ["Microsoft 365"]
    assert "The next run of user sync applies it." in said
    assert before == set()


@claims(DirectoryFlash.GROUP_REMOVED, DirectoryFlash.GROUP_ADDED, DirectoryFlash.GROUP_UNREAD)
def test_group_that_is_taken_out_again_is_not_chosen(env: Environment, admin: Visitor) -> None:
    env.sync()
    admin.post(PAGE, {"whom": "groups"})
    hiring, alumni = group_id(env, "Hiring"), group_id(env, "Alumni")
    unread = admin.text(admin.post(f"{PAGE}/groups/{alumni}").location)
    added = admin.text(admin.post(f"{PAGE}/groups/{hiring}").location)

    removed = admin.post(f"{PAGE}/groups/{alumni}/removal")
    said = admin.text(removed.location)
    unknown = admin.post(f"{PAGE}/groups/nothing/removal")
    admin.post(f"{PAGE}/acceptance")

    assert "Microsoft answered that this group has no people." in unread
    assert "Hiring is added: 2 people." in added
    assert "Alumni is taken out." in said
    assert unknown.status_code == 404
    assert [each.object_id for each in choice_store.choice(env.rows).groups] == [hiring]
    assert raw(env.rows)["chosen_groups"].count == 1
    env.import_people()
    assert env.names("source = 'directory'") == {"Priya Kaur", "Sam Reed"}


def test_person_who_joins_or_leaves_the_group_follows(env: Environment, admin: Visitor) -> None:
    env.sync()
    choose_group(env, admin, "Hiring")
    env.import_people()

    members = {"members": ["priya@northwind.example", "kim@northwind.example"]}
    env.sandbox.control("PATCH", f"groups/{group_id(env, 'Hiring')}", members)
    env.sync()

    assert env.names("is_enabled = 1 and source = 'directory'") == {"Priya Kaur", "Kim Lund"}
    assert env.user("sam")["kept_out"] == "not_chosen"


def test_empty_answer_about_a_group_disables_nobody(env: Environment, admin: Visitor) -> None:
    env.sync()
    choose_group(env, admin, "Hiring")
    env.import_people()

    env.sandbox.control("PATCH", f"groups/{group_id(env, 'Hiring')}", {"members": []})
    env.sync()

    assert env.names("is_enabled = 1 and source = 'directory'") == {"Priya Kaur", "Sam Reed"}
    assert "Microsoft answered that this group has no people." in admin.text(PAGE)


@pytest.mark.parametrize("name", ["Alumni", "Works council"])
def test_group_that_was_never_read_disables_nobody(
    env: Environment, admin: Visitor, name: str
) -> None:
    """An empty group, and one that hides its members."""
    env.import_people()

    choose_group(env, admin, name)
    env.sync()

    assert env.names("is_enabled = 1 and source = 'directory'") == NORTHWIND


def test_deleted_group_keeps_its_people(env: Environment, admin: Visitor) -> None:
    env.sync()
    choose_group(env, admin, "Hiring")
    env.import_people()

    env.sandbox.control("DELETE", f"groups/{group_id(env, 'Hiring')}")
    env.sync()

    assert env.names("is_enabled = 1 and source = 'directory'") == {"Priya Kaur", "Sam Reed"}
    assert "This group no longer exists." in admin.text(PAGE)


def test_many_who_are_not_chosen_any_more_make_the_guard_ask(env: Environment) -> None:
    env.hire_many(20)
    env.import_people()

    choose_people(env, *NAMES)
    env.sync()

    assert env.names("is_enabled = 0") == set()
    assert apply_store.count_doubts(env.rows) == 20


def test_invited_person_who_is_not_chosen_keeps_their_access(env: Environment) -> None:
    env.invited("kim")
    env.sync()

    choose_people(env, "priya")
    env.import_people()

    assert env.user("kim")["is_enabled"] == 1


def test_person_who_is_chosen_again_can_sign_in_again(env: Environment) -> None:
    env.import_people()
    choose_people(env, "priya", "alex", "frontdesk", "sam")
    env.sync()
    was_enabled = env.user("kim")["is_enabled"]

    choose_people(env, "kim")
    env.sync()

    assert (was_enabled, env.user("kim")["is_enabled"]) == (0, 1)


def test_directory_does_not_undo_the_choice(env: Environment) -> None:
    env.sync()
    choose_people(env, "priya")
    env.import_people()

    env.change("kim", displayName="Kim Lindqvist")
    env.sync()

    assert env.names("source = 'directory'") == {"Priya Kaur"}


def test_groups_are_searched_page_by_page(env: Environment, admin: Visitor) -> None:
    for number in range(25):
        env.sandbox.control("POST", "groups", {"displayName": f"Project {number:02}"})
    env.sync()
    admin.post(PAGE, {"whom": "groups"})

    first = admin.text(f"{PAGE}?q=Project")
    second = admin.text(f"{PAGE}?q=Project&page=2")

    shown = [sum(f"Project {n:02}" in page for n in range(25)) for page in (first, second)]
    assert shown == [20, 5]
    assert "No group found" in admin.text(f"{PAGE}?q=nothing")


def test_search_without_the_permission_says_so(env: Environment, admin: Visitor) -> None:
    env.withdraw()
    env.consent("Mail.Read", "User.Read.All", "Place.Read.All", "Calendars.ReadWrite")
    env.sync()

    silent = admin.text("/admin/integrations/microsoft-365")
    admin.post(PAGE, {"whom": "groups"})
    asked = admin.text("/admin/integrations/microsoft-365")

    assert "people cannot be chosen by group" not in silent
    assert "people cannot be chosen by group" in asked
    page = admin.text(f"{PAGE}?q=Hiring")
    assert "Portal could not search groups." in page
    assert "consent lacks GroupMember.Read.All" in html.unescape(page)
    assert "Ask for it" in asked
    assert "Ask for it" not in silent


def test_choice_of_groups_without_a_group_is_refused(env: Environment) -> None:
    choice.propose(act(env), Whom.GROUPS)

    with pytest.raises(Conflict, match="Choose a group first"):
        choice.accept(act(env))


def test_another_organization_begins_with_everybody(env: Environment) -> None:
    env.sync()
    choose_people(env, "priya")
    raw(env.rows).execute("update directory_sync set tenant_id = 'another'")

    env.sync()

    assert choice_store.choice(env.rows).whom is Whom.EVERYBODY


@pytest.mark.parametrize("path", ["", "/people", "/acceptance", "/withdrawal", "/groups/x"])
def test_members_may_not_choose(env: Environment, path: str) -> None:
    member = visitor(env.app, env.invited("priya"))

    assert member.post(f"{PAGE}{path}", {"whom": "groups"}).status_code == 403
