"""Answers to meetings: those of colleagues, and of people outside the tenant."""

from typing import Any

import pytest
import requests

from sandbox.meetings import store
from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import KIM, event, invited, seen
from tests.sandbox.callers import Caller
from tests.sandbox.meetings.conftest import (
    NOON,
    RECRUITING,
    ROSA,
    answers,
    made,
    mail,
    patched,
    told,
)
from tests.sandbox.messages import PRIYA
from tests.support import openapi
from tests.support.sandbox_server import Sandbox


def last(tenant: Sandbox) -> dict[str, Any]:
    return mail(tenant)[-1]


def answer(caller: Caller, verb: str, **body: Any) -> Any:
    (copy,) = seen(caller)
    return caller.call("POST", f"/me/events/{copy['id']}/{verb}", json=body)


@pytest.mark.parametrize(
    ("verb", "kind"),
    [("accept", "accepted"), ("tentativelyAccept", "tentative"), ("decline", "declined")],
)
def test_answer_of_a_colleague_reaches_the_organizer(
    tenant: Sandbox, priya: Caller, kim: Caller, verb: str, kind: str
) -> None:
    made(priya, attendees=invited(KIM))

    answer(kim, verb, comment="As planned")

    found = last(tenant)
    assert (found["kind"], found["comment"]) == (kind, "As planned")
    assert (found["sender"], found["address"]) == (KIM, PRIYA)


def test_answer_that_is_not_sent_is_no_mail(tenant: Sandbox, priya: Caller, kim: Caller) -> None:
    path = f"/me/events/{made(priya, attendees=invited(KIM))['id']}"
    told(tenant)

    answer(kim, "accept", sendResponse=False)

    assert told(tenant) == []
    assert answers(priya, path) == {KIM: "none"}


@pytest.mark.openapi
def test_proposal_stands_on_the_attendee_until_the_meeting_moves(
    tenant: Sandbox, priya: Caller, kim: Caller
) -> None:
    path = f"/me/events/{made(priya, attendees=invited(KIM, ROSA))['id']}"

    answer(kim, "tentativelyAccept", proposedNewTime=NOON)

    shown = priya.read(path)
    openapi.assert_fits("GET", "/me/events/{event-id}", 200, shown)
    proposed = shown["attendees"][0]["proposedNewTime"]
    assert proposed["start"] == {"dateTime": "2026-11-27T12:00:00.0000000", "timeZone": "UTC"}
    found = last(tenant)
    assert (found["kind"], found["proposedStart"], found["proposedEnd"]) == (
        "proposal",
        "2026-11-27T12:00:00Z",
        "2026-11-27T13:00:00Z",
    )
    kept = patched(priya, path, attendees=shown["attendees"])["attendees"][0]
    assert (kept["proposedNewTime"], kept["status"]) == (proposed, shown["attendees"][0]["status"])
    moved = patched(priya, path, **NOON)["attendees"][0]
    assert (moved["status"]["response"], "proposedNewTime" in moved) == ("none", False)


@pytest.mark.parametrize(
    ("allows", "body"), [(False, {}), (True, {"sendResponse": False})], ids=["forbidden", "unsent"]
)
def test_proposal_is_refused_where_the_meeting_forbids_it_or_nothing_is_sent(
    priya: Caller, kim: Caller, allows: bool, body: dict[str, Any]
) -> None:
    made(priya, attendees=invited(KIM), allowNewTimeProposals=allows)

    refused = answer(kim, "decline", proposedNewTime=NOON, **body)

    assert error(refused) == (400, "ErrorInvalidRequest")
    assert seen(kim)[0]["responseStatus"]["response"] == "notResponded"


def test_person_outside_the_tenant_answers(tenant: Sandbox, priya: Caller) -> None:
    found = made(priya, attendees=invited(KIM, ROSA))
    path = f"/me/events/{found['id']}"

    is_known = store.answer(tenant.state, found["iCalUId"], ROSA.upper(), "accepted", comment="Yes")

    assert is_known
    assert answers(priya, path) == {KIM: "none", ROSA: "accepted"}
    told_last = last(tenant)
    assert (told_last["kind"], told_last["address"], told_last["comment"]) == (
        "accepted",
        PRIYA,
        "Yes",
    )
    priya.call("DELETE", path)
    assert not store.answer(tenant.state, found["iCalUId"], ROSA, "declined")


def test_control_answers_for_a_person_outside(tenant: Sandbox, priya: Caller) -> None:
    found = made(priya, attendees=invited(ROSA))
    said = {"icalUid": found["iCalUId"], "address": ROSA, "response": "tentativelyAccepted"}
    proposed = {"proposedStart": "2026-11-27T13:00:00+01:00", "proposedEnd": "2026-11-27T13:00Z"}

    tenant.control("POST", "invitations/answers", said | proposed | {"comment": "Later?"})

    row = last(tenant)
    assert (row["kind"], row["sender"], row["comment"]) == ("proposal", ROSA, "Later?")
    assert row["proposedStart"] == "2026-11-27T12:00:00Z"
    (attendee,) = priya.read(f"/me/events/{found['id']}")["attendees"]
    assert attendee["status"]["response"] == "tentativelyAccepted"
    assert attendee["proposedNewTime"]["end"]["dateTime"].startswith("2026-11-27T13:00")


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"response": "maybe"}, "400"), ({"proposedStart": "noon"}, "400"), ({"icalUid": "0"}, "404")],
)
def test_control_refuses_an_answer_without_a_meaning(
    tenant: Sandbox, priya: Caller, changes: dict[str, str], status: str
) -> None:
    found = made(priya, attendees=invited(ROSA))
    said = {"icalUid": found["iCalUId"], "address": ROSA, "response": "accepted"}

    with pytest.raises(requests.HTTPError, match=status):
        tenant.control("POST", "invitations/answers", said | changes)


@pytest.mark.parametrize("is_shown", [False, True])
def test_groups_event_shows_answers_from_outside_if_told_so(
    tenant: Sandbox, priya: Caller, recruiting: str, is_shown: bool
) -> None:
    found = made(priya, recruiting, attendees=invited(ROSA))
    tenant.control("PATCH", "meetings", {"candidatesAnswerGroups": is_shown})

    store.answer(tenant.state, found["iCalUId"], ROSA, "declined")

    assert last(tenant)["address"] == RECRUITING
    shown = answers(priya, f"{recruiting}/{found['id']}")
    assert shown == {ROSA: "declined" if is_shown else "none"}


def test_mail_of_an_address_is_in_the_order_of_sending(tenant: Sandbox, priya: Caller) -> None:
    path = f"/me/events/{made(priya, attendees=invited(ROSA))['id']}"
    patched(priya, path, **NOON)

    found = store.of_address(tenant.state, ROSA)

    assert [(one["kind"], one["starts_at"][11:16]) for one in found] == [
        ("request", "09:00"),
        ("update", "12:00"),
    ]
    assert event()["subject"] == found[0]["subject"]
