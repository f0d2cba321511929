"""Adding a calendar at the pages: find the group, see its checks, confirm, add."""

import pytest

from portal.group_calendars import additions, lookup, store
from portal.group_calendars.access import EXPLANATIONS, Lack
from portal.group_calendars.flash_texts import GroupCalendarFlash
from portal.group_calendars.models import CheckName, Outcome
from portal.microsoft365.permissions import Feature
from tests.claims.checks import claims
from tests.group_calendars.conftest import BELOW, HIRING, NEW, Admin, go_to_microsoft
from tests.microsoft365.environment import Environment
from tests.support import builders, consents
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, words

PAGE = "/admin/integrations/microsoft-365"
NO_GROUP = "9f2b61c4-77a0-4d0e-9a53-0c1d5be0e7aa"


@claims(GroupCalendarFlash.ADDED, GroupCalendarFlash.DEFAULT_BEFORE)
def test_calendar_is_added_and_becomes_the_default(admin: Admin) -> None:
    builders.group_calendar(admin.env.rows, "Graduates", is_default=1)
    group_id = admin.group()
    page = words(admin.visitor.get(f"{NEW}/{group_id}"))

    answer = admin.add(group_id)

    assert "7 of 7 checks are fine" in page
    assert "in place of Graduates" in page
    assert answer.status_code == 303, answer.text
    added, before = admin.calendars
    assert (added.name, added.address, added.group_id) == ("Hiring Team", HIRING, group_id)
    assert (added.is_default, added.added_by) == (True, "Alex Berg")
    assert before.default_until == added.default_since
    assert {each.outcome for each in store.all_checks(admin.env.rows)[added.id]} == {Outcome.OK}
    text = words(admin.visitor.get(BELOW))
    assert "Hiring Team Default All 5 checks fine" in text
    assert "Hiring Team is added, and is the default calendar now." in text
    assert "The default before was Graduates." in text
    audited = [(action, target) for action, target, _ in admin.env.audited()]
    assert ("group calendar added", f"Hiring Team <{HIRING}>") in audited


def test_calendar_with_a_failed_check_is_not_added(admin: Admin) -> None:
    group_id = admin.group(visibility="Private", resourceProvisioningOptions=[])
    page = words(admin.visitor.get(f"{NEW}/{group_id}"))

    answer = admin.add(group_id, *CheckName)

    assert "2 things have to change before this calendar can be added." in page
    assert "5 of 7 checks are fine" in page
    assert answer.status_code == 409
    assert additions.FAILS in words(answer)
    assert admin.calendars == []


def test_unknown_check_is_confirmed_and_audited(admin: Admin) -> None:
    group_id = admin.group(isFresh=True)

    refused = admin.add(group_id, CheckName.PUBLIC)
    page = refused.text
    answer = admin.add(group_id, CheckName.LISTED)
    text = words(admin.visitor.get(BELOW))

    assert refused.status_code == 422
    assert additions.NOT_CONFIRMED in words(refused)
    assert 'value="listed"' in page
    assert 'value="public"' not in page
    assert answer.status_code == 303
    assert "1 check not known" in text
    checks = {
        each.name: each.outcome for each in store.all_checks(admin.env.rows)[admin.calendars[0].id]
    }
    assert checks[CheckName.LISTED] is Outcome.UNKNOWN
    new = raw(admin.env.rows).query(
        "select new_value from audit_log where action like '%calendar added'"
    )
    assert [row["new_value"] for row in new] == ["confirmed without a check: listed"]


def test_check_of_the_person_does_not_stay_unknown(admin: Admin) -> None:
    group_id = admin.group()
    admin.fault(r"/groups/[^/]+/members", status=404)

    answer = admin.add(group_id, CheckName.MEMBER)

    assert answer.status_code == 303
    assert "All 5 checks fine" in words(admin.visitor.get(BELOW))


def test_group_that_microsoft_does_not_describe_is_not_added(admin: Admin) -> None:
    admin.fault("/groups", status=501)

    page = words(admin.visitor.get(f"{NEW}/{NO_GROUP}"))
    answer = admin.add(NO_GROUP, *CheckName)

    assert "Microsoft does not describe this group now." in page
    assert answer.status_code == 409
    assert additions.NOT_DESCRIBED in words(answer)
    assert admin.calendars == []


def test_former_default_is_not_said_to_be_replaced(admin: Admin) -> None:
    builders.group_calendar(admin.env.rows, "Graduates", default_until=builders.EARLIER)

    admin.add(admin.group())

    text = words(admin.visitor.get(BELOW))
    assert "Hiring Team is added, and is the default calendar now." in text
    assert "The default before was" not in text


def test_group_is_added_once(admin: Admin) -> None:
    group_id = admin.group()
    admin.add(group_id)

    answer = admin.add(group_id)
    page = words(admin.visitor.get(f"{NEW}/{group_id}"))

    assert answer.status_code == 409
    assert "Hiring Team is added already, by Alex Berg." in words(answer)
    assert "Its calendar is added already, by Alex Berg" in page
    assert "Add calendar" not in page
    assert len(admin.calendars) == 1


def test_failed_check_names_its_cure_and_place(admin: Admin) -> None:
    group_id = admin.group("Hiring <b>Team</b>", resourceProvisioningOptions=[])

    page = admin.visitor.get(f"{NEW}/{group_id}")

    assert "Teams is not enabled for the group" in words(page)
    assert "pick Hiring &lt;b&gt;Team&lt;/b&gt;." in page.text
    assert 'href="https://teams.microsoft.com/"' in page.text


def test_groups_are_found_on_every_page(admin: Admin) -> None:
    admin.env.sandbox.control("POST", "groups/bulk", {"count": 350})

    first = words(admin.visitor.get(f"{NEW}?q=project"))
    last = words(admin.visitor.get(f"{NEW}?q=project&page=18"))
    after = words(admin.visitor.get(f"{NEW}?q=project&page=19"))

    assert "350 groups" in first
    assert "Next" in first
    assert last.count("@northwind.example") + last.count("security group") >= 10
    assert "Next" not in last
    assert "No group found" in after


def test_every_page_of_the_search_is_asked_of_the_index(admin: Admin) -> None:
    admin.env.sandbox.control("POST", "groups/bulk", {"count": 350})
    graph = admin.env.services.microsoft365.client_for(Feature.GROUP_CALENDARS, admin.user_id)

    names = {
        each.name
        for page in range(1, 19)
        for each in lookup.search(graph, "project", page=page).groups
    }

    assert len(names) == 350


def test_search_tells_kinds_and_awkward_names(admin: Admin) -> None:
    admin.add(admin.group("Hiring one"))
    two = admin.group("Hiring two")
    admin.group("Hiring test")
    admin.group("Hiring news", groupTypes=[])

    answer = admin.visitor.get(f"{NEW}?q=hiring")
    text = words(answer)

    assert "Added already" in text
    assert f'href="{NEW}/{two}">Check' in answer.text
    assert "Awkward name" in text
    assert "distribution list, which has no calendar" in text


def test_search_that_microsoft_refuses_is_said(admin: Admin) -> None:
    admin.fault("/groups", status=429, retryAfter=60)

    answer = admin.visitor.get(f"{NEW}?q=hiring")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "Portal could not ask Microsoft for groups." in words(answer)
    assert "No group found" not in answer.text


def test_pasted_reference_leads_to_the_checks(admin: Admin) -> None:
    group_id = admin.group(proxyAddresses=["smtp:talent@northwind.example"])

    places = {
        admin.visitor.get(NEW, query_string={"group": text}).headers.get("Location")
        for text in (
            group_id,
            f"https://entra.microsoft.com/#view/Groups/~/Overview/groupId/{group_id}",
            HIRING,
            "talent@northwind.example",
        )
    }

    assert places == {f"{NEW}/{group_id}"}


def test_pasted_reference_to_something_else_is_refused(admin: Admin) -> None:
    kim = admin.env.sandbox.oid("kim@northwind.example")
    sentences = {
        kim: "is a person or a shared mailbox, not a group",
        "priya@northwind.example": "Your organization has no group with the address",
        NO_GROUP: lookup.UNKNOWN_ID,
        f"https://groups.example/{NO_GROUP}": "This address belongs to groups.example",
        f"https://teams.microsoft.com/l/team/x?groupId={NO_GROUP}&tenantId={NO_GROUP}": "another",
        "nothing": "Paste an Object ID",
    }
    admin.env.person("kim")

    for text, sentence in sentences.items():
        answer = admin.visitor.get(NEW, query_string={"group": text})
        assert answer.status_code == 422, text
        assert sentence in words(answer), text


def test_shared_mailbox_is_named_by_what_reads_the_directory(admin: Admin) -> None:
    kim = admin.env.sandbox.oid("kim@northwind.example")
    body = {"roles": ["User.Read.All"], "scopes": []}
    admin.env.sandbox.control("POST", "consent", body)
    consents.prove(admin.env.services)

    answer = admin.visitor.get(NEW, query_string={"group": kim})

    assert "Kim Lund is a person or a shared mailbox" in words(answer)


def test_group_that_is_gone_has_no_checks(admin: Admin) -> None:
    answer = admin.visitor.get(f"{NEW}/{NO_GROUP}")

    assert answer.status_code == 404
    assert lookup.UNKNOWN_ID in words(answer)
    assert admin.add(NO_GROUP).status_code == 404
    assert admin.visitor.get(f"{NEW}/hiring").status_code == 404


def test_administrator_without_the_permission_is_sent_for_it(env: Environment) -> None:
    _, alex = env.connect("alex")
    page = alex.get(PAGE)
    before = words(alex.get(f"{NEW}?q=hiring"))

    answer = go_to_microsoft(env, alex)

    assert f'action="{BELOW}/connection"' in page.text
    assert EXPLANATIONS[Lack.NOT_GRANTED] in before
    assert answer.headers["Location"] == NEW
    assert "Name or email address of the group" in alex.get(NEW).text


def test_administrator_with_a_local_account_is_told_why(env: Environment) -> None:
    user_id = env.person("alex", has_account=False)
    with env.rows.write():
        raw(env.rows).execute("update users set password_hash = 'x' where id = ?", [user_id])
    alex = env.visitor(user_id)

    pages = [alex.get(NEW), alex.get(f"{NEW}/{NO_GROUP}"), alex.get(f"{NEW}?group={NO_GROUP}")]

    assert all(EXPLANATIONS[Lack.NO_ACCOUNT] in words(page) for page in pages)
    assert f'href="{NEW}"' in alex.get(PAGE).text
    assert alex.post(BELOW, {"group_id": NO_GROUP}).headers["Location"] == NEW


def test_administrator_whose_connection_lapsed_reconnects(admin: Admin) -> None:
    with admin.env.rows.write():
        raw(admin.env.rows).execute("update connections set state = 'lapsed'")

    text = words(admin.visitor.get(NEW))

    assert EXPLANATIONS[Lack.LAPSED] in text
    assert "Reconnect Microsoft 365" in text


@pytest.mark.parametrize("path", [NEW, f"{NEW}/{NO_GROUP}"])
def test_members_do_not_add_calendars(env: Environment, path: str) -> None:
    priya: Visitor = env.visitor(env.person("priya"))

    assert priya.get(path).status_code == 403
    assert priya.post(BELOW, {"group_id": NO_GROUP}).status_code == 403
    assert priya.post(f"{BELOW}/connection").status_code == 403
