"""Delta of calendar views: the first round, changes, removals, series, windows, and refusals."""

from typing import Any

import pytest

from sandbox import quirks
from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import DAY, KIM, added, event, invited
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

DELTA = f"/me/calendarView/delta?{DAY}"
WEEK = "startDateTime=2026-11-27T00:00:00Z&endDateTime=2026-12-04T00:00:00Z"
DAILY = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd"}}


def told(page: dict[str, Any]) -> list[tuple[str, str]]:
    """Each item of a page by its id, and its type or why it was removed."""
    return [(one["id"], one.get("type") or one["@removed"]["reason"]) for one in page["value"]]


@pytest.mark.openapi
def test_rounds_tell_everything_once_and_then_changes(priya: Caller) -> None:
    kept, gone = added(priya), added(priya, subject="Lunch")
    first = priya.read(DELTA)
    quiet = priya.read(first["@odata.deltaLink"])
    priya.call("PATCH", f"/me/events/{kept['id']}", json={"subject": "Final offer"})
    priya.call("DELETE", f"/me/events/{gone['id']}")
    new = added(priya, subject="Call")

    last = priya.read(quiet["@odata.deltaLink"])

    assert sorted(told(first)) == sorted((one["id"], "singleInstance") for one in (kept, gone))
    assert quiet["value"] == []
    assert sorted(told(last)) == sorted(
        [(kept["id"], "singleInstance"), (new["id"], "singleInstance"), (gone["id"], "deleted")]
    )
    assert "Final offer" in [one.get("subject") for one in last["value"]]
    for page in (first, quiet, last):
        openapi.assert_fits("GET", "/me/calendarView/delta", 200, page)


def test_series_comes_once_with_occurrences_of_few_members(priya: Caller) -> None:
    series = added(priya, recurrence=DAILY)
    third = priya.read(f"/me/events/{series['id']}/instances?{WEEK}")["value"][2]
    priya.call("PATCH", f"/me/events/{third['id']}", json={"subject": "Moved"})

    found = priya.read(f"/me/calendarView/delta?{WEEK}")["value"]

    assert [one["type"] for one in found].count("seriesMaster") == 1
    assert found[0]["id"] == series["id"]
    occurrences = [one for one in found if one["type"] == "occurrence"]
    assert len(occurrences) == 6
    assert set(occurrences[0]) == {
        "@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end",
    }  # fmt: skip  # one to a line says no more
    assert [one["subject"] for one in found if one["type"] == "exception"] == ["Moved"]


def test_window_holds_and_an_event_that_leaves_it_is_removed(priya: Caller) -> None:
    moved = added(priya)
    first = priya.read(DELTA)
    later = {"dateTime": "2026-12-27T09:00:00", "timeZone": "UTC"}
    ends = {"dateTime": "2026-12-27T10:00:00", "timeZone": "UTC"}
    priya.call("PATCH", f"/me/events/{moved['id']}", json={"start": later, "end": ends})

    assert told(priya.read(first["@odata.deltaLink"])) == [(moved["id"], "deleted")]


def test_pages_are_as_long_as_preferred(priya: Caller) -> None:
    wanted = {added(priya)["id"] for _ in range(5)}
    prefer = {"Prefer": 'odata.maxpagesize=2, outlook.timezone="Tokyo Standard Time"'}
    page = priya.read(DELTA, headers=prefer)
    found, sizes = list(page["value"]), [len(page["value"])]
    while "@odata.nextLink" in page:
        page = priya.read(page["@odata.nextLink"], headers=prefer)
        found += page["value"]
        sizes.append(len(page["value"]))

    assert sizes == [2, 2, 1]
    assert {one["id"] for one in found} == wanted
    assert found[0]["start"]["timeZone"] == "Tokyo Standard Time"


def test_empty_page_comes_first_while_the_quirk_is_on(tenant: Sandbox, priya: Caller) -> None:
    added(priya)
    tenant.control("POST", "quirks", {quirks.EMPTY_PAGES.name: True})

    empty = priya.read(DELTA)
    full = priya.read(empty["@odata.nextLink"])

    assert (empty["value"], len(full["value"])) == ([], 1)


@pytest.mark.parametrize(
    "option", ["$select=id", "$top=5", "$filter=isAllDay eq true", "$expand=x"]
)
def test_other_options_are_refused(priya: Caller, option: str) -> None:
    answer = priya.call("GET", f"{DELTA}&{option}")

    assert error(answer) == (400, "ErrorInvalidUrlQuery")


def test_window_and_permission_are_needed(tenant: Sandbox, priya: Caller) -> None:
    mail = person(tenant, PRIYA, {"Mail.Read"})

    assert error(priya.call("GET", "/me/calendarView/delta")) == (400, "ErrorInvalidParameter")
    assert error(mail.call("GET", DELTA)) == (403, "ErrorAccessDenied")


def test_expired_link_ends_the_rounds(tenant: Sandbox, priya: Caller) -> None:
    """As seen for a room's calendar: 410, and a new first round."""
    link = priya.read(DELTA)["@odata.deltaLink"]
    tenant.control("PATCH", "tenant", {"deltaLifetime": 0})

    answer = priya.call("GET", link)

    assert error(answer)[0] == 410
    assert error(answer)[1].lower() == "syncstatenotfound"


@pytest.mark.openapi
def test_group_calendar_has_rounds_for_people_alone(
    tenant: Sandbox, priya: Caller, reader: Caller
) -> None:
    writer = person(tenant, PRIYA, {"Group.ReadWrite.All"})
    groups = tenant.control("GET", "groups")["value"]
    group = next(one["id"] for one in groups if one["displayName"] == "Recruiting")
    path = f"/groups/{group}/calendarView/delta?{DAY}"
    first = writer.read(path)
    writer.call("POST", f"/groups/{group}/events", json=event(attendees=invited(KIM)))

    later = writer.read(first["@odata.deltaLink"])

    assert first["value"] == []
    assert [one["subject"] for one in later["value"]] == ["Offer"]
    openapi.assert_fits("GET", "/groups/{group-id}/calendarView/delta", 200, later)
    for caller in (priya, reader):
        assert error(caller.call("GET", path)) == (403, "ErrorAccessDenied")
