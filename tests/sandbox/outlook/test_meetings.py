"""Meetings in the small Outlook: answers, forwarded invitations and changed details."""

import re
from typing import Any

import pytest
import requests

from tests.sandbox.callers import person
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

ALEX = "alex@northwind.example"
KIM = "kim@northwind.example"
SAM = "sam@northwind.example"
AURORA = "room-aurora@northwind.example"
ROSA = "rosa@mail.example"
DAY = "2026-11-27"
CALENDAR = f"/outlook/{PRIYA}/calendar"
RECRUITING = f"{CALENDAR}/Recruiting"
TIMES = {"day": DAY, "start": "14:00", "end": "15:00"}


def read(tenant: Sandbox, path: str) -> str:
    answer = requests.get(f"{tenant.url}{path}", params={"week": DAY}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.text


def post(tenant: Sandbox, path: str, **form: Any) -> requests.Response:
    return requests.post(f"{tenant.url}{path}", data={"week": DAY, **form}, timeout=30)


def meeting(tenant: Sandbox, people: str, path: str = CALENDAR, **more: str) -> str:
    """A new meeting. Returns the path of its organizer's event."""
    form = {"subject": "Interview", "day": DAY, "start": "09:00", "end": "10:00", **more}
    post(tenant, f"{path}/events", attendees=people, **form)
    name = "Recruiting" if path == RECRUITING else PRIYA
    tenant.control("DELETE", "invitations")
    return f"{path}/events/{the_event(tenant, name)['id']}"


def the_event(tenant: Sandbox, name: str) -> dict[str, Any]:
    (found,) = tenant.control("GET", f"mailboxes/{name}/events")["value"]
    return dict(found)


def theirs(tenant: Sandbox, name: str) -> str:
    return f"/outlook/{name}/calendar/events/{the_event(tenant, name)['id']}"


def mail(tenant: Sandbox) -> list[tuple[str, str, str]]:
    found = tenant.control("GET", "invitations")["value"]
    return [(one["kind"], one["sender"], one["address"]) for one in found]


@pytest.mark.parametrize(
    ("answer", "kind", "shown"),
    [
        ("accept", "accepted", "accepted"),
        ("tentative", "tentative", "tentativelyAccepted"),
        ("decline", "declined", "declined"),
        ("propose", "proposal", "tentativelyAccepted, proposes 2026-11-27 14:00 to 15:00"),
        ("decline_and_propose", "proposal", "declined, proposes 2026-11-27 14:00 to 15:00"),
    ],
)
def test_organizer_sees_the_answer(tenant: Sandbox, answer: str, kind: str, shown: str) -> None:
    meeting(tenant, KIM)

    answered = post(tenant, f"{theirs(tenant, KIM)}/answer", answer=answer, comment="So", **TIMES)

    assert "Answered." in answered.text
    assert mail(tenant) == [(kind, KIM, PRIYA)]
    assert f"{KIM}: {shown}<" in read(tenant, CALENDAR)
    assert "<dd>So</dd>" in read(tenant, f"/outlook/{PRIYA}/invitations")


def test_answer_that_is_not_sent_stays_with_the_attendee(tenant: Sandbox) -> None:
    meeting(tenant, KIM)

    answered = post(tenant, f"{theirs(tenant, KIM)}/answer", answer="accept", unsent="1")

    assert "The organizer was not told." in answered.text
    assert mail(tenant) == []
    assert the_event(tenant, KIM)["response"] == "accepted"
    assert f"{KIM}: none<" in read(tenant, CALENDAR)


@pytest.mark.parametrize(
    "form",
    [
        {"answer": "perhaps"},
        {"answer": "propose", "unsent": "1"},
        {"answer": "propose", "day": ""},
    ],
)
def test_answer_that_cannot_be_is_refused(tenant: Sandbox, form: dict[str, str]) -> None:
    meeting(tenant, KIM)

    refused = post(tenant, f"{theirs(tenant, KIM)}/answer", **(TIMES | form))

    assert refused.status_code == 400
    assert mail(tenant) == []


def test_invitation_is_forwarded(tenant: Sandbox) -> None:
    meeting(tenant, f"{KIM}, {SAM}")

    forwarded = post(tenant, f"{theirs(tenant, KIM)}/forward", to=f"{ROSA}, {ALEX}, {SAM}")

    assert f"Forwarded to {ROSA}, {ALEX}, {SAM}." in forwarded.text
    assert mail(tenant) == [("request", KIM, one) for one in (ROSA, ALEX, SAM)]
    assert the_event(tenant, ALEX)["subject"] == "Interview"
    shown = read(tenant, CALENDAR)
    assert [shown.count(f"<li>{one}: none") for one in (KIM, SAM, ROSA, ALEX)] == [1, 1, 1, 1]


@pytest.mark.parametrize("to", ["", "nobody"])
def test_invitation_is_forwarded_to_an_address(tenant: Sandbox, to: str) -> None:
    meeting(tenant, KIM)

    assert post(tenant, f"{theirs(tenant, KIM)}/forward", to=to).status_code == 400
    assert mail(tenant) == []


def test_organizer_neither_answers_nor_forwards(tenant: Sandbox) -> None:
    event = meeting(tenant, KIM)

    for act, form in (("answer", {"answer": "accept"}), ("forward", {"to": ROSA})):
        assert post(tenant, f"{event}/{act}", **form).status_code == 400
    copy = theirs(tenant, KIM)
    assert post(tenant, f"{copy}/details", subject="Mine").status_code == 400


@pytest.mark.parametrize("path", [CALENDAR, RECRUITING])
def test_details_are_changed(tenant: Sandbox, path: str) -> None:
    event = meeting(tenant, f"{KIM}, {ROSA}", path)
    people = f"{KIM}, {SAM}, {AURORA}"

    form = {"subject": "Second interview", "place": "Lobby", "attendees": people}
    changed = post(tenant, f"{event}/details", **form)

    assert "Changed." in changed.text
    assert "· Lobby" in changed.text
    assert f'value="{people}"' in changed.text
    sent = {(kind, address) for kind, _, address in mail(tenant)}
    assert {("update", KIM), ("request", SAM), ("request", AURORA), ("cancel", ROSA)} <= sent
    assert the_event(tenant, SAM)["subject"] == "Second interview"


def test_room_is_added_as_a_resource(tenant: Sandbox) -> None:
    meeting(tenant, f"{KIM}, {AURORA}")

    (found,) = person(tenant, PRIYA, {"Calendars.Read"}).read("/me/events")["value"]

    assert [one["type"] for one in found["attendees"]] == ["required", "resource"]


def test_details_as_before_change_nothing(tenant: Sandbox) -> None:
    event = meeting(tenant, f"{KIM}, {ROSA}")

    form = {"subject": "Interview", "place": "", "attendees": f"{KIM}, {ROSA}"}
    changed = post(tenant, f"{event}/details", **form)

    assert "Nothing was changed." in changed.text
    assert mail(tenant) == []


def test_update_need_not_be_sent(tenant: Sandbox) -> None:
    event = meeting(tenant, KIM)

    post(tenant, f"{event}/details", subject="Talk", unsent="1")
    post(tenant, f"{event}/times", unsent="1", **TIMES)
    assert mail(tenant) == []
    assert the_event(tenant, KIM)["subject"] == "Interview"

    post(tenant, f"{event}/times", day=DAY, start="16:00", end="17:00")
    assert mail(tenant) == [("update", PRIYA, KIM)]
    assert the_event(tenant, KIM)["start"] == "2026-11-27T15:00:00Z"


def test_teams_link_is_dropped(tenant: Sandbox) -> None:
    event = meeting(tenant, KIM, teams="1", place="Online")
    before = read(tenant, CALENDAR)

    post(tenant, f"{event}/details", link="drop")

    assert "Drop the Teams link" in before
    assert "teams.microsoft.com" in before
    assert "teams.microsoft.com" not in read(tenant, CALENDAR)
    (update,) = tenant.control("GET", "invitations")["value"]
    assert (update["kind"], update["address"], update["joinUrl"]) == ("update", KIM, None)
    assert update["location"] == "Online"


def test_cancellation_has_a_comment(tenant: Sandbox) -> None:
    event = meeting(tenant, KIM)

    post(tenant, f"{event}/deletion", comment="Kim is away")

    shown = read(tenant, f"/outlook/{KIM}/invitations")
    assert "Canceled: Interview" in shown
    assert "<dd>Kim is away</dd>" in shown
    assert 'value="accept"' not in shown


def test_latest_mail_of_a_meeting_asks(tenant: Sandbox) -> None:
    event = meeting(tenant, KIM)
    post(tenant, f"{event}/times", **TIMES)
    post(tenant, f"{event}/times", day=DAY, start="16:00", end="17:00")
    path = f"/outlook/{KIM}/invitations"

    shown = read(tenant, path)
    answered = re.search(r'action="(/outlook/[^"]+/answer)"', shown)
    assert answered
    back = post(tenant, answered[1], answer="accept", invitations="1")

    assert shown.count("Update: Interview") == 2
    assert shown.count('value="accept"') == 1
    assert back.url.startswith(f"{tenant.url}{path}?done=")
    assert mail(tenant)[-1] == ("accepted", KIM, PRIYA)


def test_answers_reach_the_mailbox_of_a_group(tenant: Sandbox) -> None:
    event = meeting(tenant, KIM, RECRUITING)
    post(tenant, f"{event}/details", attendees=f"{KIM}, {ROSA}")

    uid = the_event(tenant, "Recruiting")["iCalUId"]
    post(tenant, f"/outlook/outside/{ROSA}/answer", meeting=uid, answer="decline")

    shown = read(tenant, f"/outlook/{PRIYA}/invitations/Recruiting")
    assert "Declined: Interview" in shown
    assert f"<dd>{ROSA}</dd>" in shown
