"""The page of a calendar says that everybody is told again before it changes anything."""

from flask import Flask

from tests.interviews.changes.conftest import Desk
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
