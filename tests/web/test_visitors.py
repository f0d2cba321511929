"""Visitors before sign-in: a signed cookie, and no row."""

import secrets
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.storage.rows import Rows
from portal.web import visitors
from tests.support.raw_rows import raw

KEY = b"k" * 32
HOUR = timedelta(hours=1)


def wished(client: FlaskClient) -> object:
    with client.session_transaction() as session:
        return session.get("wished")


def test_requests_of_strangers_write_no_row(app: Flask, people: Rows) -> None:
    before = raw(people).conn.total_changes

    for _ in range(5):
        client = app.test_client()
        assert client.get("/candidates").status_code == 303
        assert client.get("/signin").status_code == 200
        assert client.post("/signin", data={"address": "a@b.example"}).status_code == 400

    assert list(raw(people).query("select * from sessions")) == []
    assert raw(people).conn.total_changes == before


def test_visitor_comes_to_the_page_that_was_wished(app: Flask, people: Rows) -> None:
    client = app.test_client()

    client.get("/candidates")
    client.get("/signin")

    assert wished(client) == ("candidates.candidates", {})


def test_wish_that_fits_in_no_cookie_is_forgotten(app: Flask, people: Rows) -> None:
    client = app.test_client()

    answer = client.get(f"/candidates/{secrets.token_hex(3000)}")

    assert answer.status_code == 303
    assert max(len(each) for each in answer.headers.getlist("Set-Cookie")) < 4096
    assert wished(client) is None


def test_cookie_is_read_as_written() -> None:
    value = visitors.written(KEY, "id", '{"_user_id": "alex"}') or ""

    assert visitors.read(KEY, value, longest=HOUR) is not None


# Not the last sign: some of its bits stand for nothing.
@pytest.mark.parametrize("place", [0, 20, -20, -3])
def test_changed_cookie_is_nobody(place: int) -> None:
    value = visitors.written(KEY, "id", '{"_user_id": "alex"}') or ""
    signs = [*value]

    signs[place] = "B" if signs[place] == "A" else "A"

    assert visitors.read(KEY, "".join(signs), longest=HOUR) is None


def test_cookie_of_another_key_is_nobody() -> None:
    value = visitors.written(KEY, "id", "{}") or ""

    assert visitors.read(b"o" * 32, value, longest=HOUR) is None


def test_cookie_ends_with_its_time() -> None:
    value = visitors.written(KEY, "id", "{}") or ""

    assert visitors.read(KEY, value, longest=timedelta(seconds=-1)) is None


def test_cookie_names_nobody_as_signed_in(app: Flask, people: Rows) -> None:
    key = app.secret_key
    assert isinstance(key, bytes)
    client = app.test_client()
    client.set_cookie("portal", str(visitors.written(key, "id", '{"_user_id": "alex"}')))

    answer = client.get("/candidates")

    assert answer.status_code == 303
