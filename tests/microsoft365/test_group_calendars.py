"""Permissions asked of people once a group calendar was added, and kept by a new approval."""

from urllib.parse import parse_qs, urlsplit

import pytest

from portal.diagnostics import schedule_checks
from portal.diagnostics.models import Verdict
from portal.flows.flash_texts import ConnectionFlash
from portal.graph.errors import GraphError
from portal.integrations import receipt
from portal.microsoft365 import authorizations
from portal.microsoft365.permissions import BASIC_FEATURES, Feature, scopes_needed
from portal.users import people_store, sign_in
from portal.users.models import Show
from tests import pages
from tests.claims.checks import claims
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import PEOPLE, Environment
from tests.support import builders
from tests.support.environments import address_on
from tests.support.raw_rows import raw
from tests.support.visitors import words

PAGE = "/settings/microsoft-365"
ASK = f"{PAGE}/group-calendars"
GROUP = "Group.ReadWrite.All"
PRIYA = PEOPLE["priya"][0]


def grant(env: Environment, user_id: str, *scopes: str) -> None:
    """Grant these too, as if the person had done so when they connected."""
    held = sorted({*env.connection(user_id).scopes, *scopes})
    raw(env.rows).execute(
        "update connections set scopes = ? where user_id = ?", [" ".join(held), user_id]
    )
    env.sandbox.control("POST", "consent", {"scopes": ["User.Read", "Mail.Read", *scopes]})


def short(scopes: str) -> set[str]:
    return {each.rsplit("/", 1)[-1] for each in scopes.split()}


def asked(address: str) -> set[str]:
    return short(at_microsoft.asked(address)["scope"])


def named(link: str) -> set[str]:
    return short(parse_qs(urlsplit(link).query)["scope"][0])


def approved(env: Environment) -> set[str]:
    """The permissions that the tenant has on record for everybody."""
    return {*env.sandbox.control("GET", "consent")["scopes"]}


def opens_calendar(env: Environment, user_id: str) -> bool:
    """Whether Microsoft opens the calendar of Recruiting to this person's connection."""
    groups = env.sandbox.control("GET", "groups")["value"]
    recruiting = next(each["id"] for each in groups if each["displayName"] == "Recruiting")
    try:
        graph = env.services.microsoft365.client_for(Feature.GROUP_CALENDARS, user_id)
        return "name" in graph.get(f"/groups/{recruiting}/calendar")
    except GraphError:
        return False


def waits(env: Environment, user_id: str) -> set[str]:
    return sign_in.paths_needing_attention(env.rows, user_id)


def test_nobody_is_asked_before_a_calendar_was_added(env: Environment) -> None:
    priya, browser = env.connect()

    page = browser.text(PAGE)

    assert "to schedule on" not in page
    assert GROUP not in page
    assert waits(env, priya) == set()
    assert GROUP not in asked(env.leave(browser))
    assert authorizations.features_in_use(env.rows) == BASIC_FEATURES
    assert GROUP not in {each.permission for each in receipt.rows(env.rows)}


def test_members_reconnect_once_a_calendar_was_added(env: Environment) -> None:
    priya, browser = env.connect()
    kim, limited = env.connect("kim")
    builders.group_calendar(env.rows, "Panel")
    builders.group_calendar(env.rows, "Hiring", is_default=1)

    page = browser.text(PAGE)

    assert "Reconnect to schedule on Hiring, Panel" in page
    assert "Mail and everything else goes on without it." in page
    assert "Scheduling on group calendars Group.ReadWrite.All Not granted" in page
    assert "Portal asks Microsoft for new mail about once a minute" in page
    assert waits(env, priya) == {PAGE}
    assert "to schedule on" not in limited.text(PAGE)
    assert waits(env, kim) == set()
    found = people_store.people(env.rows, show=Show.RECONNECT)
    assert [each.user.id for each in found] == [priya]
    row = next(each for each in receipt.rows(env.rows) if each.permission == GROUP)
    assert (row.powers, row.asked_by) == ("Scheduling on group calendars", "")


@claims(ConnectionFlash.GROUP_CALENDARS)
def test_reconnecting_to_schedule_keeps_what_was_granted_before(env: Environment) -> None:
    priya, browser = env.connect()
    grant(env, priya, "Mail.Send", "Calendars.Read", "Mail.Read.Shared", GROUP)
    without = {*env.connection(priya).scopes} - {GROUP}
    raw(env.rows).execute("update connections set scopes = ?", [" ".join(without)])
    builders.group_calendar(env.rows, "Hiring")

    leaving = browser.post(ASK)
    address = address_on(leaving)
    back = browser.get(at_microsoft.came_back(env.sandbox, address, PRIYA))

    assert pages.complaints(leaving.text) == []
    assert "Opens the group calendars that Portal schedules on" in leaving.text
    assert {"Mail.Read", "Mail.Send", "Calendars.Read", "Mail.Read.Shared", GROUP} <= asked(address)
    assert back.headers["Location"] == PAGE
    page = browser.text(PAGE)
    assert "is connected, and may open group calendars." in page
    assert "to schedule on" not in page
    assert {*env.connection(priya).scopes} >= without | {GROUP}
    assert waits(env, priya) == set()
    assert opens_calendar(env, priya)


def test_person_without_a_connection_is_told_to_connect(env: Environment) -> None:
    builders.group_calendar(env.rows, "Hiring")
    browser = env.visitor(env.person("priya"))

    page = browser.text(PAGE)

    assert "Connect to schedule on Hiring" in page
    assert "Connect without group calendars" in page


@claims(ConnectionFlash.WITHOUT_SCHEDULING)
def test_lapsed_connection_does_not_wait_for_the_approval(env: Environment) -> None:
    priya, browser = env.connect()
    builders.group_calendar(env.rows, "Hiring")
    raw(env.rows).execute("update connections set state = 'lapsed', failure = 'It ended.'")

    page = browser.text(PAGE)
    address = address_on(browser.post(f"{PAGE}/without-scheduling"))
    browser.get(at_microsoft.came_back(env.sandbox, address, PRIYA))
    after = browser.text(PAGE)

    assert "Reconnect without group calendars" in page
    assert GROUP not in asked(address)
    assert "is connected, without group calendars." in after
    assert GROUP in asked(env.leave(browser))
    assert env.connection(priya).is_lapsed is False
    assert not opens_calendar(env, priya)


def test_withdrawn_permission_does_not_keep_mail_from_coming_back(env: Environment) -> None:
    priya, browser = env.connect()
    grant(env, priya, GROUP)
    builders.group_calendar(env.rows, "Hiring")
    raw(env.rows).execute("update connections set state = 'lapsed', failure = 'It ended.'")

    page = browser.text(PAGE)
    without = asked(address_on(browser.post(f"{PAGE}/without-scheduling")))
    asks = asked(env.leave(browser))
    raw(env.rows).execute("update users set role = 'limited'")
    limited = asked(env.leave(browser))

    assert "Reconnect to schedule on Hiring" in page
    assert "Reconnect without group calendars" in page
    assert GROUP not in without
    assert GROUP in asks
    assert GROUP not in limited


@pytest.mark.parametrize("path", ["connect", "calendar", "sending"])
def test_permission_is_not_asked_for_again_without_a_calendar(env: Environment, path: str) -> None:
    priya, browser = env.connect()
    grant(env, priya, GROUP, "Mail.Send")
    raw(env.rows).execute("update connections set state = 'lapsed', failure = 'It ended.'")

    scopes = asked(address_on(browser.post(f"{PAGE}/{path}")))

    assert GROUP not in scopes
    assert "Mail.Send" in scopes
    assert "to schedule on" not in browser.text(PAGE)


def test_calendar_is_connected_without_waiting_for_the_approval(env: Environment) -> None:
    priya, browser = env.connect()
    builders.group_calendar(env.rows, "Hiring")

    first = asked(address_on(browser.post(f"{PAGE}/calendar")))
    grant(env, priya, GROUP)
    later = asked(address_on(browser.post(f"{PAGE}/calendar")))

    assert "Calendars.Read" in first
    assert GROUP not in first
    assert {"Calendars.Read", GROUP} <= later


def test_refused_flow_offers_a_link_that_names_its_permission(env: Environment) -> None:
    _, browser = env.connect("alex")
    builders.group_calendar(env.rows, "Hiring")

    address = address_on(browser.post(ASK))
    back = at_microsoft.came_back(env.sandbox, address, PEOPLE["alex"][0], decision="cancel")
    page = browser.get(browser.get(back).headers["Location"])

    assert GROUP in named(at_microsoft.approval_link(page.text))
    assert "Back to where you were" in page.text


def test_only_people_who_schedule_are_asked(env: Environment) -> None:
    priya, kim = env.visitor(env.person("priya")), env.visitor(env.person("kim"))

    early = priya.post(ASK)
    builders.group_calendar(env.rows, "Hiring")
    limited = kim.post(ASK)

    assert early.status_code == 409
    assert "Portal has no group calendar, so it does not ask you" in words(early)
    assert limited.status_code == 409
    assert "Limited people do not schedule" in words(limited)
    assert priya.post(ASK).status_code == 200


@pytest.mark.parametrize("has_calendar", [True, False])
def test_approval_for_everybody_takes_nothing_away(env: Environment, has_calendar: bool) -> None:
    priya, browser = env.connect()
    grant(env, priya, "Mail.Send", "Mail.Send.Shared", "Mail.Read.Shared", "Calendars.Read")
    grant(env, priya, "User.Read.All", "GroupMember.Read.All")
    before = approved(env)
    if has_calendar:
        builders.group_calendar(env.rows, "Hiring")
    page = f"{PAGE}/approval" if has_calendar else f"{PAGE}/approval?for=group-calendars"

    link = at_microsoft.approval_link(browser.get(page).text)
    at_microsoft.followed(env.sandbox, link, PEOPLE["alex"][0], "accept")

    assert approved(env) >= before | {GROUP}
    assert "Mail.Send.Shared" in browser.text(page)
    assert set(scopes_needed(BASIC_FEATURES)) <= named(link)


def test_approval_names_nothing_that_is_not_in_use(env: Environment) -> None:
    _, browser = env.connect()

    link = at_microsoft.approval_link(browser.get(f"{PAGE}/approval?for=anything").text)

    assert named(link) == set(scopes_needed(BASIC_FEATURES))


def test_page_before_consent_names_what_has_to_stay_registered(env: Environment) -> None:
    priya, _ = env.connect()
    grant(env, priya, "Mail.Send")
    builders.group_calendar(env.rows, "Hiring")
    alex = env.visitor(env.person("alex"))

    page = words(alex.post("/admin/integrations/microsoft-365/consent"))

    assert "Keep these delegated permissions registered: openid , profile" in page
    assert "Mail.Send , Group.ReadWrite.All ." in page


def test_checks_count_the_members_who_granted_it(env: Environment) -> None:
    priya, _ = env.connect()
    env.connect("kim")
    assert [*schedule_checks.checks(env.rows)] == []
    builders.group_calendar(env.rows, "Hiring")
    env.person("alex")

    (nobody,) = schedule_checks.checks(env.rows)
    grant(env, priya, GROUP)
    (one,) = schedule_checks.checks(env.rows)
    raw(env.rows).execute("update users set role = 'limited' where display_name = 'Alex Berg'")
    (each,) = schedule_checks.checks(env.rows)

    assert nobody.found.startswith("0 of 2 members have a connection with Group.ReadWrite.All.")
    assert one.found.startswith("1 of 2 members has a connection")
    assert (each.verdict, each.found) == (
        Verdict.OK,
        "Each member's connection has Group.ReadWrite.All.",
    )
