"""Calendars in the small Outlook: a person's week, and that of a group."""

import re

import pytest
import requests

from tests.sandbox.messages import PRIYA
from tests.sandbox.outlook.forms import DAY, KIM, add, events, page, post
from tests.support.sandbox_server import Sandbox


def test_event_is_added_moved_changed_and_deleted(tenant: Sandbox) -> None:
    path = f"/outlook/{PRIYA}/calendar"
    added = add(tenant, path, private="1")
    (made,) = events(tenant, PRIYA)
    of_event = f"{path}/events/{made['id']}"
    post(tenant, f"{of_event}/times", day="2026-11-26", start="22:00", end="01:00")
    post(tenant, f"{of_event}/status", show_as="oof")
    (moved,) = events(tenant, PRIYA)
    deleted = post(tenant, f"{of_event}/deletion")

    assert "Added." in added.text
    # The tenant's zone is an hour ahead of UTC in winter.
    assert (made["start"], made["isPrivate"]) == ("2026-11-27T08:00:00Z", True)
    assert (moved["start"], moved["end"], moved["showAs"]) == (
        "2026-11-26T21:00:00Z",
        "2026-11-27T00:00:00Z",
        "oof",
    )
    assert "Deleted." in deleted.text
    assert events(tenant, PRIYA) == []


def test_meeting_is_declined_and_cancelled(tenant: Sandbox) -> None:
    path, theirs = f"/outlook/{PRIYA}/calendar", f"/outlook/{KIM}/calendar"
    add(tenant, path, attendees=f"{KIM}, rosa@mail.example")
    add(tenant, path, start="14:00", end="15:00", attendees=KIM)
    first, second = events(tenant, KIM)

    post(tenant, f"{theirs}/events/{first['id']}/answer", answer="decline")
    mine = events(tenant, PRIYA)[1]
    cancelled = post(tenant, f"{path}/events/{mine['id']}/deletion")

    assert "Canceled." in cancelled.text
    assert [(one["id"], one["isCancelled"]) for one in events(tenant, KIM)] == [
        (second["id"], True)
    ]
    assert f"{KIM}: declined" in page(tenant, path)


def test_unsent_move_leaves_the_copies(tenant: Sandbox) -> None:
    path = f"/outlook/{PRIYA}/calendar"
    add(tenant, path, attendees=KIM)
    (mine,) = events(tenant, PRIYA)

    form = {"day": DAY, "start": "11:00", "end": "12:00", "unsent": "1"}
    post(tenant, f"{path}/events/{mine['id']}/times", **form)

    starts = [events(tenant, name)[0]["start"] for name in (PRIYA, KIM)]
    assert starts == ["2026-11-27T10:00:00Z", "2026-11-27T08:00:00Z"]


def test_one_date_of_a_series_is_deleted(tenant: Sandbox) -> None:
    path = f"/outlook/{PRIYA}/calendar"
    add(tenant, path, day="2026-11-23", repeats="daily", all_day="1")
    before = page(tenant, path)
    dates = re.findall(r"/events/(AAMkAOccur\w+)/deletion", before)

    post(tenant, f"{path}/events/{dates[1]}/deletion")

    assert len(dates) == 7
    assert page(tenant, path).count("/deletion") == 6
    assert before.count("All day\n") >= 7


def test_calendar_of_a_group_is_changed_by_members(tenant: Sandbox) -> None:
    path = f"/outlook/{PRIYA}/calendar/Recruiting"
    add(tenant, path)
    outside = f"/outlook/{KIM}/calendar/Recruiting"
    read = page(tenant, outside)
    refused = add(tenant, outside)

    (found,) = events(tenant, "Recruiting")
    assert (found["subject"], found["response"]) == ("Offer", "organizer")
    assert "who can only read it" in read
    assert "New event" not in read
    assert refused.status_code == 403
    assert "Offer" in page(tenant, f"/outlook/{PRIYA}/calendar")


@pytest.mark.parametrize(
    "form",
    [{"day": "soon"}, {"start": "late"}, {"show_as": "maybe"}],
)
def test_invalid_form_is_refused(tenant: Sandbox, form: dict[str, str]) -> None:
    assert add(tenant, f"/outlook/{PRIYA}/calendar", **form).status_code == 400
    assert events(tenant, PRIYA) == []


def test_calendar_that_is_not_there(tenant: Sandbox) -> None:
    for path in ("nobody/calendar", f"{PRIYA}/calendar/Hiring", f"{PRIYA}/calendar/Nothing"):
        answer = requests.get(f"{tenant.url}/outlook/{path}", timeout=30)
        assert answer.status_code == 404
