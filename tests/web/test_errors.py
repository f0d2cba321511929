"""Pages of errors: signed-in people keep their menu, and nobody is told a wrong reason."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.storage.rows import Rows
from tests import pages
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

MENU = 'id="menu"'
FORMS = {"time_zone": "Europe/Oslo"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/no/such/page", 404),
        ("/candidates", 403),
        ("/admin/users", 403),
        ("/settings/personal-info?x=%00", 400),
        ("/signout", 405),
    ],
)
def test_signed_in_people_keep_their_menu(kim: FlaskClient, path: str, status: int) -> None:
    answer = kim.get(path)

    assert answer.status_code == status
    assert pages.complaints(answer.text) == []
    assert MENU in answer.text
    assert "Kim Lund" in answer.text


def test_strangers_see_no_menu_on_an_error(app: Flask, people: Rows) -> None:
    answer = app.test_client().get("/no/such/page")

    assert answer.status_code == 404
    assert MENU not in answer.text


def test_another_address_is_called_wrong(app: Flask, people: Rows) -> None:
    answer = app.test_client().get("/signin", headers={"Host": "other.example"})

    assert answer.status_code == 400
    assert "<h1>Wrong address</h1>" in answer.text
    assert "This portal answers only at http://localhost." in answer.text


def test_form_from_elsewhere_is_no_wrong_address(kim: FlaskClient) -> None:
    answer = kim.post("/settings/personal-info", data=FORMS)

    assert answer.status_code == 400
    assert "Wrong address" not in answer.text
    assert MENU in answer.text


def test_failure_of_the_menu_still_shows_an_error_page(people: Rows, kim: FlaskClient) -> None:
    raw(people).execute("drop table interview_panel")

    answer = kim.get("/settings/personal-info")

    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert MENU not in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [("enablement", {"on": "0"}), ("role", {"role": "member"})],
)
def test_last_administrator_is_refused_on_the_users_page(
    alex: FlaskClient, path: str, fields: dict[str, str]
) -> None:
    answer = send(alex, f"/admin/users/alex/{path}", **fields)

    assert answer.status_code == 409
    assert "<h1>Users</h1>" in answer.text
    assert "Alex Berg is the last administrator who can sign in." in answer.text


def test_last_administrator_has_no_switch_to_press(app: Flask, alex: FlaskClient) -> None:
    alone = alex.get("/admin/users").text
    send(alex, "/admin/users/kim/role", role="admin")
    two = browser(app, "alex").get("/admin/users").text

    assert "The last administrator who can sign in." in alone
    assert "The last administrator who can sign in." not in two
