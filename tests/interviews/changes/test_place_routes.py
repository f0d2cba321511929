"""The page of a place says what changes and who is told before anything is changed."""

import re

import pytest
from flask import Flask

from portal.calendars import store as rooms_store
from portal.interviews.models import Place, State
from tests.interviews.changes.conftest import AURORA, BIRCH, Desk
from tests.support import builders
from tests.support.visitors import Visitor, visitor, words

PATH = "/interviews/first/place"
AGAIN = "Rosa Ortega, Kim Lund and Sam Reed get a cancellation, and then a new invitation."


@pytest.fixture
def priya(app: Flask, desk: Desk) -> Visitor:
    builders.connection(desk.rows, "priya", scopes="Calendars.ReadWrite")
    with desk.rows.write():
        rooms_store.replace_rooms(desk.rows, [AURORA, BIRCH], now=desk.act.now)
    return visitor(app, "priya")


def sent(place: str, do: str, **more: str) -> dict[str, str]:
    return {"version": "1", "place": place, "do": do, **more}


def test_the_page_says_who_is_told_before_it_changes(priya: Visitor, desk: Desk) -> None:
    assert 'href="/interviews/first/place"' in priya.get("/interviews/first").text
    assert "Check who is told" in priya.text(PATH)

    page = words(priya.post(PATH, sent("address", "check", address="Harbour Street 1")))
    assert AGAIN in page
    assert desk.interview.version == 1

    answer = priya.post(PATH, sent("address", "save", address="Harbour Street 1"))
    assert (answer.status_code, answer.location) == (303, "/interviews/first")
    one = desk.interview
    assert (one.place, one.place_text) == (Place.ADDRESS, "Harbour Street 1")
    assert (one.state, one.generation) == (State.CHANGING, 2)
    assert desk.audited[-1] == "interview place changed"
    assert desk.is_due


def test_a_refused_place_is_said_once(priya: Visitor) -> None:
    page = words(priya.post(PATH, sent("moon", "check")))

    assert page.count("Choose where the interview is held.") == 1


def test_rooms_are_named_in_what_happens(priya: Visitor) -> None:
    page = words(priya.post(PATH, sent("room", "check", room="birch")))

    assert f"{AGAIN} Birch is invited." in page


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (sent("moon", "save"), "Choose where the interview is held."),
        (sent("phone", "check"), "Enter the number to call."),
        (sent("address", "check", address=" "), "Enter the place."),
        (sent("room", "save"), "Choose a room."),
        (sent("room", "save", room="gone"), "This room is gone"),
        (sent("teams", "check"), "Or choose another organizer first."),
    ],
)
def test_an_impossible_place_is_refused(
    priya: Visitor, desk: Desk, form: dict[str, str], sentence: str
) -> None:
    desk.change(place="address", place_text="Harbour Street 1")
    answer = priya.post(PATH, form)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert desk.interview.version == 1


def test_a_room_that_is_taken_is_refused(priya: Visitor, desk: Desk) -> None:
    desk.other(desk.at, room="birch@northwind.example")

    answer = priya.post(PATH, sent("room", "save", room="birch"))

    assert answer.status_code == 422
    assert "Birch is taken at this time. Choose another room or time." in words(answer)
    assert desk.interview.version == 1


def test_an_old_page_shows_what_changed(priya: Visitor, desk: Desk) -> None:
    form = sent("address", "save", address="Harbour Street 1", seen_place="Phone")
    answer = priya.post(PATH, form | {"version": "7"})

    assert answer.status_code == 409
    assert "What changed" in words(answer)


def test_a_page_shown_before_people_were_told_is_asked_again(priya: Visitor, desk: Desk) -> None:
    form = sent("address", "save", address="Harbour Street 1", seen_state="Being scheduled")
    answer = priya.post(PATH, form)

    assert answer.status_code == 409
    assert desk.interview.version == 1


def test_the_same_place_changes_nothing(priya: Visitor, desk: Desk) -> None:
    desk.change(place="phone", place_text="+46 8 000 00", room_name="", room_address="")
    form = sent("phone", "check", phone="+46 8 000 00")
    assert "Nothing changes." in words(priya.post(PATH, form))
    answer = priya.post(PATH, form | {"do": "save"})
    assert answer.status_code == 303
    assert "The place is as before." in words(priya.get(answer.headers["Location"]))
    assert desk.interview.version == 1


def test_one_without_a_time_only_keeps_its_place(priya: Visitor, desk: Desk) -> None:
    desk.change(state="needs_time", goal="needs_time")
    form = sent("address", "check", address="Harbour Street 1")

    assert "The new time will be at this place." in words(priya.post(PATH, form))
    answer = priya.post(PATH, form | {"do": "save"})
    assert "is saved. Now choose a new time." in words(priya.get(answer.headers["Location"]))

    one = desk.interview
    assert (one.state, one.generation, one.place) == (State.NEEDS_TIME, 1, Place.ADDRESS)


def test_one_that_ended_leads_back(priya: Visitor, desk: Desk) -> None:
    desk.change(state="cancelled", goal="cancelled")
    form = sent("address", "save", address="Harbour Street 1")

    assert priya.get(PATH).location == "/interviews/first"
    assert priya.post(PATH, form).location == "/interviews/first"


def test_enter_in_a_field_changes_nothing(priya: Visitor, desk: Desk) -> None:
    """Browsers press the first button then. After a check, the next one would change the place."""
    page = priya.post(PATH, sent("phone", "check", phone="+46 40 1"))
    assert 'value="save"' in page.text
    first = re.search(r'<button[^>]*name="do"[^>]*value="(\w+)"', page.text)
    assert first is not None

    again = priya.post(PATH, sent("phone", first[1], phone="+46 40 2"))

    assert again.status_code == 200
    assert 'value="+46 40 2"' in again.text
    assert 'value="save"' not in again.text
    assert desk.interview.version == 1
