"""The permissions of organizers: asked for once they schedule, and kept from then on."""

import pytest

from portal import clock
from portal.audit.models import Actor
from portal.diagnostics import permission_checks
from portal.flows.flash_texts import ConnectionFlash
from portal.graph.errors import NotConnected
from portal.integrations import receipt
from portal.microsoft365 import authorizations, coverage
from portal.microsoft365.flash_texts import ConsentFlash
from portal.microsoft365.permission_texts import role_opening
from portal.microsoft365.permissions import Feature
from tests import pages
from tests.claims.checks import claims
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import PEOPLE, Environment
from tests.support import builders, consents
from tests.support.environments import address_on
from tests.support.raw_rows import raw

PAGE = "/settings/microsoft-365"
OWN = f"{PAGE}/interviews"
GROUP = f"{PAGE}/group-interviews"
SCHEDULING = "/admin/scheduling"
WRITE, READ = "Calendars.ReadWrite", "Calendars.Read"
TEAMS, GROUPS = "OnlineMeetings.ReadWrite", "Group.ReadWrite.All"
PRIYA = PEOPLE["priya"][0]
AT = {"dateTime": "2030-01-07T09:00:00", "timeZone": "UTC"}
EVENT = {"subject": "Interview", "start": AT, "end": AT}
MEETING = {"startDateTime": "2030-01-07T09:00:00Z", "endDateTime": "2030-01-07T10:00:00Z"}
WRITES = {
    Feature.SCHEDULING: ("events", EVENT),
    Feature.MEETINGS: ("/me/onlineMeetings", MEETING),
}


def give(env: Environment, *roles: str) -> None:
    env.sandbox.control("POST", "consent", {"roles": [*roles], "scopes": []})
    consents.prove(env.services, actor=Actor.system("Alex Berg"))


def grant(env: Environment, *scopes: str) -> None:
    """Let everybody's connection hold these alone."""
    raw(env.rows).execute("update connections set scopes = ?", [" ".join(scopes)])


def asked(address: str) -> set[str]:
    return {each.rsplit("/", 1)[-1] for each in at_microsoft.asked(address)["scope"].split()}


def told(env: Environment, on: str) -> str:
    """The Scheduling page after an administrator set the switch."""
    known = [*raw(env.rows).query("select id from users where role = 'admin'")]
    admin = env.visitor(known[0]["id"] if known else env.person("alex"))
    admin.post(f"{SCHEDULING}/consent", {"on": on})
    return admin.text(SCHEDULING)


def advice(env: Environment) -> dict[str, str]:
    found = permission_checks.checks(env.rows, now=clock.utc_now())
    return {each.name.rpartition(" ")[2]: each.found for each in found}


def test_nobody_is_asked_before_they_schedule(env: Environment) -> None:
    _, browser = env.connect()

    scopes = asked(env.leave(browser))

    assert scopes.isdisjoint({WRITE, TEAMS})
    assert WRITE not in browser.text(PAGE)


@claims(ConnectionFlash.INTERVIEWS)
def test_organizer_is_asked_for_their_calendar_and_for_teams_and_keeps_both(
    env: Environment,
) -> None:
    priya, browser = env.connect()
    grant(env, "User.Read", "Mail.Read", "Mail.Send")

    leaving = browser.post(OWN)
    address = address_on(leaving)
    browser.get(at_microsoft.came_back(env.sandbox, address, PRIYA))

    assert pages.complaints(leaving.text) == []
    assert "Writes the interviews that you organize into your calendar" in leaving.text
    assert "Makes the Teams meeting of an interview that you organize." in leaving.text
    assert {WRITE, TEAMS, "Mail.Read", "Mail.Send"} <= asked(address)
    assert GROUPS not in asked(address)
    page = browser.text(PAGE)
    for feature in (Feature.SCHEDULING, Feature.MEETINGS):
        graph = env.services.microsoft365.client_for(feature, priya)
        assert graph.post(*WRITES[feature])["id"]
    assert "is connected, and you can organize interviews." in page
    assert "Interviews on people's own calendars" in page.replace("&#39;", "'")
    assert "Teams meetings of interviews" in page
    assert {WRITE, TEAMS} <= asked(env.leave(browser))
    assert {WRITE, TEAMS} <= {each.permission for each in receipt.rows(env.rows)}


def test_organizer_on_a_group_calendar_is_asked_for_it_and_for_teams(env: Environment) -> None:
    _, browser = env.connect()
    builders.group_calendar(env.rows, "Hiring")

    scopes = asked(address_on(browser.post(GROUP)))

    assert {GROUPS, TEAMS} <= scopes
    assert WRITE not in scopes


def test_group_permission_is_not_asked_for_without_a_calendar(env: Environment) -> None:
    _, browser = env.connect()

    answer = browser.post(GROUP)

    assert answer.status_code == 409
    assert "Portal has no group calendar" in answer.text


@pytest.mark.parametrize("path", [OWN, GROUP])
def test_limited_people_are_not_asked(env: Environment, path: str) -> None:
    _, browser = env.connect("kim")
    builders.group_calendar(env.rows, "Hiring")

    answer = browser.post(path)

    assert answer.status_code == 409
    assert "Limited people do not schedule" in answer.text


def test_approval_names_what_an_organizer_needs_first(env: Environment) -> None:
    _, browser = env.connect()
    builders.group_calendar(env.rows, "Hiring")

    own = browser.text(f"{PAGE}/approval?for=interviews")
    group = browser.text(f"{PAGE}/approval?for=group-interviews")
    before = authorizations.delegated_features(env.rows)
    grant(env, "User.Read", WRITE, TEAMS)

    assert WRITE in own
    assert TEAMS in own
    assert TEAMS in group
    assert GROUPS in group
    assert Feature.SCHEDULING not in before
    assert {Feature.SCHEDULING, Feature.MEETINGS} <= {*authorizations.delegated_features(env.rows)}


def test_person_who_left_to_organize_finds_the_approval_for_it(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))

    browser.post(OWN)

    page = browser.get(PAGE).text
    assert "Not finished yet." in page
    assert "for=interviews" in page


@claims(ConsentFlash.WRITING_ON)
def test_consent_writes_interviews_only_where_an_administrator_turned_it_on(
    env: Environment,
) -> None:
    priya = env.person("priya")
    give(env, "Mail.Read", WRITE)

    before = coverage.covers(env.rows, priya, Feature.SCHEDULING)
    on = told(env, "1")
    covered = coverage.covers(env.rows, priya, Feature.SCHEDULING)
    env.services.microsoft365.client_for(Feature.SCHEDULING, priya).post("events", EVENT)

    assert before is None
    assert "Interviews are written by the organization&#39;s consent." in on
    assert "Calendars.ReadWrite is granted." in on
    assert covered == env.sandbox.oid(PRIYA)
    assert env.calls("/events$") == ["POST"]
    assert coverage.covers(env.rows, priya, Feature.MEETINGS) is None
    assert WRITE in authorizations.roles_asked(env.rows)
    assert env.audited()[-1][:2] == ("organization scheduling turned on", WRITE)


@claims(ConsentFlash.WRITING_LACKS)
def test_consent_without_the_permission_says_so(env: Environment) -> None:
    priya = env.person("priya")
    give(env, "Mail.Read", READ)

    page = told(env, "1")

    assert "The organization&#39;s consent lacks Calendars.ReadWrite. Consent again" in page
    assert coverage.covers(env.rows, priya, Feature.SCHEDULING) is None


@claims(ConsentFlash.WRITING_OFF)
def test_turned_off_again_it_is_asked_for_no_more(env: Environment) -> None:
    priya = env.person("priya")
    give(env, "Mail.Read", WRITE)
    told(env, "1")

    page = told(env, "0")

    assert "Interviews are written by their organizers&#39; own connections alone." in page
    assert WRITE not in authorizations.roles_asked(env.rows)
    assert env.audited()[-1][0] == "organization scheduling turned off"
    assert coverage.covers(env.rows, priya, Feature.SCHEDULING) is None
    with pytest.raises(NotConnected):
        env.services.microsoft365.client_for(Feature.SCHEDULING, priya)


def test_wide_permission_is_more_than_needed_until_interviews_are_written_by_it(
    env: Environment,
) -> None:
    give(env, "Mail.Read", WRITE)

    before = advice(env)
    told(env, "1")
    after = advice(env)

    assert "Portal writes no interviews by it" in before[WRITE]
    assert WRITE not in after


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/users/a/calendar/events", WRITE),
        ("/users/a/events", WRITE),
        ("/users/a/events/b", WRITE),
        ("/users/a/events/b/cancel", WRITE),
        ("/users/a/calendar/calendarView?$top=50", READ),
        ("/users/a/events/b?$select=id", READ),
        ("/users/a/calendar/getSchedule", READ),
    ],
)
def test_writes_are_uses_of_the_wide_permission(path: str, role: str) -> None:
    assert role_opening(path) == role
