"""People see and end their own sessions, and change a local password."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.storage.rows import Rows
from portal.users import setup
from portal.users.role_texts import UserFlash
from tests.claims.checks import claims
from tests.support.browser import ORIGIN, browser, token_on
from tests.support.raw_rows import raw
from tests.users.people import PASSWORD

PAGE = "/settings/sign-in"
ADDRESS = "local@northwind.example"
NEW = "nine quiet otters by the quay"


@pytest.fixture
def local(people: Rows, now: datetime) -> Rows:
    setup.make_admin(people, setup.FirstAdmin("Lo Cal", ADDRESS, PASSWORD), now=now)
    return people


def signed_in(app: Flask, password: str = PASSWORD) -> FlaskClient:
    client = app.test_client()
    fields = {"address": ADDRESS, "password": password}
    send(client, "/signin", page="/signin", **fields)
    return client


def send(client: FlaskClient, path: str, *, page: str = PAGE, **fields: str) -> int:
    fields["csrf_token"] = token_on(client.get(page).text)
    return client.post(path, data=fields, headers=ORIGIN).status_code


def names(rows: Rows) -> list[str]:
    found = raw(rows).query("select id_hash from sessions order by created_at, rowid")
    return [row["id_hash"][:16] for row in found]


def is_in(client: FlaskClient) -> bool:
    return client.get(PAGE).status_code == 200


@claims(UserFlash.SESSION_ENDED)
def test_person_ends_another_session_and_keeps_this_one(app: Flask, people: Rows) -> None:
    first, second = browser(app, "priya"), browser(app, "priya")
    first.get(PAGE)
    of_second, old = names(people)
    second.get(PAGE)
    assert of_second != old

    page = second.get(PAGE).text
    status = send(second, f"{PAGE}/sessions/{old}/ending")

    assert page.count("This browser") == 1
    assert "</time>, from <bdi>127.0.0.1</bdi>" in page
    assert page.count("Signed in ") == 2
    assert status == 303
    assert (is_in(first), is_in(second)) == (False, True)
    ended = next(raw(people).query("select * from audit_log where action = 'sessions ended'"))
    assert (ended["target"], ended["new_value"]) == (
        "Priya Kaur <priya@northwind.example>",
        "1 session",
    )


@claims(UserFlash.NO_OTHERS)
def test_nobody_ends_a_session_of_somebody_else(app: Flask, people: Rows) -> None:
    kim = browser(app, "kim")
    kim.get(PAGE)
    (of_kim,) = names(people)
    priya = browser(app, "priya")

    page = priya.get(PAGE).text
    send(priya, f"{PAGE}/sessions/{of_kim}/ending")
    send(priya, f"{PAGE}/sessions/ending")

    assert of_kim not in page
    assert is_in(kim)


def test_present_session_is_ended_by_signing_out_alone(app: Flask, people: Rows) -> None:
    priya = browser(app, "priya")
    priya.get(PAGE)
    (own,) = names(people)

    send(priya, f"{PAGE}/sessions/{own}/ending")

    assert is_in(priya)


@claims(UserFlash.OTHERS_ENDED)
def test_all_others_end_at_once(app: Flask, people: Rows) -> None:
    clients = [browser(app, "priya") for _ in range(3)]
    for each in clients:
        each.get(PAGE)

    send(clients[0], f"{PAGE}/sessions/ending")

    assert "2 other sessions were ended." in clients[0].get(PAGE).text
    assert [is_in(each) for each in clients] == [True, False, False]


def test_lapsed_session_is_not_shown(app: Flask, people: Rows) -> None:
    browser(app, "priya").get(PAGE)
    raw(people).execute(
        "update sessions set seen_at = ?", [clock.text(clock.utc_now() - timedelta(hours=2))]
    )

    page = browser(app, "priya").get(PAGE).text

    assert page.count("Signed in ") == 1


@claims(UserFlash.SIGN_IN_CHANGED)
def test_new_password_ends_the_other_sessions(app: Flask, local: Rows) -> None:
    other, own = signed_in(app), signed_in(app)

    status = send(own, f"{PAGE}/password", present=PASSWORD, password=NEW)

    assert status == 303
    assert (is_in(own), is_in(other)) == (True, False)
    assert is_in(signed_in(app, NEW))
    assert not is_in(signed_in(app, PASSWORD))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"present": "a wrong guess", "password": NEW}, "That is not your password."),
        ({"present": PASSWORD, "password": "short"}, "please use at least 12"),
        ({"present": PASSWORD, "password": PASSWORD}, "This is your present password."),
    ],
)
def test_refused_password_changes_nothing(
    app: Flask, local: Rows, fields: dict[str, str], said: str
) -> None:
    own, other = signed_in(app), signed_in(app)
    token = token_on(own.get(PAGE).text)

    answer = own.post(f"{PAGE}/password", data={**fields, "csrf_token": token}, headers=ORIGIN)

    assert (answer.status_code, said in answer.text) == (422, True)
    assert is_in(other)
    assert is_in(signed_in(app))


def test_wrong_present_passwords_are_recorded_and_limited(app: Flask, local: Rows) -> None:
    own = signed_in(app)

    statuses = [
        send(own, f"{PAGE}/password", present="a wrong guess", password=NEW) for _ in range(21)
    ]

    assert statuses == [422] * 20 + [429]
    found = raw(local).query("select * from audit_log where action = 'password changed'")
    assert {(row["result"], row["new_value"]) for row in found} == {("refused", "wrong password")}


def test_person_without_a_password_is_offered_none(app: Flask, people: Rows) -> None:
    priya = browser(app, "priya")

    assert "New password" not in priya.get(PAGE).text
    assert send(priya, f"{PAGE}/password", present="x", password=NEW) == 403


@claims(UserFlash.SESSION_OVER)
def test_session_that_ended_before_is_told_of(app: Flask, people: Rows) -> None:
    first, second = browser(app, "priya"), browser(app, "priya")
    first.get(PAGE)
    _, of_first = names(people)
    second.get(PAGE)
    first.post("/signout", data={"csrf_token": token_on(first.get(PAGE).text)}, headers=ORIGIN)

    send(second, f"{PAGE}/sessions/{of_first}/ending")

    assert "That session had ended already." in second.get(PAGE).text
    assert (is_in(first), is_in(second)) == (False, True)
    assert of_first not in names(people)
    ended = raw(people).query("select 1 from audit_log where action = 'sessions ended'")
    assert list(ended) == []
