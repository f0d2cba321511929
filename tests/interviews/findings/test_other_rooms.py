"""Another room that somebody booked in Outlook becomes that of the interview."""

from collections import Counter

import pytest

from portal.calendars import store as rooms
from portal.calendars.models import Room
from portal.errors import Conflict
from portal.interviews import store
from portal.interviews.findings.models import Finding
from portal.interviews.models import Claimed, Role, Subject, ToldBy
from tests.interviews.findings import outlook
from tests.interviews.findings.outlook import look, only, quiet, taken_over
from tests.interviews.microsoft.later import scheduled
from tests.interviews.microsoft.stage import ROOM, ROSA, Stage

BIRCH = Room("birch", "Birch", "birch@northwind.example")


def in_aurora(stage: Stage, **columns: object) -> None:
    """An interview in Aurora, which somebody replaced by Birch in Outlook."""
    now = stage.now
    with stage.rows.write():
        rooms.replace_rooms(stage.rows, [Room("aurora", "Aurora", ROOM), BIRCH], now=now)
    usual: dict[str, object] = {"room_id": "aurora", "room_name": "Aurora", "room_address": ROOM}
    scheduled(stage, **usual | columns)


def in_birch(stage: Stage) -> Finding:
    birch = outlook.attendee("birch@northwind.example", "Birch", "resource")
    kept = [each for each in outlook.present(stage).attendees if each["type"] != "resource"]
    outlook.edit(stage, attendees=[*kept, birch])
    found = only(stage)
    quiet(stage)
    return found


def test_another_room_becomes_that_of_the_interview(stage: Stage) -> None:
    in_aurora(stage, place="teams")
    found = in_birch(stage)

    taken_over(stage, found)

    assert (stage.one.room_id, stage.one.room_name) == ("birch", "Birch")
    assert stage.mails == Counter()
    assert stage.ledger["birch@northwind.example"].told_by is ToldBy.OUTLOOK
    assert stage.ledger[ROOM].withdrawn_at is not None
    assert look(stage) == []
    held = {each.subject for each in held_rooms(stage)}
    assert held == {"birch@northwind.example"}


def held_rooms(stage: Stage) -> list[Claimed]:
    both = [ROOM, "birch@northwind.example"]
    one = stage.one
    return store.claims(stage.rows, Subject.ROOM, both, since=one.starts_at, until=one.ends_at)


def test_the_candidate_is_told_of_another_room_that_they_come_to(stage: Stage) -> None:
    in_aurora(stage, place="room")
    found = in_birch(stage)

    taken_over(stage, found)

    assert stage.one.room_id == "birch"
    assert stage.mails[("update", ROSA)] == 1
    assert look(stage, Role.CANDIDATE) == []


def test_a_room_of_nobody_cannot_be_taken_over(stage: Stage) -> None:
    in_aurora(stage, place="teams")
    closet = outlook.attendee("closet@northwind.example", "Closet", "resource")
    outlook.edit(stage, attendees=[*outlook.present(stage).attendees, closet])
    found = only(stage)

    with pytest.raises(Conflict, match="cannot be done any more"):
        taken_over(stage, found)


def test_a_teams_meeting_goes_on_without_its_room(stage: Stage) -> None:
    in_aurora(stage, place="teams")
    outlook.remove(stage, ROOM)
    found = only(stage)
    quiet(stage)

    taken_over(stage, found)

    assert stage.one.room_name == ""
    assert stage.mails == Counter()
    assert look(stage) == []
