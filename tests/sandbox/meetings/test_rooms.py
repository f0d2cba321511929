"""Rooms that accept and decline meetings, at once, late or never."""

from typing import Any

import pytest

from tests.sandbox.calendars.conftest import KIM, event, invited
from tests.sandbox.callers import Caller
from tests.sandbox.meetings.conftest import NOON, answers, made, mail, patched
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

AURORA = "room-aurora@northwind.example"
ROOM = [{"type": "resource", "emailAddress": {"address": AURORA, "name": "Aurora"}}]
BUSY, FREE, TENTATIVE = "2", "0", "1"


def at(day: str, hour: str = "09:00") -> dict[str, str]:
    return {"dateTime": f"{day}T{hour}:00", "timeZone": "UTC"}


def free_busy(caller: Caller, hour: str = "09") -> str:
    """The digit of getSchedule for the room, in an hour of the day of all events."""
    asked = {
        "schedules": [AURORA],
        "startTime": at("2026-11-27", f"{hour}:00"),
        "endTime": at("2026-11-27", f"{int(hour) + 1:02}:00"),
        "availabilityViewInterval": 60,
    }
    answer = caller.call("POST", "/me/calendar/getSchedule", json=asked)
    found: str = answer.json()["value"][0]["availabilityView"]
    return found


def last_reason(tenant: Sandbox) -> tuple[str, str, str]:
    found = mail(tenant)[-1]
    return found["kind"], found["sender"], found["comment"]


def on_calendar(tenant: Sandbox) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tenant.control("GET", f"mailboxes/{AURORA}/events")["value"]
    return found


def test_free_room_accepts(tenant: Sandbox, priya: Caller) -> None:
    found = made(priya, attendees=[*invited(KIM), *ROOM])

    shown = answers(priya, f"/me/events/{found['id']}")

    assert found["attendees"][1]["status"]["response"] == "none"
    assert shown == {KIM: "none", AURORA: "accepted"}
    assert last_reason(tenant) == ("accepted", AURORA, "Your request was accepted.")
    assert free_busy(priya) == BUSY
    assert [one["subject"] for one in on_calendar(tenant)] == ["Priya Kaur"]


def test_taken_room_declines_and_stays_with_the_first(tenant: Sandbox, priya: Caller) -> None:
    first = made(priya, attendees=ROOM)

    second = made(priya, attendees=ROOM)

    assert answers(priya, f"/me/events/{second['id']}") == {AURORA: "declined"}
    assert answers(priya, f"/me/events/{first['id']}") == {AURORA: "accepted"}
    assert last_reason(tenant)[2] == "Your request was declined because there are conflicts."
    assert len(on_calendar(tenant)) == 1


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [
        (at("2026-12-01"), at("2026-12-02", "09:01"), "24 hours"),
        (at("2027-12-01"), at("2027-12-01", "10:00"), "180 days"),
    ],
)
def test_room_declines_what_is_too_long_or_too_far(
    tenant: Sandbox, priya: Caller, start: Any, end: Any, word: str
) -> None:
    found = made(priya, attendees=ROOM, start=start, end=end)

    assert answers(priya, f"/me/events/{found['id']}") == {AURORA: "declined"}
    assert word in last_reason(tenant)[2]


def test_series_is_declined_for_one_taken_date(priya: Caller) -> None:
    made(priya, attendees=ROOM, start=at("2026-11-29"), end=at("2026-11-29", "10:00"))
    three_days = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "numberOfOccurrences": 3},
    }

    found = made(priya, attendees=ROOM, recurrence=three_days)
    short = made(priya, attendees=ROOM, recurrence=three_days | {
        "range": {"type": "numbered", "numberOfOccurrences": 2}})  # fmt: skip  # one series

    assert answers(priya, f"/me/events/{found['id']}") == {AURORA: "declined"}
    assert answers(priya, f"/me/events/{short['id']}") == {AURORA: "accepted"}


def test_room_answers_a_move_again(tenant: Sandbox, priya: Caller) -> None:
    made(priya, attendees=ROOM, start=NOON["start"], end=NOON["end"])
    path = f"/me/events/{made(priya, attendees=ROOM)['id']}"
    before = answers(priya, path)

    moved = patched(priya, path, **NOON)
    after, at_first_time = answers(priya, path), free_busy(priya)
    patched(priya, path, start=event()["start"], end=event()["end"])

    assert before == {AURORA: "accepted"}
    assert moved["attendees"][0]["status"]["response"] == "none"
    assert (after, at_first_time) == ({AURORA: "declined"}, FREE)
    assert answers(priya, path) == {AURORA: "accepted"}


def test_change_of_the_text_keeps_the_answer_and_the_texts_away(
    tenant: Sandbox, priya: Caller
) -> None:
    path = f"/me/events/{made(priya, attendees=ROOM)['id']}"
    answers(priya, path)

    patched(priya, path, subject="Final")

    assert answers(priya, path) == {AURORA: "accepted"}
    assert [one["subject"] for one in on_calendar(tenant)] == ["Priya Kaur"]
    assert [one["kind"] for one in mail(tenant)] == ["request", "accepted", "update"]


def test_late_room_is_tentative_until_it_answers(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("PATCH", "meetings", {"roomAnswerSeconds": 60})
    path = f"/me/events/{made(priya, attendees=ROOM)['id']}"
    early = answers(priya, path), free_busy(priya)

    tenant.control("PATCH", "tenant", {"clockOffset": 61})

    assert early == ({AURORA: "none"}, TENTATIVE)
    assert (answers(priya, path), free_busy(priya)) == ({AURORA: "accepted"}, BUSY)


def test_room_may_never_answer_or_always_decline(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("PATCH", "meetings", {"roomAnswerSeconds": None})
    silent = f"/me/events/{made(priya, attendees=ROOM)['id']}"
    tenant.control("PATCH", "meetings", {"roomAnswerSeconds": 0, "roomsDecline": True})
    refused = f"/me/events/{made(priya, attendees=ROOM, **NOON)['id']}"

    assert answers(priya, silent) == {AURORA: "none"}
    assert answers(priya, refused) == {AURORA: "declined"}


def test_canceled_meeting_gets_no_answer(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("PATCH", "meetings", {"roomAnswerSeconds": 60})
    priya.call("DELETE", f"/me/events/{made(priya, attendees=ROOM)['id']}")

    tenant.control("PATCH", "tenant", {"clockOffset": 61})

    assert [one["kind"] for one in mail(tenant)] == ["request", "cancel"]
    assert free_busy(priya) == FREE


def test_room_answers_the_event_of_a_group(tenant: Sandbox, priya: Caller, recruiting: str) -> None:
    found = made(priya, recruiting, attendees=ROOM)

    assert answers(priya, f"{recruiting}/{found['id']}") == {AURORA: "accepted"}
    assert [one["subject"] for one in on_calendar(tenant)] == ["Recruiting"]


def test_event_posted_on_its_own_calendar_is_not_judged(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", f"mailboxes/{AURORA}/events", {
        "subject": "Cleaning", "start": "2026-11-27T09:00:00Z", "end": "2026-11-27T10:00:00Z",
    })  # fmt: skip  # one event

    found = made(priya, attendees=ROOM)

    assert answers(priya, f"/me/events/{found['id']}") == {AURORA: "declined"}
    assert mail(tenant)[-1]["address"] == PRIYA
