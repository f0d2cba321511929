"""The record of the mail that meetings send: who is told of what, and how often."""

from typing import Any

import pytest

from tests.sandbox.calendars.conftest import KIM, event, invited, seen, starts
from tests.sandbox.callers import Caller
from tests.sandbox.meetings.conftest import (
    ALEX,
    NOON,
    RECRUITING,
    ROSA,
    SAM,
    made,
    mail,
    patched,
    told,
)
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

DAILY = {
    "pattern": {"type": "daily", "interval": 1},
    "range": {"type": "numbered", "numberOfOccurrences": 2},
}


def test_new_meeting_is_told_to_each_attendee_once(tenant: Sandbox, priya: Caller) -> None:
    found = made(
        priya,
        attendees=invited(KIM, ROSA, KIM, PRIYA),
        location={"displayName": "Aurora"},
        body={"contentType": "text", "content": "Bring nothing"},
    )

    first, second = mail(tenant)

    assert [one["address"] for one in (first, second)] == [KIM, ROSA]
    body = second.pop("body")
    assert "Bring nothing" in body
    assert second == {
        "id": second["id"],
        "at": second["at"],
        "kind": "request",
        "by": PRIYA,
        "through": "graph",
        "via": "attendee",
        "icalUid": found["iCalUId"],
        "eventId": found["id"],
        "organizerId": tenant.oid(PRIYA),
        "organizerAddress": PRIYA,
        "sender": PRIYA,
        "address": ROSA,
        "subject": "Offer",
        "location": "Aurora",
        "joinUrl": None,
        "startsAt": "2026-11-27T09:00:00Z",
        "endsAt": "2026-11-27T10:00:00Z",
        "comment": "",
        "proposedStart": None,
        "proposedEnd": None,
    }


def test_mail_is_listed_by_address_and_meeting(tenant: Sandbox, priya: Caller) -> None:
    first = made(priya, attendees=invited(KIM, ROSA))
    made(priya, attendees=invited(ROSA))

    of_rosa = mail(tenant, f"?address={ROSA.upper()}")
    of_both = mail(tenant, f"?address={ROSA}&icalUid={first['iCalUId']}")

    assert [one["address"] for one in of_rosa] == [ROSA, ROSA]
    assert [one["eventId"] for one in of_both] == [first["id"]]


def test_event_without_attendees_tells_nobody(tenant: Sandbox, priya: Caller) -> None:
    path = f"/me/events/{made(priya)['id']}"
    patched(priya, path, subject="Final")
    priya.call("DELETE", path)

    assert told(tenant) == []


def test_change_of_attendees_alone_tells_those_it_concerns(
    tenant: Sandbox, priya: Caller, kim: Caller
) -> None:
    path = f"/me/events/{made(priya, attendees=invited(KIM, ROSA))['id']}"
    told(tenant)
    before = seen(kim)

    patched(priya, path, attendees=invited(KIM, SAM))

    assert told(tenant) == [("cancel", ROSA), ("request", SAM)]
    assert seen(kim) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Final"},
        NOON,
        {"location": {"displayName": "Borealis"}},
        {"body": {"contentType": "text", "content": "Bring a pen"}},
        {"start": event()["start"], "end": event()["end"]},  # as they are
    ],
)
def test_change_of_time_place_or_text_tells_everybody(
    tenant: Sandbox, priya: Caller, changes: dict[str, Any]
) -> None:
    path = f"/me/events/{made(priya, attendees=invited(KIM, ROSA))['id']}"
    told(tenant)

    patched(priya, path, **changes)

    assert told(tenant) == [("update", KIM), ("update", ROSA)]


def test_change_with_new_attendees_invites_them_and_updates_the_rest(
    tenant: Sandbox, priya: Caller
) -> None:
    path = f"/me/events/{made(priya, attendees=invited(KIM, ROSA))['id']}"
    told(tenant)

    patched(priya, path, **NOON, attendees=invited(KIM, SAM))

    assert told(tenant) == [("cancel", ROSA), ("update", KIM), ("request", SAM)]


def test_organizers_own_members_tell_nobody(tenant: Sandbox, priya: Caller) -> None:
    path = f"/me/events/{made(priya, attendees=invited(KIM))['id']}"
    told(tenant)

    patched(priya, path, showAs="free", categories=["Red"], isReminderOn=False)

    assert told(tenant) == []


def test_unsent_move_tells_nobody_and_leaves_the_copies(
    tenant: Sandbox, priya: Caller, kim: Caller
) -> None:
    found = made(priya, attendees=invited(KIM))
    told(tenant)
    where = f"mailboxes/{PRIYA}/events/{found['id']}"

    tenant.control("PATCH", where, {"start": "2026-11-27T12:00:00Z", "end": "2026-11-27T13:00:00Z",
                                    "isSent": False})  # fmt: skip  # one move
    unsent, copy = told(tenant), starts(seen(kim))
    patched(priya, f"/me/events/{found['id']}", attendees=invited(KIM, ROSA))
    after_attendees = starts(seen(kim))
    tenant.control("PATCH", where, {"subject": "Final"})

    assert (unsent, copy, after_attendees) == ([], ["2026-11-27T09:00"], ["2026-11-27T09:00"])
    assert told(tenant) == [("request", ROSA), ("update", KIM), ("update", ROSA)]
    assert starts(seen(kim)) == ["2026-11-27T12:00"]


def test_cancellation_brings_its_comment_and_deletion_has_none(
    tenant: Sandbox, priya: Caller
) -> None:
    for method, tail in (("POST", "/cancel"), ("DELETE", "")):
        found = made(priya, attendees=invited(KIM, ROSA))
        priya.call(method, f"/me/events/{found['id']}{tail}", json={"Comment": "Sorry"})

    rows = [(one["kind"], one["address"], one["comment"]) for one in mail(tenant)]
    cancels = [row for row in rows if row[0] == "cancel"]
    assert cancels == [
        ("cancel", KIM, "Sorry"),
        ("cancel", ROSA, "Sorry"),
        ("cancel", KIM, ""),
        ("cancel", ROSA, ""),
    ]


def test_attendee_who_deletes_a_copy_cancels_nothing(
    tenant: Sandbox, priya: Caller, kim: Caller
) -> None:
    made(priya, attendees=invited(KIM, ROSA))
    told(tenant)

    kim.call("DELETE", f"/me/events/{seen(kim)[0]['id']}")

    assert told(tenant) == []


def test_canceled_copy_is_canceled_once(priya: Caller, kim: Caller) -> None:
    path = f"/me/events/{made(priya, attendees=invited(KIM))['id']}"

    for attendees in ([], invited(ROSA)):
        patched(priya, path, attendees=attendees)

    assert [one["subject"] for one in seen(kim)] == ["Canceled: Offer"]
    patched(priya, path, attendees=invited(KIM))
    assert [(one["subject"], one["isCancelled"]) for one in seen(kim)] == [("Offer", False)]


def test_one_date_of_a_series_is_canceled_alone(tenant: Sandbox, priya: Caller) -> None:
    made(priya, attendees=invited(ROSA), recurrence=DAILY)
    window = "startDateTime=2026-11-28T00:00:00Z&endDateTime=2026-11-29T00:00:00Z"
    (second,) = seen(priya, window)

    priya.call("POST", f"/me/events/{second['id']}/cancel", json={})

    found = [(one["kind"], one["startsAt"]) for one in mail(tenant)]
    assert found == [("request", "2026-11-27T09:00:00Z"), ("cancel", "2026-11-28T09:00:00Z")]


def test_followers_of_a_group_hear_of_its_events(
    tenant: Sandbox, priya: Caller, recruiting: str
) -> None:
    found = made(priya, recruiting)
    created = [(one["kind"], one["address"], one["via"]) for one in mail(tenant)]
    told(tenant)

    path = f"{recruiting}/{found['id']}"
    patched(priya, path, attendees=invited(RECRUITING, ALEX, ROSA))
    invited_then = [(one["kind"], one["address"], one["via"]) for one in mail(tenant)]
    told(tenant)
    patched(priya, path, **NOON)
    moved = sorted(told(tenant))
    priya.call("POST", f"{path}/cancel", json={})

    assert sorted(created) == [("request", ALEX, "group"), ("request", PRIYA, "group")]
    assert invited_then == [("request", ALEX, "attendee"), ("request", ROSA, "attendee")]
    assert moved == [("update", ALEX), ("update", PRIYA), ("update", ROSA)]
    assert sorted(told(tenant)) == [("cancel", ALEX), ("cancel", PRIYA), ("cancel", ROSA)]


def test_writer_is_told_at_once_while_a_group_adds_them(
    tenant: Sandbox, priya: Caller, recruiting: str
) -> None:
    tenant.control("POST", "quirks", {"groupAddsWriter": True})

    found = made(priya, recruiting)

    rows = [(one["address"], one["via"]) for one in mail(tenant)]
    assert rows == [(PRIYA, "attendee"), (ALEX, "group")]
    kept = patched(priya, f"{recruiting}/{found['id']}", attendees=found["attendees"])
    assert len(kept["attendees"]) == 2
    assert len(mail(tenant)) == 2


def test_nobody_follows_a_group_that_says_so(
    tenant: Sandbox, priya: Caller, recruiting: str
) -> None:
    tenant.control("PATCH", "groups/Recruiting", {"subscribers": []})

    made(priya, recruiting, attendees=invited(ROSA))

    assert told(tenant) == [("request", ROSA)]
