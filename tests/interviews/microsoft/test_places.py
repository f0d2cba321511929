"""Another place: new events with new invitations and the right link, and the old ones cancelled."""

import json
from collections import Counter

import pytest

from portal.calendars.models import Room
from portal.errors import Invalid
from portal.interviews.changes.places import Chosen, change_place
from portal.interviews.models import Place, State
from tests.interviews.microsoft.later import CALENDARS, scheduled, state
from tests.interviews.microsoft.stage import (
    CREATE,
    KIM,
    LINK,
    ROOM,
    ROSA,
    SAM,
    Stage,
    addresses,
    once,
)

AURORA = Room("aurora", "Aurora", ROOM)


def changed(stage: Stage, place: Place, text: str = "", room: Room | None = None) -> None:
    wanted = Chosen(place, text, room)
    change_place(stage.act, "first", version=stage.one.version, wanted=wanted)


def cancelled(*people: str) -> Counter[tuple[str, str]]:
    return Counter(("cancel", each) for each in people)


@CALENDARS
def test_a_call_becomes_a_teams_meeting(stage: Stage, calendar: str, mailbox: str) -> None:
    scheduled(stage, calendar=calendar)
    before = {each["uid"] for each in stage.at_microsoft(mailbox)}

    changed(stage, Place.TEAMS)
    assert state(stage) is State.CHANGING
    stage.work_until_done()

    assert state(stage) is State.SCHEDULED
    assert stage.one.join_url.startswith(LINK)
    events = stage.at_microsoft(mailbox)
    assert len(events) == 2
    assert not before & {each["uid"] for each in events}
    assert all(stage.one.join_url in json.dumps(each) for each in events)
    assert stage.mails == once(SAM, KIM, ROSA) + cancelled(SAM, KIM, ROSA)
    assert {each.generation for each in stage.ledger.values()} == {2}
    assert stage.claims == 2


def test_a_teams_meeting_becomes_a_place_without_a_link(stage: Stage) -> None:
    scheduled(stage, place="teams")
    link = stage.one.join_url

    changed(stage, Place.ADDRESS, "Café Aurora, Harbour Street 1")
    stage.work_until_done()

    events = stage.at_microsoft()
    assert stage.one.join_url == ""
    assert not any(link in json.dumps(each) for each in events)
    assert all("Harbour Street 1" in each["location"]["displayName"] for each in events)
    assert stage.mails == once(SAM, KIM, ROSA) + cancelled(SAM, KIM, ROSA)


def test_a_room_is_asked_and_held(stage: Stage) -> None:
    scheduled(stage)

    changed(stage, Place.ROOM, room=AURORA)
    stage.work_until_done()

    assert ROOM in addresses(stage.at_microsoft()[0])
    assert stage.claims == 3
    assert stage.one.room_name == "Aurora"


def test_another_room_alone_keeps_the_events(stage: Stage) -> None:
    scheduled(stage, place="teams")
    before = [each["uid"] for each in stage.at_microsoft()]

    changed(stage, Place.TEAMS, room=AURORA)
    stage.work_until_done()

    assert [each["uid"] for each in stage.at_microsoft()] == before
    assert ROOM in addresses(stage.at_microsoft()[0])
    assert not any(kind == "cancel" for kind, _ in stage.mails)


def test_an_organizer_without_teams_is_refused_before_anything_changes(stage: Stage) -> None:
    scheduled(stage)
    stage.connect("priya", "Calendars.ReadWrite")

    with pytest.raises(Invalid, match="Or choose another organizer first"):
        changed(stage, Place.TEAMS)

    assert stage.one.version == 1
    assert stage.calls("POST", CREATE) == 0
    assert not stage.mails


def test_one_that_failed_for_its_link_is_held_by_phone(stage: Stage) -> None:
    stage.schedule(place="teams")
    stage.change("update interviews set state = 'failed' where id = 'first'")
    stage.change("update interview_events set step = 'gone'")
    stage.change("delete from slot_claims")

    changed(stage, Place.PHONE, "+46 8 000 00")
    assert state(stage) is State.WRITING
    stage.work_until_done()

    assert state(stage) is State.SCHEDULED
    assert stage.mails == once(SAM, KIM, ROSA)
    assert stage.claims == 2
