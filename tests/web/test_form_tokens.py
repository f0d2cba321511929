"""The form token: another text in each answer, the same secret behind it."""

from collections import Counter
from typing import cast

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer

from portal.storage.rows import Rows
from tests.support import builders
from tests.support.browser import ORIGIN, TOKEN, browser, token_on

PATH = "/settings/personal-info"


@pytest.fixture
def rows(rows: Rows) -> Rows:
    builders.user(rows, "Priya Kaur")
    return rows


def test_every_answer_masks_the_token_anew(app: Flask, rows: Rows) -> None:
    client = browser(app, "priya")

    tokens = [token_on(client.get(PATH).text) for _ in range(40)]

    assert len({*tokens}) == 40
    assert len({len(token) for token in tokens}) == 1
    # No place of it stays: what all share would be guessed letter by letter.
    for signs in zip(*tokens, strict=True):
        assert Counter(signs).most_common(1)[0][1] < 30


def test_forms_of_one_answer_share_a_token(app: Flask, rows: Rows) -> None:
    found = TOKEN.findall(browser(app, "priya").get(PATH).text)

    assert len(found) > 1
    assert len({*found}) == 1


def test_token_of_an_earlier_answer_is_good(app: Flask, rows: Rows) -> None:
    client = browser(app, "priya")
    first = token_on(client.get(PATH).text)
    client.get(PATH)

    assert _sent(app, client, first) == 303


def test_token_of_an_older_version_is_good(app: Flask, rows: Rows) -> None:
    client = browser(app, "priya")
    client.get(PATH)
    with client.session_transaction() as kept:
        secret = kept["csrf_token"]
    signed = URLSafeTimedSerializer(cast(str, app.secret_key), salt="wtf-csrf-token").dumps(secret)

    assert _sent(app, client, signed) == 303


def test_session_of_an_older_version_goes_on(app: Flask, rows: Rows) -> None:
    client = browser(app, "priya")
    with app.test_request_context():
        signed, secret = generate_csrf(), session["csrf_token"]
    with client.session_transaction() as kept:
        kept["csrf_token"] = secret

    assert _sent(app, client, signed) == 303
    assert _sent(app, client, token_on(client.get(PATH).text)) == 303


@pytest.mark.parametrize("wrong", ["", "x", "é", "A" * 54, "A" * 56, "AAAA", "....", "\0" * 9])
def test_wrong_token_is_refused(app: Flask, rows: Rows, wrong: str) -> None:
    client = browser(app, "priya")
    client.get(PATH)

    assert _sent(app, client, wrong) == 400


def test_token_of_another_session_is_refused(app: Flask, rows: Rows) -> None:
    builders.user(rows, "Sam Reed")
    token = token_on(browser(app, "sam").get(PATH).text)
    client = browser(app, "priya")
    client.get(PATH)

    assert _sent(app, client, token) == 400


def _sent(app: Flask, client: FlaskClient, token: str) -> int:
    fields = {"csrf_token": token, "time_zone": "Europe/Madrid"}
    return int(client.post(PATH, data=fields, headers=ORIGIN).status_code)
