"""Sessions: stored in the database, limited twice, with a new id after sign-in and role changes."""

import dataclasses
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock, create_app
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.config import Config
from portal.storage.rows import Rows
from portal.users import administration, setup
from portal.users.models import Role
from portal.vault import hash_token
from tests.support.browser import browser, send, token_on
from tests.support.raw_rows import raw
from tests.users.people import PASSWORD, add, person

PAGE = "/settings/personal-info"


def cookie(client: FlaskClient, name: str = "portal") -> str:
    found = client.get_cookie(name)
    return found.value if found else ""


def session_rows(rows: Rows) -> list[dict[str, object]]:
    return list(raw(rows).query("select * from sessions where user_id is not null"))


def age(rows: Rows, **ages: timedelta) -> None:
    for column, how_old in ages.items():
        moment = clock.text(clock.utc_now() - how_old)
        raw(rows).execute(f"update sessions set {column} = ?", [moment])  # noqa: S608  # the test's own


@pytest.fixture
def local(people: Rows, now: datetime) -> Rows:
    first = setup.FirstAdmin("Lo Cal", "local@northwind.example", PASSWORD)
    setup.make_admin(people, first, now=now)
    return people


def test_only_a_hash_of_the_id_is_stored(people: Rows, alex: FlaskClient) -> None:
    alex.get(PAGE)

    rows = session_rows(people)
    assert [row["id_hash"] for row in rows] == [hash_token(cookie(alex))]
    assert cookie(alex) not in str(rows)
    assert len(cookie(alex)) == 43


def test_cookie_is_closed_to_scripts_and_other_sites(app: Flask) -> None:
    answer = app.test_client().get("/signin")

    header = answer.headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header
    assert "Domain" not in header
    assert "Expires" not in header
    assert "Max-Age" not in header


def test_cookie_is_bound_to_the_host_beyond_test_mode(config: Config, rows: Rows) -> None:
    real = dataclasses.replace(
        config,
        test_mode=False,
        base_url="https://portal.example.com",
        microsoft=type(config.microsoft)(),
    )

    client = create_app(real).test_client()
    answer = client.get("/signin", base_url="https://portal.example.com")

    header = answer.headers["Set-Cookie"]
    assert header.startswith("__Host-portal=")
    assert "Secure" in header


@pytest.mark.parametrize(
    "broken", ["", "x", "a" * 43, "a" * 4_000, "é" * 43, "%00", '"; drop table sessions; --']
)
def test_unreadable_cookie_is_signed_out(app: Flask, people: Rows, broken: str) -> None:
    client = app.test_client()
    client.set_cookie("portal", broken)

    answer = client.get(PAGE)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/signin"


def test_idle_session_is_over(people: Rows, alex: FlaskClient) -> None:
    alex.get(PAGE)
    age(people, seen_at=timedelta(minutes=61))

    assert alex.get(PAGE).status_code == 303


def test_used_session_continues(people: Rows, alex: FlaskClient) -> None:
    age(people, seen_at=timedelta(minutes=59))

    assert alex.get(PAGE).status_code == 200
    age(people, created_at=timedelta(hours=11))
    assert alex.get(PAGE).status_code == 200


def test_use_is_recorded(people: Rows, alex: FlaskClient) -> None:
    age(people, seen_at=timedelta(minutes=30))

    alex.get(PAGE)

    seen = clock.moment(str(session_rows(people)[0]["seen_at"]))
    assert clock.utc_now() - seen < timedelta(minutes=1)


def test_session_ends_after_twelve_hours_of_use(people: Rows, alex: FlaskClient) -> None:
    alex.get(PAGE)
    age(people, created_at=timedelta(hours=12, seconds=1))

    assert alex.get(PAGE).status_code == 303


def test_sign_in_takes_a_new_id(app: Flask, local: Rows) -> None:
    client = app.test_client()
    page = client.get("/signin")
    before = cookie(client)

    client.post(
        "/signin",
        data={
            "csrf_token": token_on(page.text),
            "address": "local@northwind.example",
            "password": PASSWORD,
        },
        headers={"Origin": "http://localhost"},
    )

    assert cookie(client) != before
    assert [row["id_hash"] for row in raw(local).query("select id_hash from sessions")] == [
        hash_token(cookie(client))
    ]


def test_planted_id_is_not_adopted(app: Flask, local: Rows) -> None:
    client = app.test_client()
    client.set_cookie("portal", "A" * 43)

    client.get("/signin")

    assert cookie(client) != "A" * 43


def test_role_change_takes_a_new_id_at_the_next_request(
    people: Rows, priya: FlaskClient, actor: Actor, now: datetime
) -> None:
    priya.get(PAGE)
    before = cookie(priya)

    administration.change_role(
        Act(people, actor, now),
        "priya",
        role=Role.LIMITED,
    )
    answer = priya.get(PAGE)

    assert answer.status_code == 200
    assert cookie(priya) != before
    assert [row["id_hash"] for row in session_rows(people)] == [hash_token(cookie(priya))]


def test_role_change_holds_at_the_next_request(
    people: Rows, priya: FlaskClient, actor: Actor, now: datetime
) -> None:
    assert priya.get("/candidates").status_code == 200

    administration.change_role(
        Act(people, actor, now),
        "priya",
        role=Role.LIMITED,
    )

    assert priya.get("/candidates").status_code == 403


def test_disabled_person_is_signed_out_at_the_next_request(
    people: Rows, priya: FlaskClient, actor: Actor, now: datetime
) -> None:
    assert priya.get(PAGE).status_code == 200

    administration.set_enabled(
        Act(people, actor, now),
        "priya",
        enabled=False,
    )

    assert priya.get(PAGE).status_code == 303


def test_person_disabled_in_the_database_is_signed_out_too(
    people: Rows, priya: FlaskClient
) -> None:
    raw(people).execute("update users set is_enabled = 0 where id = 'priya'")

    assert priya.get(PAGE).status_code == 303


def test_sign_out_deletes_the_row_and_what_the_browser_keeps(
    people: Rows, priya: FlaskClient
) -> None:
    priya.get(PAGE)
    stolen = cookie(priya)

    answer = send(priya, "/signout")

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert session_rows(people) == []
    thief = priya.application.test_client()
    thief.set_cookie("portal", stolen)
    assert thief.get(PAGE).status_code == 303


def test_ended_session_does_not_come_back(app: Flask, people: Rows) -> None:
    client = browser(app, "priya")
    client.get(PAGE)

    with client.session_transaction() as session:
        raw(people).execute("delete from sessions")
        session["wished"] = ("users.home", {})

    assert session_rows(people) == []


def test_lapsed_rows_are_removed(app: Flask, people: Rows, alex: FlaskClient) -> None:
    alex.get(PAGE)
    age(people, seen_at=timedelta(hours=2))

    browser(app, "priya").get(PAGE)

    assert [row["user_id"] for row in session_rows(people)] == ["priya"]


def test_pictures_and_health_need_no_session(app: Flask, people: Rows) -> None:
    client = app.test_client()

    with client.get("/static/portal.css", follow_redirects=True) as picture:
        health = client.get("/healthz")

    assert (picture.status_code, health.status_code) == (200, 200)
    assert health.data == b"ok"
    assert list(raw(people).query("select * from sessions")) == []


def test_two_people_do_not_share(app: Flask, people: Rows, now: datetime) -> None:
    add(people, person("Sam Reed", now=now))

    first, second = browser(app, "priya"), browser(app, "sam")

    assert "Priya Kaur" in first.get(PAGE).text
    assert "Sam Reed" in second.get(PAGE).text
    assert "Priya Kaur" not in second.get(PAGE).text
