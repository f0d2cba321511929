"""Free/busy of people and rooms: the details shown, time zones, and refusals."""

from typing import Any

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application, person
from tests.sandbox.messages import PRIYA
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

AURORA = "room-aurora@northwind.example"
PATH = f"/users/{PRIYA}/calendar/getSchedule"


def schedule_request(*addresses: str, **changes: Any) -> dict[str, Any]:
    """Ask for four hours of a morning in steps of half an hour."""
    return {
        "schedules": list(addresses),
        "startTime": {"dateTime": "2026-11-27T08:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2026-11-27T12:00:00", "timeZone": "UTC"},
        "availabilityViewInterval": 30,
        **changes,
    }


def busy(tenant: Sandbox, who: str, start: str, end: str, **facts: Any) -> str:
    event = {"start": f"2026-11-27T{start}Z", "end": f"2026-11-27T{end}Z", **facts}
    return str(tenant.control("POST", f"mailboxes/{who}/events", event)["id"])


def schedules(app: Caller, asked: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    answer = app.call("POST", PATH, json=asked, **options)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def test_view_has_one_digit_for_each_step(tenant: Sandbox, app: Caller) -> None:
    busy(tenant, AURORA, "08:30:00", "09:00:00")
    busy(tenant, AURORA, "09:15:00", "09:45:00", showAs="tentative")
    busy(tenant, AURORA, "10:00:00", "10:30:00", showAs="oof")
    busy(tenant, AURORA, "11:00:00", "11:30:00", showAs="workingElsewhere")

    (found,) = schedules(app, schedule_request(AURORA))

    assert found["availabilityView"] == "02113040"
    assert [one["status"] for one in found["scheduleItems"]] == [
        "busy",
        "tentative",
        "oof",
        "workingElsewhere",
    ]


def test_stronger_status_wins_within_a_step(tenant: Sandbox, app: Caller) -> None:
    busy(tenant, AURORA, "08:00:00", "12:00:00", showAs="free")
    busy(tenant, AURORA, "08:00:00", "09:00:00", showAs="tentative")
    busy(tenant, AURORA, "08:10:00", "08:20:00")

    (found,) = schedules(app, schedule_request(AURORA))

    assert found["availabilityView"] == "21000000"


def test_only_events_that_overlap_the_window_are_listed(tenant: Sandbox, app: Caller) -> None:
    busy(tenant, AURORA, "07:00:00", "08:00:00")
    busy(tenant, AURORA, "07:30:00", "08:15:00")
    gone = busy(tenant, AURORA, "09:00:00", "10:00:00")
    tenant.control("DELETE", f"mailboxes/{AURORA}/events/{gone}")

    (found,) = schedules(app, schedule_request(AURORA))

    assert found["availabilityView"] == "20000000"
    assert [one["start"]["dateTime"] for one in found["scheduleItems"]] == [
        "2026-11-27T07:30:00.0000000"
    ]


def test_details_are_shown_to_the_owner_only(tenant: Sandbox, app: Caller) -> None:
    for who in (AURORA, PRIYA):
        busy(tenant, who, "09:00:00", "10:00:00", subject="Offer", location="Here")

    room, own = schedules(app, schedule_request(AURORA, PRIYA))

    assert set(room["scheduleItems"][0]) == {"status", "start", "end"}
    assert own["scheduleItems"][0]["subject"] == "Offer"
    assert own["scheduleItems"][0]["isPrivate"] is False


def test_unknown_address_has_its_own_error(app: Caller) -> None:
    noah = "noah@northwind.example"

    found = schedules(app, schedule_request("none@elsewhere.example", noah, AURORA))

    codes = [one.get("error", {}).get("responseCode") for one in found]
    assert codes == ["ErrorMailRecipientNotFound", "ErrorMailRecipientNotFound", None]
    assert [one["scheduleId"] for one in found] == ["none@elsewhere.example", noah, AURORA]


def test_alias_finds_its_mailbox(tenant: Sandbox, app: Caller) -> None:
    busy(tenant, PRIYA, "08:00:00", "12:00:00")

    (found,) = schedules(app, schedule_request("talent@northwind.example"))

    assert (found["scheduleId"], found["availabilityView"]) == (
        "talent@northwind.example",
        "22222222",
    )


@pytest.mark.openapi
def test_list_has_the_strongest_status_of_its_members(tenant: Sandbox, app: Caller) -> None:
    busy(tenant, PRIYA, "08:00:00", "08:30:00")
    busy(tenant, "alex@northwind.example", "08:00:00", "09:00:00", showAs="oof")
    busy(tenant, "sam@northwind.example", "10:00:00", "10:30:00")

    asked = schedule_request("recruiting@northwind.example", PRIYA)
    answer = app.call("POST", PATH, json=asked).json()

    openapi.assert_fits("POST", "/users/{user-id}/calendar/getSchedule", 200, answer)
    group, priya = answer["value"]
    assert group == {
        "scheduleId": "recruiting@northwind.example",
        "availabilityView": "33000000",
        "scheduleItems": [],
    }
    assert priya["availabilityView"] == "20000000"


def test_members_of_a_list_count_to_the_limit(tenant: Sandbox, app: Caller) -> None:
    asked = ["recruiting@northwind.example", *[AURORA] * 18]

    assert len(schedules(app, schedule_request(*asked))) == 19
    answer = app.call("POST", PATH, json=schedule_request(*asked, AURORA))
    assert error(answer) == (400, "ErrorMailboxDataArrayTooBig")
    assert "actual size = 21." in answer.json()["error"]["message"]


@pytest.mark.parametrize("zone", ["W. Europe Standard Time", "Europe/Berlin"])
def test_times_come_in_the_preferred_zone(tenant: Sandbox, app: Caller, zone: str) -> None:
    busy(tenant, AURORA, "09:00:00", "10:00:00")
    prefer = {"Prefer": f'outlook.timezone="{zone}"'}

    answer = app.call("POST", PATH, json=schedule_request(AURORA), headers=prefer)

    item = answer.json()["value"][0]["scheduleItems"][0]
    assert item["start"] == {"dateTime": "2026-11-27T10:00:00.0000000", "timeZone": zone}
    assert answer.headers["Preference-Applied"] == f'outlook.timezone="{zone}"'


def test_window_is_read_in_its_own_zone(tenant: Sandbox, app: Caller) -> None:
    busy(tenant, AURORA, "17:00:00", "18:00:00")
    pacific = "Pacific Standard Time"
    asked = {
        "Schedules": [AURORA],
        "StartTime": {"dateTime": "2026-11-27T09:00:00.0000000", "timeZone": pacific},
        "EndTime": {"dateTime": "2026-11-27T11:00:00.0000000", "timeZone": pacific},
        "availabilityViewInterval": "60",
    }

    (found,) = schedules(app, asked)

    assert found["availabilityView"] == "20"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schedules": [AURORA] * 21}, "ErrorMailboxDataArrayTooBig"),
        ({"schedules": []}, "ErrorInvalidParameter"),
        ({"startTime": None}, "ErrorInvalidParameter"),
        ({"startTime": {"dateTime": "soon", "timeZone": "UTC"}}, "ErrorInvalidParameter"),
        (
            {"startTime": {"dateTime": "2026-11-27T12:00:00", "timeZone": "UTC"}},
            "ErrorInvalidTimeInterval",
        ),
        (
            {"endTime": {"dateTime": "2027-01-29T08:00:00", "timeZone": "UTC"}},
            "ErrorTimeIntervalTooBig",
        ),
        ({"availabilityViewInterval": 4}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"availabilityViewInterval": 1440}, "ErrorInvalidMergedFreeBusyInterval"),
        (
            {"endTime": {"dateTime": "2026-11-27T12:00:00", "timeZone": "Mars Time"}},
            "TimeZoneNotSupportedException",
        ),
    ],
)
def test_invalid_schedule_request_is_refused(
    app: Caller, changes: dict[str, Any], code: str
) -> None:
    answer = app.call("POST", PATH, json=schedule_request(AURORA, **changes))

    assert error(answer) == (400, code)


def test_window_of_sixty_two_days_is_the_longest(app: Caller) -> None:
    end = {"dateTime": "2027-01-28T08:00:00", "timeZone": "UTC"}

    (found,) = schedules(app, schedule_request(AURORA, endTime=end, availabilityViewInterval=1440))

    assert found["availabilityView"] == "0" * 62


def test_calendar_with_too_many_entries_is_an_error(tenant: Sandbox, app: Caller) -> None:
    for second in range(1001):
        minute, rest = divmod(second, 60)
        start = f"09:{minute:02}:{rest:02}"
        busy(tenant, AURORA, start, "11:00:00")

    (found,) = schedules(app, schedule_request(AURORA))

    assert found["error"]["responseCode"] == "5006"


def test_schedule_request_needs_a_mailbox_of_its_own(tenant: Sandbox, app: Caller) -> None:
    """An application has no /me, and a user without a mailbox has no calendar."""
    kim = person(tenant, "kim@northwind.example", {"Calendars.Read"})
    noah = "/users/noah@northwind.example/calendar/getSchedule"

    assert (
        error(app.call("POST", "/me/calendar/getSchedule", json=schedule_request(AURORA)))[0] == 400
    )
    assert error(app.call("POST", noah, json=schedule_request(AURORA))) == (
        404,
        "MailboxNotEnabledForRESTAPI",
    )
    own = kim.call("POST", "/me/calendar/getschedule", json=schedule_request(AURORA))
    assert own.json()["value"][0]["availabilityView"] == "00000000"


def test_schedule_needs_a_permission(tenant: Sandbox) -> None:
    mail = application(tenant, "Mail.Read")

    answer = mail.call("POST", PATH, json=schedule_request(AURORA))

    assert error(answer) == (403, "ErrorAccessDenied")


@pytest.mark.openapi
def test_answer_fits(tenant: Sandbox, app: Caller) -> None:
    busy(tenant, PRIYA, "09:00:00", "10:00:00", subject="Offer", isPrivate=True)

    answer = app.call("POST", PATH, json=schedule_request(PRIYA, AURORA, "none@elsewhere.example"))

    path = "/users/{user-id}/calendar/getSchedule"
    openapi.assert_fits("POST", path, 200, answer.json())


def test_default_calendar_is_shown(app: Caller) -> None:
    found = app.call("GET", f"/users/{PRIYA}/calendar?$select=name").json()

    assert (found["name"], "isDefaultCalendar" in found) == ("Calendar", False)
    whole = app.call("GET", f"/users/{PRIYA}/calendar").json()
    assert (whole["isDefaultCalendar"], whole["owner"]["address"]) == (True, PRIYA)
