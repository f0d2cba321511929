"""A read of an event shows what somebody changed in Outlook, once, until it is gone."""

from datetime import timedelta

import pytest

from portal import clock
from portal.interviews import store
from portal.interviews.findings import finding_store, seen
from portal.interviews.findings.models import FindingKind, FindingState
from portal.interviews.models import Role
from tests.interviews.findings import outlook
from tests.interviews.findings.outlook import ADA, look, only
from tests.interviews.microsoft.later import CALENDARS, moved, scheduled
from tests.interviews.microsoft.stage import KIM, ROOM, ROSA, SAM, Stage

HOUR = timedelta(hours=1)


@CALENDARS
def test_an_interview_as_portal_wrote_it_has_no_difference(
    stage: Stage, calendar: str, mailbox: str
) -> None:
    scheduled(stage, calendar=calendar, place="teams", room_name="Aurora", room_address=ROOM)

    assert look(stage) == look(stage, Role.CANDIDATE) == []
    assert mailbox


@pytest.mark.parametrize("place", ["phone", "room", "address"])
def test_no_place_is_a_difference_as_portal_wrote_it(stage: Stage, place: str) -> None:
    room = {"room_name": "Aurora", "room_address": ROOM} if place == "room" else {}
    scheduled(stage, place=place, place_text="Quay 4", **room)

    assert look(stage) == look(stage, Role.CANDIDATE) == []


def test_the_group_and_the_writer_on_a_groups_event_are_no_difference(stage: Stage) -> None:
    stage.env.sandbox.control("POST", "quirks", {"groupAddsWriter": True})

    scheduled(stage, calendar="group")

    assert len(outlook.present(stage).attendees) == 4
    assert look(stage) == []


def test_members_who_write_for_the_organizer_are_no_difference(stage: Stage) -> None:
    stage.make_member("alex")
    scheduled(stage, calendar="group")
    outlook.add(stage, "alex@northwind.example", "Alex Berg")
    assert look(stage) == []

    stage.change("update calendar_reach set is_member = 0")

    assert only(stage).subject == "alex@northwind.example"


def test_somebody_added_in_outlook_is_found_with_their_name(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, ADA, "Ada Lin")

    found = only(stage)

    assert (found.kind, found.subject, found.now_text) == ("attendee_added", ADA, "Ada Lin")
    assert found.before_text == "required"
    assert look(stage) == [found]


def test_somebody_removed_in_outlook_is_found(stage: Stage) -> None:
    scheduled(stage)
    outlook.remove(stage, KIM)

    found = only(stage)

    assert (found.kind, found.subject) == ("attendee_removed", KIM)
    assert found.before_text == "Kim Lund"


def test_the_candidate_removed_in_outlook_is_found(stage: Stage) -> None:
    scheduled(stage)
    outlook.remove(stage, ROSA, Role.CANDIDATE)

    assert only(stage, Role.CANDIDATE).subject == ROSA


def test_a_proposal_is_found_with_its_time(stage: Stage) -> None:
    scheduled(stage)
    start = stage.one.starts_at + 3 * HOUR
    outlook.answer(stage, ROSA, start, start + HOUR, Role.CANDIDATE)

    found = only(stage, Role.CANDIDATE)

    assert found.kind is FindingKind.PROPOSAL
    assert (found.subject, found.now_text) == (ROSA, "Rosa Ortega")
    assert (found.starts_at, found.ends_at) == (start, start + HOUR)


def test_another_proposal_of_the_same_person_replaces_the_first(stage: Stage) -> None:
    scheduled(stage)
    for hours in (3, 5):
        start = stage.one.starts_at + hours * HOUR
        outlook.answer(stage, SAM, start, start + HOUR)
        found = only(stage)

    assert found.starts_at == stage.one.starts_at + 5 * HOUR


def test_a_proposal_of_the_present_time_is_none(stage: Stage) -> None:
    scheduled(stage)
    outlook.answer(stage, SAM, stage.one.starts_at, stage.one.ends_at)

    assert look(stage) == []


def test_a_proposal_that_ends_before_it_begins_is_none(stage: Stage) -> None:
    scheduled(stage)
    start = stage.one.starts_at + 3 * HOUR
    outlook.answer(stage, SAM, start, start - HOUR)

    assert look(stage) == []


def test_another_subject_is_found(stage: Stage) -> None:
    scheduled(stage)
    outlook.edit(stage, subject="Chat with Rosa")

    found = only(stage)

    assert found.kind is FindingKind.SUBJECT
    assert (found.before_text, found.now_text) == ("Interview: Rosa Ortega", "Chat with Rosa")


def test_another_room_is_found(stage: Stage) -> None:
    scheduled(stage, place="teams", room_name="Aurora", room_address=ROOM)
    birch = outlook.attendee("birch@northwind.example", "Birch", "resource")
    kept = [each for each in outlook.present(stage).attendees if each["type"] != "resource"]
    outlook.edit(stage, attendees=[*kept, birch])

    found = only(stage)

    assert (found.kind, found.subject) == ("room", "birch@northwind.example")
    assert (found.before_text, found.now_text) == ("Aurora", "Birch")


def test_a_room_taken_off_is_found(stage: Stage) -> None:
    scheduled(stage, place="teams", room_name="Aurora", room_address=ROOM)
    outlook.remove(stage, ROOM)

    found = only(stage)

    assert (found.kind, found.before_text, found.now_text) == ("room", "Aurora", "")


def test_another_place_in_words_is_found(stage: Stage) -> None:
    scheduled(stage)
    outlook.edit(stage, location={"displayName": "The canteen"})

    found = only(stage)

    assert (found.kind, found.before_text, found.now_text) == ("room", "Phone", "The canteen")


def test_a_lost_teams_link_is_found(stage: Stage) -> None:
    scheduled(stage, place="teams")
    outlook.edit(stage, body={"contentType": "text", "content": "See you"})

    found = only(stage)

    assert (found.kind, found.now_text) == ("link", "")
    assert found.before_text == stage.one.join_url


def test_a_difference_that_is_gone_is_over(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, ADA)
    found = only(stage)
    outlook.remove(stage, ADA)

    assert look(stage) == []
    assert finding_store.finding(stage.rows, "first", found.id).state is FindingState.OVER

    outlook.add(stage, ADA)
    assert only(stage).id == found.id, "the same one comes back"


def test_a_read_older_than_our_last_write_shows_nothing(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, ADA)
    later = clock.text(clock.utc_now() + timedelta(minutes=5))
    stage.change("update interview_events set modified_at = ?", later)

    assert look(stage) == []


def test_nothing_is_said_of_an_event_that_is_about_to_be_written(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, ADA)
    moved(stage)

    assert look(stage) == []

    stage.work()
    assert only(stage).subject == ADA, "people who were added stay"


def test_the_reads_of_answers_find_differences(stage: Stage) -> None:
    scheduled(stage)
    outlook.edit(stage, subject="Chat with Rosa")
    stage.pass_time(minutes=2)

    stage.work()

    assert outlook.kinds(stage) == [FindingKind.SUBJECT]


def test_a_deleted_event_has_no_other_difference(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, ADA)
    look(stage)

    with stage.rows.write():
        seen.deleted(stage.rows, stage.known, stage.event(), clock.utc_now())
    assert outlook.kinds(stage) == [FindingKind.DELETED]

    outlook.remove(stage, ADA)
    assert look(stage) == [], "an event that is found after all was not deleted"


def test_differences_of_an_earlier_event_are_not_shown(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, ADA)
    look(stage)

    stage.change("update interviews set generation = 2")

    assert outlook.kinds(stage) == []
    assert len(store.events(stage.rows, "first")) == 2
