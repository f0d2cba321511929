"""Teams meetings of events: their link at once, late, never and refused, and what drops it."""

from typing import Any

import pytest

from tests.sandbox.calendars.conftest import KIM, invited, seen
from tests.sandbox.callers import Caller, application
from tests.sandbox.meetings.conftest import NOON, ROSA, made, mail, patched, told
from tests.sandbox.messages import PRIYA
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

LINK = "https://teams.microsoft.com/l/meetup-join/"
TEXT = {"contentType": "html", "content": "<p>Bring a pen</p>"}
NO_MEETING = (False, "unknown", None)
WAITING = (True, "teamsForBusiness", None)


def facts(event: dict[str, Any]) -> tuple[bool, str, Any]:
    return event["isOnlineMeeting"], event["onlineMeetingProvider"], event["onlineMeeting"]


def link_of(event: dict[str, Any]) -> str:
    found: str = event["onlineMeeting"]["joinUrl"]
    return found


def pass_time(tenant: Sandbox, seconds: int) -> None:
    tenant.control("PATCH", "tenant", {"clockOffset": seconds})


@pytest.mark.openapi
def test_link_is_there_at_once_and_stands_in_the_text(tenant: Sandbox, priya: Caller) -> None:
    found = made(priya, isOnlineMeeting=True, body=TEXT, attendees=invited(ROSA))

    openapi.assert_fits("POST", "/me/events", 201, found)
    assert facts(found)[:2] == (True, "teamsForBusiness")
    assert link_of(found).startswith(LINK)
    assert link_of(found) in found["body"]["content"]
    assert "Bring a pen" in found["body"]["content"]
    assert found["onlineMeetingUrl"] is None
    assert mail(tenant)[0]["joinUrl"] == link_of(found)


def test_event_without_text_has_the_block_alone(priya: Caller) -> None:
    found = made(priya, isOnlineMeeting=True)

    assert found["bodyPreview"].count("Join Microsoft Teams Meeting") == 1


@pytest.mark.parametrize("is_online_at_first", [True, False])
def test_late_link_comes_alone_and_only_to_the_organizer(
    tenant: Sandbox, priya: Caller, kim: Caller, is_online_at_first: bool
) -> None:
    tenant.control("PATCH", "meetings", {"teams": "late", "teamsSeconds": 60})
    first = made(priya, isOnlineMeeting=is_online_at_first, attendees=invited(KIM))
    path = f"/me/events/{first['id']}"
    if not is_online_at_first:
        first = patched(priya, path, isOnlineMeeting=True)
    pass_time(tenant, 50)
    early = patched(priya, path, **NOON)

    pass_time(tenant, 61)

    after = priya.read(path)
    assert [facts(one) for one in (first, early)] == [WAITING] * 2
    assert link_of(after) in after["body"]["content"]
    assert after["@odata.etag"] != early["@odata.etag"]
    assert facts(seen(kim)[0]) == WAITING
    assert {one["joinUrl"] for one in mail(tenant)} == {None}


@pytest.mark.parametrize(("mode", "expected"), [("never", WAITING), ("refused", NO_MEETING)])
def test_link_that_never_comes(
    tenant: Sandbox, priya: Caller, mode: str, expected: tuple[bool, str, Any]
) -> None:
    tenant.control("PATCH", "meetings", {"teams": mode, "teamsSeconds": 0})

    found = made(priya, isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")

    pass_time(tenant, 3600)
    path = f"/me/events/{found['id']}"
    assert [facts(found), facts(priya.read(path))] == [expected] * 2
    assert facts(patched(priya, path, body=TEXT)) == expected
    allowed = priya.read("/me/calendar")
    assert allowed["allowedOnlineMeetingProviders"] == (
        [] if mode == "refused" else ["teamsForBusiness"]
    )
    assert allowed["defaultOnlineMeetingProvider"] == (
        "unknown" if mode == "refused" else "teamsForBusiness"
    )


@pytest.mark.parametrize("mode", ["now", "late", "never", "refused"])
def test_groups_have_a_switch_of_their_own(
    tenant: Sandbox, priya: Caller, recruiting: str, mode: str
) -> None:
    tenant.control("PATCH", "meetings", {"groupTeams": mode, "teams": "refused"})

    found = made(priya, recruiting, isOnlineMeeting=True)

    pass_time(tenant, 6)
    later = priya.read(f"{recruiting}/{found['id']}")
    has_link = [bool(one["onlineMeeting"]) for one in (found, later)]
    expected = {"now": [True, True], "late": [False, True]}.get(mode, [False, False])
    assert has_link == expected
    assert later["isOnlineMeeting"] is (mode != "refused")
    calendar = priya.read(recruiting.replace("/events", "/calendar"))
    assert bool(calendar["allowedOnlineMeetingProviders"]) is (mode != "refused")


def test_change_makes_a_teams_meeting_that_stays_one(tenant: Sandbox, priya: Caller) -> None:
    path = f"/me/events/{made(priya, attendees=invited(ROSA))['id']}"
    told(tenant)

    begun = patched(priya, path, isOnlineMeeting=True)

    told_of = told(tenant)
    off = patched(priya, path, isOnlineMeeting=False, onlineMeetingProvider="unknown")
    assert link_of(begun).startswith(LINK)
    assert told_of == [("update", ROSA)]
    assert facts(off) == facts(begun)


def test_change_of_times_keeps_the_link(priya: Caller) -> None:
    found = made(priya, isOnlineMeeting=True)

    moved = patched(priya, f"/me/events/{found['id']}", **NOON)

    assert (link_of(moved), moved["body"]) == (link_of(found), found["body"])


def test_text_without_the_link_drops_it_and_the_next_brings_another(priya: Caller) -> None:
    found = made(priya, isOnlineMeeting=True)
    path = f"/me/events/{found['id']}"
    page = found["body"]["content"].replace("<body>", "<body><p>Bring a pen</p>")

    kept = patched(priya, path, body={"contentType": "html", "content": page})
    dropped = patched(priya, path, body=TEXT)
    moved = patched(priya, path, **NOON)
    again = patched(priya, path, body=TEXT)

    assert link_of(kept) == link_of(found)
    assert [facts(one) for one in (dropped, moved)] == [WAITING] * 2
    assert LINK not in dropped["body"]["content"]
    assert link_of(again) != link_of(found)
    assert link_of(again) in again["body"]["content"]


def test_application_makes_teams_meetings_in_mailboxes(tenant: Sandbox) -> None:
    writer = application(tenant, "Calendars.ReadWrite")

    found = made(writer, f"/users/{PRIYA}/events", isOnlineMeeting=True, attendees=invited(KIM))

    assert found["organizer"]["emailAddress"]["address"] == PRIYA
    assert link_of(found).startswith(LINK)
    assert told(tenant) == [("request", KIM)]
