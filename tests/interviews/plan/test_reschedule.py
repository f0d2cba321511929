"""Reschedule: another time, room or panel, with what it does before anybody is told."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from portal import clock
from portal.interviews import store
from portal.interviews.models import Claimed, State, Subject
from tests.interviews.plan.conftest import Desk
from tests.interviews.plan.form import checked, filled, starts
from tests.interviews.rows import interview, told
from tests.support import builders
from tests.support.raw_rows import Value, raw
from tests.support.visitors import words

PAGE = "/interviews/talk/reschedule"
HOUR = timedelta(hours=1)


@pytest.fixture
def talk(desk: Desk) -> Desk:
    """An hour at ten with Sam, told to him and to Rosa, and on his calendar."""
    at, rows = desk.at("10:00"), desk.rows
    interview(rows, "talk", at=at, panel=["sam"], candidate_zone="America/Argentina/Buenos_Aires")
    told(rows, "talk", "Sam Reed", "sam@northwind.example", at=at, user_id="sam")
    told(rows, "talk", "Rosa Ortega", "rosa.ortega@mail.example", at=at, role="candidate")
    builders.calendar_time(rows, "sam", "copy", at=at)
    return desk


def press(desk: Desk, do: str, page: TestResponse | None = None, **changes: object) -> TestResponse:
    page = page or desk.priya.get(PAGE)
    found = filled(page, **changes)  # type: ignore[arg-type]  # fields by name
    return desk.priya.post(PAGE, found | {"do": [do]})


def test_the_form_begins_with_the_interview(talk: Desk) -> None:
    page = talk.priya.get(PAGE)
    assert checked(page, "panel") == ["sam"]
    assert checked(page, "start") == [talk.start("10:00")]
    assert starts(page)["10:00"] == "Sam is free"
    assert "Reschedule" in words(page)


def test_only_a_sent_form_has_calendars_read(talk: Desk) -> None:
    raw(talk.rows).execute("delete from calendar_reads")
    page = talk.priya.get(PAGE)
    assert "“Update free times” to have the calendar of Sam Reed read." in words(page)
    assert [*raw(talk.rows)["calendar_reads"].rows] == []
    press(talk, "times", page)
    assert [each["user_id"] for each in raw(talk.rows)["calendar_reads"].rows] == ["sam"]


def test_the_change_is_said_before_it_is_made(talk: Desk) -> None:
    asked = press(talk, "check", start=talk.start("14:00"), panel=["sam", "kim"])
    said = words(asked)
    assert asked.status_code == 200
    assert "Rosa Ortega and Sam Reed get one update with the new time." in said
    assert "Kim Lund gets an invitation." in said
    assert store.interview(talk.rows, "talk").starts_at == talk.at("10:00")

    answer = press(talk, "move", asked)
    assert answer.status_code == 303
    moved = store.interview(talk.rows, "talk")
    assert (moved.starts_at, moved.ends_at) == (talk.at("14:00"), talk.at("15:00"))
    assert (moved.state, moved.version) == (State.CHANGING, 2)
    assert [each.user_id for each in store.panel(talk.rows, "talk")] == ["kim", "sam"]


def test_people_who_leave_get_a_cancellation(talk: Desk) -> None:
    said = words(press(talk, "check", panel=["kim"]))
    assert "Kim Lund gets an invitation. Sam Reed gets a cancellation." in said
    assert "Nothing changes." in words(press(talk, "check"))


def test_a_busy_person_is_asked_about_once_more(talk: Desk) -> None:
    builders.calendar_time(talk.rows, "sam", "dentist", at=talk.at("14:00"))
    asked = press(talk, "check", start=talk.start("14:00"))
    assert "Sam is busy at this time" in words(asked)
    refused = press(talk, "move", asked)
    assert (refused.status_code, "Tick the box" in words(refused)) == (409, True)
    assert press(talk, "move", refused, override="1").status_code == 303
    assert store.interview(talk.rows, "talk").starts_at == talk.at("14:00")


def test_a_time_that_another_interview_took_is_refused(talk: Desk) -> None:
    asked = press(talk, "check", start=talk.start("14:00"))
    interview(talk.rows, "other", at=talk.at("14:00"))
    held = Claimed("other", Subject.PERSON, "sam", talk.at("14:00"), talk.at("15:00"))
    with talk.rows.write():
        store.add_claims(talk.rows, [held])
    assert press(talk, "move", asked).status_code == 409
    assert store.interview(talk.rows, "talk").starts_at == talk.at("10:00")


def test_a_form_older_than_the_interview_shows_the_difference(talk: Desk) -> None:
    asked = press(talk, "check", start=talk.start("14:00"))
    raw(talk.rows).execute(
        "update interviews set version = 2, starts_at = ?, ends_at = ? where id = 'talk'",
        [talk.start("12:00"), talk.start("13:00")],
    )
    refused = press(talk, "move", asked)
    assert refused.status_code == 409
    assert "What changed" in words(refused)
    assert press(talk, "move", refused).status_code == 303
    assert store.interview(talk.rows, "talk").starts_at == talk.at("14:00")


def test_a_page_shown_before_people_were_told_is_asked_again(talk: Desk) -> None:
    raw(talk.rows).execute("update interviews set state = 'writing' where id = 'talk'")
    asked = press(talk, "check", start=talk.start("14:00"))
    raw(talk.rows).execute("update interviews set state = 'scheduled' where id = 'talk'")
    refused = press(talk, "move", asked)
    assert refused.status_code == 409
    assert store.interview(talk.rows, "talk").starts_at == talk.at("10:00")
    assert press(talk, "move", refused).status_code == 303


def test_nothing_is_announced_where_nothing_changes(talk: Desk) -> None:
    answer = press(talk, "move", press(talk, "check"))
    page = talk.priya.get(answer.headers["Location"])
    assert "Nothing changed, so nobody gets mail." in words(page)
    assert store.interview(talk.rows, "talk").version == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"start": ""}, "Choose a time."),
        ({"panel": []}, "at least one person"),
        ({"panel": ["sam"], "optional": ["sam"]}, "at least one person"),
        ({"start": "2020-01-01T10:00:00Z"}, "is past"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    talk: Desk, changes: dict[str, object], sentence: str
) -> None:
    answer = press(talk, "check", None, **changes)
    assert (answer.status_code, sentence in words(answer)) == (422, True)


def test_a_room_is_given_back_and_another_invited(talk: Desk) -> None:
    for each in ("Aurora", "Borealis"):
        room: dict[str, Value] = {
            "id": each.lower(),
            "name": each,
            "address": f"{each.lower()}@northwind.example",
        }
        more: dict[str, Value] = {"building": "", "floor": "", "equipment": "[]"}
        builders.insert(talk.rows, "rooms", {**room, **more, "found_at": clock.utc_now()})
    raw(talk.rows).execute(
        "update interviews set room_id = 'aurora', room_name = 'Aurora', room_address = ''"
    )
    page = talk.priya.get(PAGE)
    said = words(press(talk, "check", page, panel_room="borealis"))
    assert "Aurora is given back. Borealis is invited." in said
    assert "is asked for the new time" in words(
        press(talk, "check", page, start=talk.start("14:00"))
    )


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_an_interview_that_ended_is_not_moved(talk: Desk, state: str) -> None:
    page = talk.priya.get(PAGE)
    raw(talk.rows).execute("update interviews set state = ?", [state])
    for answer in (talk.priya.get(PAGE), press(talk, "look", page)):
        assert (answer.status_code, answer.location) == (303, "/interviews/talk")


def test_a_lost_time_is_chosen_again(talk: Desk) -> None:
    raw(talk.rows).execute("update interviews set state = 'needs_time', goal = 'needs_time'")
    raw(talk.rows).execute("update invite_ledger set withdrawn_at = '2026-01-01T00:00:00Z'")
    page = talk.priya.get(PAGE)
    assert "Choose a new time" in words(page)
    assert checked(page, "start") == []
    asked = press(talk, "check", page, start=talk.start("11:00"))
    assert "Everybody gets one new invitation." in words(asked)
    assert press(talk, "move", asked).status_code == 303
    assert store.interview(talk.rows, "talk").state is State.WRITING


def test_what_stays_is_not_shown_as_a_change(talk: Desk) -> None:
    page = press(talk, "check", None)
    assert "<h3" not in page.text.split("What happens")[1].split("</form>")[0]
    assert "<dt>After</dt>" in press(talk, "check", None, start=talk.start("14:00")).text
