"""The page of a calendar says that everybody is told again before it changes anything."""

from flask import Flask

from portal.interviews import store
from portal.interviews.models import State
from tests.interviews.changes.conftest import Desk
from tests.support import builders
from tests.support.visitors import visitor, words

PATH = "/interviews/first/calendar"


def test_the_page_says_who_is_told_and_who_cannot_organize(desk: Desk, app: Flask) -> None:
    priya = visitor(app, "priya")
    assert "Own calendar of the organizer" in priya.text(PATH)
    form = {"version": "1", "calendar": "organizer", "organizer": "alex", "do": "check"}
    page = words(priya.post(PATH, form))
    told = "Rosa Ortega, Kim Lund and Sam Reed get a cancellation, and then a new invitation."
    assert told in page
    refused = priya.post(PATH, form | {"do": "save"})
    assert refused.status_code == 422
    assert priya.post(PATH, form | {"calendar": "group:none", "do": "save"}).status_code == 422
    assert priya.post(PATH, form | {"version": "7", "do": "save"}).status_code == 409
    desk.change(state="cancelled")
    assert priya.get(PATH).headers["Location"] == "/interviews/first"
    assert priya.post(PATH, form | {"do": "save"}).status_code == 303


def test_the_same_calendar_and_organizer_change_nothing(desk: Desk, app: Flask) -> None:
    builders.connection(desk.rows, "priya", scopes="Calendars.ReadWrite")
    form = {"version": "1", "calendar": "organizer", "organizer": "priya", "do": "check"}

    page = visitor(app, "priya").post(PATH, form)

    assert "Nothing changes." in words(page)
    assert 'value="save"' not in page.text


def test_one_that_was_not_scheduled_asks_about_people_who_are_taken_now(
    desk: Desk, app: Flask
) -> None:
    builders.connection(desk.rows, "priya", scopes="Calendars.ReadWrite")
    desk.change(state="failed", place="phone", organizer_name="Sam Reed")
    with desk.rows.write():
        store.free_claims(desk.rows, "first")
    desk.other(desk.at, person="sam")
    priya = visitor(app, "priya")
    form = {"version": "1", "calendar": "organizer", "organizer": "priya", "do": "save"}

    asked = priya.post(PATH, form)
    assert asked.status_code == 409
    assert "Make new events anyway" in words(asked)
    assert desk.interview.state is State.FAILED

    assert priya.post(PATH, form | {"override": "1"}).status_code == 303
    assert (desk.interview.state, desk.interview.generation) == (State.WRITING, 2)
    assert {who for who, _ in desk.held()} == {"sam", "kim"}
