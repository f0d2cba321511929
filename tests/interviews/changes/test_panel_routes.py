"""The page of a panel says who is told what before it changes anything."""

import pytest
from flask import Flask

from tests.interviews.changes.conftest import Desk
from tests.support.visitors import Visitor, visitor, words

PATH = "/interviews/first/panel"
JOINS = {"version": "1", "panel": ["sam", "noa"]}


@pytest.fixture
def priya(desk: Desk, app: Flask) -> Visitor:  # its rows come first
    return visitor(app, "priya")


def test_the_panel_is_chosen(priya: Visitor) -> None:
    page = priya.get(PATH).text
    for user_id in ("sam", "kim"):
        start = page.index(f'id="panel-{user_id}"')
        assert "checked" in page[start : page.index(">", start)]
    assert "Noa Levi" in page


def test_a_search_keeps_what_was_chosen(priya: Visitor) -> None:
    page = priya.post(PATH, {**JOINS, "do": "find", "people": "alex"})
    assert page.status_code == 200
    assert "Alex Berg" in page.text
    assert "Noa Levi" in page.text
    assert "Kim Lund" not in words(page).split("People")[1]


def test_the_page_says_who_is_told_what(desk: Desk, priya: Visitor) -> None:
    page = words(priya.post(PATH, {**JOINS, "do": "check"}))
    assert "Noa Levi gets an invitation. Kim Lund gets a cancellation." in page
    assert "Rosa Ortega and Sam Reed hear nothing." in page
    assert desk.interview.version == 1


def test_the_same_panel_changes_nothing(desk: Desk, priya: Visitor) -> None:
    same = {"version": "1", "panel": ["kim", "sam"]}
    assert [each.user_id for each in desk.panel] == ["sam", "kim"]

    page = priya.post(PATH, {**same, "do": "check"})
    assert "Nothing changes." in words(page)
    assert 'value="save"' not in page.text
    priya.post(PATH, {**same, "do": "save"})
    assert desk.interview.version == 1


def test_the_panel_changes_once(desk: Desk, priya: Visitor) -> None:
    saved = {**JOINS, "optional": ["noa"], "do": "save"}
    assert priya.post(PATH, saved).headers["Location"] == "/interviews/first"
    assert [(each.user_id, each.is_required) for each in desk.panel] == [
        ("sam", True),
        ("noa", False),
    ]
    again = priya.post(PATH, {**saved, "seen_panel": "Sam Reed and Kim Lund"})
    assert again.status_code == 409
    assert "Sam Reed and Kim Lund" in again.text
    assert desk.interview.version == 2


def test_a_booked_person_is_asked_about(desk: Desk, priya: Visitor) -> None:
    desk.other(desk.at, person="noa")
    page = priya.post(PATH, {**JOINS, "do": "save"})
    assert page.status_code == 409
    assert "Noa Levi was just booked" in words(page)
    assert "Change the panel anyway" in words(page)
    assert priya.post(PATH, {**JOINS, "do": "save", "override": "1"}).status_code == 303


def test_an_empty_panel_is_refused(desk: Desk, priya: Visitor) -> None:
    page = priya.post(PATH, {"version": "1", "do": "save"})
    assert page.status_code == 422
    assert "Choose at least one person who must attend." in words(page)
    desk.change(state="cancelled")
    assert priya.get(PATH).headers["Location"] == "/interviews/first"
    assert priya.post(PATH, {**JOINS, "do": "save"}).headers["Location"] == "/interviews/first"


def test_nobody_hears_of_a_panel_without_a_time(desk: Desk, priya: Visitor) -> None:
    desk.change(state="needs_time", goal="needs_time")
    page = words(priya.post(PATH, {**JOINS, "do": "check"}))
    assert "It has no time now, so nobody gets mail." in page
    assert "gets a cancellation" not in page
    priya.post(PATH, {**JOINS, "do": "save"})
    assert "is saved. Now choose a new time." in priya.text("/interviews/first")


def test_nobody_gets_a_cancellation_before_the_invitations(desk: Desk, priya: Visitor) -> None:
    desk.change(state="writing")
    with desk.rows.write():
        desk.rows.execute("delete from invite_ledger")
    page = words(priya.post(PATH, {**JOINS, "do": "check"}))
    assert "Nobody has been told yet, so nobody gets a cancellation." in page
    assert "Rosa Ortega, Sam Reed and Noa Levi get one invitation." in page


def test_the_same_panel_is_said_to_stay(desk: Desk, priya: Visitor) -> None:
    same = {"version": "1", "panel": [each.user_id for each in desk.panel], "do": "save"}
    priya.post(PATH, same)
    assert "The panel is as before." in priya.text("/interviews/first")
