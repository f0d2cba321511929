"""A meeting as Portal writes it: empty and marked first, and only then with its attendees."""

from typing import Any

from tests.clients.mail import PRIYA
from tests.sandbox.callers import application
from tests.support.sandbox_server import Sandbox

KIM = "kim@northwind.example"
ROSA = "rosa@mail.example"
MARK = "String {9f6c3a54-3b1e-4f7e-9a41-5d0c7f4f2a11} Name PortalEvent"
VALUE = "0b9e4d6c-7f6f-4f5a-9d0e-1d1f5b0f8f11"
EVENTS = f"/users/{PRIYA}/events"
EMPTY: dict[str, Any] = {
    "subject": "Interview: Rosa Ortega",
    "body": {"contentType": "html", "content": "<p>Rosa in Portal</p>"},
    "start": {"dateTime": "2026-11-27T10:00:00", "timeZone": "W. Europe Standard Time"},
    "end": {"dateTime": "2026-11-27T11:00:00", "timeZone": "W. Europe Standard Time"},
    "transactionId": VALUE,
    "isOnlineMeeting": True,
    "onlineMeetingProvider": "teamsForBusiness",
    "singleValueExtendedProperties": [{"id": MARK, "value": VALUE}],
}
ATTENDEES = {"attendees": [{"emailAddress": {"address": one}} for one in (KIM, ROSA)]}
NEW_TIME = {
    "start": {"dateTime": "2026-11-27T14:00:00", "timeZone": "W. Europe Standard Time"},
    "end": {"dateTime": "2026-11-27T15:00:00", "timeZone": "W. Europe Standard Time"},
}
BY_MARK = f"singleValueExtendedProperties/any(e: e/id eq '{MARK}' and e/value eq '{VALUE}')"
WITH_MARK = f"singleValueExtendedProperties($filter=id eq '{MARK}')"


def invited(tenant: Sandbox) -> dict[str, Any]:
    """The meeting of Portal, which a person's program reads then."""
    organizer, verify = application(tenant, "Calendars.ReadWrite"), str(tenant.certificate)
    made = organizer.call("POST", EVENTS, json=EMPTY, verify=verify).json()
    answer = organizer.call("PATCH", f"{EVENTS}/{made['id']}", json=ATTENDEES, verify=verify)
    return dict(answer.json())


def kinds(tenant: Sandbox) -> list[tuple[str, str]]:
    found = tenant.control("GET", "invitations")["value"]
    return [(one["kind"], one["address"]) for one in found]


def history(tenant: Sandbox, event_id: str) -> list[tuple[str, str, str]]:
    """The changes of an event since it was made: what, when it starts, and by whom."""
    found = tenant.control("GET", "event-history", params={"eventId": event_id})["value"]
    return [(one["change"], one["startsAt"], one["by"]) for one in found if one["by"] != "app"]
