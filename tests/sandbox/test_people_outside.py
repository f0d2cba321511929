"""People outside the tenant read their invitations in the small Outlook, and answer."""

from typing import Any

import pytest
import requests

from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

ROSA = "rosa@mail.example"
PAGE = f"/outlook/outside/{ROSA}"
TIMES = {"day": "2026-11-27", "start": "14:00", "end": "15:00"}


@pytest.fixture
def priya(tenant: Sandbox) -> Caller:
    return person(tenant, PRIYA, {"Calendars.ReadWrite"})


def invited(priya: Caller, address: str = ROSA) -> dict[str, Any]:
    """A meeting at ten, to which somebody outside is invited."""
    times = {
        name: {"dateTime": f"2026-11-27T{hour}:00:00", "timeZone": "UTC"}
        for name, hour in (("start", "09"), ("end", "10"))
    }
    event = {
        "subject": "Interview",
        "location": {"displayName": "Lobby"},
        "body": {"contentType": "text", "content": "We look forward to it."},
        "attendees": [{"emailAddress": {"address": address}}],
    }
    answer = priya.call("POST", "/me/events", json=event | times)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def read(tenant: Sandbox, path: str = PAGE) -> str:
    answer = requests.get(f"{tenant.url}{path}", timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.text


def answer(tenant: Sandbox, meeting: str, **form: str) -> requests.Response:
    form = {"meeting": meeting, **form}
    return requests.post(f"{tenant.url}{PAGE}/answer", data=form, timeout=30)


def last(tenant: Sandbox) -> dict[str, Any]:
    return dict(tenant.control("GET", "invitations")["value"][-1])


def test_invitation_is_read(tenant: Sandbox, priya: Caller) -> None:
    assert "No meeting has sent mail" in read(tenant)
    invited(priya)

    shown = read(tenant)

    for text in (
        "Invitation: Interview",
        PRIYA,
        "Friday 2026-11-27 10:00 to 11:00",  # the tenant's zone is an hour ahead of UTC
        "Lobby",
        "We look forward to it.",
    ):
        assert text in shown
    assert f'href="{PAGE}"' in read(tenant, "/")


@pytest.mark.parametrize(
    ("chosen", "kind", "shown"),
    [
        ("accept", "accepted", "Accepted"),
        ("tentative", "tentative", "Tentatively accepted"),
        ("decline", "declined", "Declined"),
        ("propose", "proposal", "Another time is proposed"),
        ("decline_and_propose", "proposal", "Another time is proposed"),
    ],
)
def test_answer_reaches_the_organizer(
    tenant: Sandbox, priya: Caller, chosen: str, kind: str, shown: str
) -> None:
    meeting = invited(priya)["iCalUId"]

    answered = answer(tenant, meeting, answer=chosen, comment="Thank you", **TIMES)

    assert f"Your latest answer: {shown}" in answered.text
    found = last(tenant)
    assert (found["kind"], found["sender"], found["comment"]) == (kind, ROSA, "Thank you")
    proposed = "2026-11-27T13:00:00Z" if kind == "proposal" else None
    assert found["proposedStart"] == proposed


def test_answer_that_is_not_sent_reaches_nobody(tenant: Sandbox, priya: Caller) -> None:
    meeting = invited(priya)["iCalUId"]

    answered = answer(tenant, meeting, answer="accept", unsent="1")

    assert "The organizer was not told." in answered.text
    assert "Your latest answer" not in answered.text
    assert last(tenant)["kind"] == "request"


def test_meeting_that_takes_no_proposals(tenant: Sandbox, priya: Caller) -> None:
    meeting = invited(priya)
    priya.call("PATCH", f"/me/events/{meeting['id']}", json={"allowNewTimeProposals": False})

    refused = answer(tenant, meeting["iCalUId"], answer="propose", **TIMES)

    assert refused.status_code == 400
    assert "Propose a new time" not in read(tenant)


def test_cancelled_meeting_asks_for_no_answer(tenant: Sandbox, priya: Caller) -> None:
    meeting = invited(priya)
    priya.call("DELETE", f"/me/events/{meeting['id']}")

    shown = read(tenant)

    assert "Canceled: Interview" in shown
    assert 'value="accept"' not in shown
    assert answer(tenant, meeting["iCalUId"], answer="accept").status_code == 404


def test_nobody_answers_for_others(tenant: Sandbox, priya: Caller) -> None:
    meeting = invited(priya, "jonas@mail.example")

    assert answer(tenant, meeting["iCalUId"], answer="accept").status_code == 404
    for address in (PRIYA, "nobody"):
        page = requests.get(f"{tenant.url}/outlook/outside/{address}", timeout=30)
        assert page.status_code == 404
