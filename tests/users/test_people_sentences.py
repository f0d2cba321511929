"""Sentences about people and their sign-in: each is checked by what happens afterwards."""

from flask import Flask
from flask.testing import FlaskClient

from portal.storage.rows import Rows
from portal.users import store
from portal.users.role_texts import UserFlash
from portal.web.flashes import SignedOutFlash
from tests.claims.checks import claims
from tests.support.browser import ORIGIN, browser, send, token_on
from tests.support.raw_rows import raw
from tests.users.people import LOCAL, PASSWORD

PAGE = "/admin/users"
OWN = "/settings/personal-info"


def signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    fields = {"address": LOCAL, "password": PASSWORD, "csrf_token": ""}
    fields["csrf_token"] = token_on(client.get("/signin").text)
    client.post("/signin", data=fields, headers=ORIGIN)
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get(OWN).status_code == 200


@claims(UserFlash.ENABLED)
def test_person_who_was_enabled_signs_in(
    app: Flask, alex: FlaskClient, people: Rows, local: str
) -> None:
    raw(people).execute("update users set is_enabled = 0 where id = ?", [local])
    before = is_in(signed_in(app))

    send(alex, f"{PAGE}/{local}/enablement", on="1")

    assert "Lo Cal can sign in." in alex.get(PAGE).text
    assert (before, is_in(signed_in(app))) == (False, True)


@claims(UserFlash.SIGNED_OUT)
def test_person_who_signs_out_is_out(app: Flask, people: Rows, local: str) -> None:
    client = signed_in(app)
    before = is_in(client)
    rows = raw(people)["sessions"].count

    answer = send(client, "/signout", page=OWN)

    assert "You are signed out." in client.get(answer.location).text
    assert (before, is_in(client)) == (True, False)
    left = raw(people).query("select 1 from sessions where user_id is not null")
    assert (rows, list(left)) == (1, [])


@claims(SignedOutFlash.MEANWHILE)
def test_form_of_a_session_that_ended_changes_nothing(app: Flask, people: Rows) -> None:
    kim = browser(app, "kim")
    token = token_on(kim.get(OWN).text)
    before = store.user(people, "kim")
    raw(people).execute("delete from sessions where user_id = 'kim'")

    fields = {"csrf_token": token, "time_zone": "Europe/Oslo"}
    answer = kim.post(OWN, data=fields, headers=ORIGIN)

    assert (answer.status_code, answer.location) == (303, "/signin")
    assert "You were signed out, and nothing was changed." in kim.get("/signin").text
    assert store.user(people, "kim") == before
    assert not is_in(kim)
