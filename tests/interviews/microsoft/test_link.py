"""No link, no invitation: Microsoft's own link, one that comes late, or a meeting's."""

from typing import Any

import pytest

from portal.interviews import store
from portal.interviews.microsoft.link import PAUSES
from portal.interviews.models import Role, State, Step
from tests.interviews.microsoft.stage import (
    CREATE,
    GROUP,
    KIM,
    LINK,
    PRIYA,
    ROSA,
    SAM,
    Stage,
    addresses,
    once,
)

CALENDARS = pytest.mark.parametrize(
    ("calendar", "mailbox", "key"),
    [("organizer", PRIYA, "teams"), ("group", GROUP, "groupTeams")],
    ids=["own", "group"],
)
NO_LINK = (
    "Microsoft gave this interview no Teams link, so Portal invited nobody. "
    "Priya Kaur may have no license for Teams. Choose another organizer or another place."
)


def switch(stage: Stage, **switches: Any) -> None:
    stage.env.sandbox.control("PATCH", "meetings", switches)


def require_link(stage: Stage, mailbox: str) -> None:
    """Everybody got the same link: the panel on the event, the candidate in the text."""
    internal, candidates = stage.at_microsoft(mailbox)
    join_url = stage.one.join_url
    assert stage.one.state is State.SCHEDULED
    assert join_url.startswith(LINK)
    theirs = (internal["onlineMeeting"] or {}).get("joinUrl") or internal["body"]["content"]
    assert join_url in theirs
    assert join_url in candidates["body"]["content"]
    assert candidates["location"]["displayName"] == join_url
    assert {SAM, KIM} <= addresses(internal)
    assert ROSA in addresses(candidates)
    assert stage.mails == once(SAM, KIM, ROSA)


@CALENDARS
def test_a_link_that_is_there_at_once_is_taken(
    stage: Stage, calendar: str, mailbox: str, key: str
) -> None:
    switch(stage, **{key: "now"})
    stage.schedule(calendar=calendar, place="teams")

    stage.work()

    require_link(stage, mailbox)
    assert (stage.pauses, stage.calls("POST", CREATE)) == ([], 0)


@CALENDARS
def test_a_link_that_comes_late_is_waited_for(
    stage: Stage, calendar: str, mailbox: str, key: str
) -> None:
    switch(stage, **{key: "late", "teamsSeconds": 3600})
    stage.schedule(calendar=calendar, place="teams")
    stage.at_pause(3, lambda: stage.env.sandbox.control("PATCH", "tenant", {"clockOffset": 3601}))

    stage.work()

    require_link(stage, mailbox)
    assert stage.pauses == [1, 1, 2]
    assert stage.calls("POST", CREATE) == 0


@CALENDARS
@pytest.mark.parametrize("value", ["never", "refused"])
def test_a_link_that_never_comes_is_made_beside_the_event(
    stage: Stage, calendar: str, mailbox: str, key: str, value: str
) -> None:
    switch(stage, **{key: value})
    stage.schedule(calendar=calendar, place="teams")

    stage.work()

    require_link(stage, mailbox)
    assert stage.pauses == ([*PAUSES] if value == "never" else [])
    assert stage.calls("POST", CREATE) == 1
    internal, _ = stage.at_microsoft(mailbox)
    assert internal["location"]["displayName"] == stage.one.join_url


@CALENDARS
def test_without_any_link_nobody_is_told_and_nothing_is_left(
    stage: Stage, calendar: str, mailbox: str, key: str
) -> None:
    switch(stage, **{key: "refused"})
    stage.fault(CREATE, status=400, code="BadRequest", times=100)
    stage.schedule(calendar=calendar, place="teams")

    stage.work()

    assert (stage.one.state, stage.one.reason) == (State.FAILED, NO_LINK)
    assert (stage.at_microsoft(mailbox), stage.ledger, stage.mails) == ([], {}, once())
    assert (stage.claims, stage.is_due) == (0, False)
    assert {each.step for each in store.events(stage.rows, "first")} == {Step.GONE}


def test_an_organizer_without_the_permission_is_told(stage: Stage) -> None:
    switch(stage, teams="refused")
    stage.connect("priya", "Calendars.ReadWrite")
    stage.schedule(place="teams")

    stage.work()

    assert stage.one.state is State.FAILED
    assert stage.one.reason == (
        "There is no Teams link, so Portal invited nobody. The connection of Priya Kaur lacks "
        "a permission for Microsoft Teams. "
        "Priya Kaur can reconnect under Microsoft 365 in their settings."
    )


def test_a_meeting_whose_answer_was_lost_is_the_same_one(stage: Stage) -> None:
    stage.schedule(calendar="group", place="teams")
    stage.lose(CREATE, "POST")

    stage.work_until_done()

    require_link(stage, GROUP)
    assert stage.calls("POST", CREATE) == 2
    assert stage.env.sandbox.state.rows("select count(*) as many from online_meetings") == [
        {"many": 1}
    ]


def test_a_link_whose_answer_was_lost_is_written_again(stage: Stage) -> None:
    stage.schedule(calendar="group", place="teams")
    stage.lose("/events", "PATCH")

    stage.work_until_done()

    require_link(stage, GROUP)


def test_throttling_at_teams_is_no_missing_link(stage: Stage) -> None:
    stage.schedule(calendar="group", place="teams")
    stage.fault(CREATE, status=429, retryAfter=60)

    assert stage.work() != ""
    assert stage.one.state is State.WRITING
    stage.pass_time(seconds=61)
    stage.work()

    require_link(stage, GROUP)


def test_with_a_room_the_panel_has_both_places(stage: Stage) -> None:
    room = {"room_id": "aurora", "room_name": "Aurora", "room_address": "aurora@northwind.example"}
    stage.schedule(calendar="group", place="teams", **room)

    stage.work()

    internal, candidates = stage.at_microsoft(GROUP)
    assert internal["location"]["displayName"] == f"Aurora, {stage.one.join_url}"
    assert candidates["location"]["displayName"] == stage.one.join_url


def test_the_candidates_event_is_no_teams_meeting(stage: Stage) -> None:
    stage.schedule(place="teams")

    stage.work()

    _, candidates = stage.at_microsoft()
    assert candidates["isOnlineMeeting"] is False
    assert stage.event(Role.CANDIDATE).join_url == ""
