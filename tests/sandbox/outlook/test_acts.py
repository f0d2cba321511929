"""Forms of the small Outlook: whole days, series, rooms, links, and deletions told or not."""

from typing import Any

import pytest
import requests

from tests.sandbox.messages import PRIYA
from tests.sandbox.outlook.forms import DAY, KIM, add, events, page, post
from tests.support.sandbox_server import Sandbox

AURORA, BOREALIS = "room-aurora@northwind.example", "room-borealis@northwind.example"
OWN, GROUP = f"/outlook/{PRIYA}/calendar", f"/outlook/{PRIYA}/calendar/Recruiting"
BOTH = pytest.mark.parametrize(("path", "mailbox"), [(OWN, PRIYA), (GROUP, "Recruiting")])


def act(tenant: Sandbox, path: str, mailbox: str, name: str, **form: Any) -> requests.Response:
    """Fill in a form of the only event on a calendar."""
    (found,) = events(tenant, mailbox)
    answer = post(tenant, f"{path}/events/{found['id']}/{name}", **form)
    assert answer.status_code == 200, answer.text
    return answer


def mail(tenant: Sandbox) -> list[tuple[str, str, str]]:
    """The kind, recipient and writer of the mail that attendees have."""
    found = tenant.control("GET", "invitations")["value"]
    return [(one["kind"], one["address"], one["by"]) for one in found if one["via"] == "attendee"]


@BOTH
def test_event_becomes_a_whole_day_and_an_hour_again(
    tenant: Sandbox, path: str, mailbox: str
) -> None:
    add(tenant, path, attendees=KIM)
    times = {"day": DAY, "start": "14:00", "end": "15:00"}
    act(tenant, path, mailbox, "times", all_day="1", **times)
    (whole,) = events(tenant, mailbox)
    act(tenant, path, mailbox, "times", unsent="1", **times)
    (hour,) = events(tenant, mailbox)

    assert (whole["start"], whole["end"]) == ("2026-11-26T23:00:00Z", "2026-11-27T23:00:00Z")
    assert hour["start"] == "2026-11-27T13:00:00Z"
    assert mail(tenant) == [("request", KIM, PRIYA), ("update", KIM, PRIYA)]
    assert events(tenant, KIM)[0]["start"] == whole["start"]


@BOTH
def test_event_becomes_a_series(tenant: Sandbox, path: str, mailbox: str) -> None:
    add(tenant, path)
    act(tenant, path, mailbox, "details", repeats="weekly")

    assert [one["type"] for one in events(tenant, mailbox)] == ["seriesMaster"]
    assert page(tenant, path).count("of a series") == 1


def test_room_is_chosen_changed_and_declines(tenant: Sandbox) -> None:
    add(tenant, OWN)
    act(tenant, OWN, PRIYA, "details", room=AURORA)
    act(tenant, OWN, PRIYA, "details", room=BOREALIS)
    before = page(tenant, OWN)
    act(tenant, f"/outlook/{BOREALIS}/calendar", BOREALIS, "answer", answer="decline")

    assert f"{BOREALIS}: accepted" in before
    assert AURORA not in before.replace(f'value="{AURORA}"', "")
    assert "· Borealis" in before
    assert f"{BOREALIS}: declined" in page(tenant, OWN)
    first = requests.get(f"{tenant.url}/", timeout=30).text
    assert f'href="/outlook/{BOREALIS}/calendar"' in first


def test_another_teams_link_is_told(tenant: Sandbox) -> None:
    add(tenant, OWN, attendees=KIM, teams="1")
    act(tenant, OWN, PRIYA, "details", link="another")

    (first, second) = tenant.control("GET", "invitations")["value"]
    assert (first["kind"], second["kind"]) == ("request", "update")
    assert None not in (first["joinUrl"], second["joinUrl"])
    assert first["joinUrl"] != second["joinUrl"]


def test_ones_own_copy_moves_alone(tenant: Sandbox) -> None:
    add(tenant, GROUP, attendees=KIM)
    times = {"day": DAY, "start": "16:00", "end": "17:00"}
    moved = act(tenant, f"/outlook/{KIM}/calendar", KIM, "times", **times)

    assert "Moved on this calendar alone." in moved.text
    assert events(tenant, KIM)[0]["start"] == "2026-11-27T15:00:00Z"
    assert events(tenant, "Recruiting")[0]["start"] == "2026-11-27T08:00:00Z"
    assert [kind for kind, _, _ in mail(tenant)] == ["request"]


@BOTH
@pytest.mark.parametrize("unsent", [{}, {"unsent": "1"}])
def test_deletion_is_told_unless_it_is_not_sent(
    tenant: Sandbox, path: str, mailbox: str, unsent: dict[str, str]
) -> None:
    add(tenant, path, attendees=KIM)
    deleted = act(tenant, path, mailbox, "deletion", **unsent)

    assert events(tenant, mailbox) == []
    assert [one["isCancelled"] for one in events(tenant, KIM)] == [not unsent]
    assert ("cancel", KIM, PRIYA) in mail(tenant) or unsent
    assert ("The attendees were not told." in deleted.text) is bool(unsent)


@pytest.mark.parametrize(("form", "answer"), [({}, "none"), ({"declined": "1"}, "declined")])
def test_copy_is_deleted_with_or_without_a_decline(
    tenant: Sandbox, form: dict[str, str], answer: str
) -> None:
    add(tenant, OWN, attendees=KIM)
    act(tenant, f"/outlook/{KIM}/calendar", KIM, "deletion", **form)

    assert events(tenant, KIM) == []
    assert f"{KIM}: {answer}" in page(tenant, OWN)
