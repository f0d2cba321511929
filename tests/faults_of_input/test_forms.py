"""Every text form refuses what is too long or unreadable, and keeps the other fields."""

from datetime import datetime
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.storage.rows import Rows
from tests.support import builders
from tests.support.browser import ORIGIN, browser, token_on
from tests.support.raw_rows import raw

KEPT = "still here"
NUMBER = "7d0d6f3e-0000-4000-8000-000000000001"
SEEN = "2026-11-24T14:00:00Z"
# Sender, page of the form, target, the wrong field, and fields beside it.
FORMS = {
    "sign in": (None, "/signin", "/signin", "address", {}),
    "password of a sign-in": (None, "/signin", "/signin", "password", {"address": KEPT}),
    "new candidate": (
        "priya", "/candidates/new", "/candidates", "name", {"headline": KEPT, "number": NUMBER},
    ),
    "addresses of a candidate": (
        "priya", "/candidates/rosa/details", "/candidates/rosa/details", "addresses",
        {"name": KEPT, "number": SEEN},
    ),
    "headline of a candidate": (
        "priya", "/candidates/rosa/details", "/candidates/rosa/details", "headline",
        {"name": KEPT, "number": SEEN, "addresses": "rosa.ortega@mail.example"},
    ),
    "invitation": (
        "alex", "/admin/users", "/admin/users/invitations", "note",
        {"id": NUMBER, "role": "member"},
    ),
    "question about a message": (
        "priya", "/settings/email/why", "/settings/email/why", "subject",
        {"address": "rosa.ortega@mail.example"},
    ),
}  # fmt: skip  # one to a line says no more
WRONG = {
    "too long": (b"x" * 7000, "This is too long: 7,000 characters, and"),
    "not UTF-8": (b"Zo%EB", "This contains a character that cannot be read."),
    "NUL": (b"Zo%00", "This contains an invisible control character."),
}


@pytest.fixture
def rows(rows: Rows, now: datetime) -> Rows:
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    builders.mailbox(rows, "priya")
    builders.connection(rows, "priya")
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    return rows


def sent(app: Flask, form: str, value: bytes) -> TestResponse:
    who, page, path, field, beside = FORMS[form]
    client = browser(app, who)
    token = token_on(client.get(page).text)
    body = urlencode({"csrf_token": token, **beside}).encode() + f"&{field}=".encode() + value
    kind = "application/x-www-form-urlencoded"
    return client.post(path, data=body, headers=ORIGIN, content_type=kind)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("form", FORMS)
def test_wrong_text_is_refused_in_words_and_the_rest_is_kept(
    app: Flask, rows: Rows, form: str, wrong: str
) -> None:
    value, sentence = WRONG[wrong]
    before = list(raw(rows)["candidates"].rows)

    answer = sent(app, form, value)

    assert answer.status_code == 422
    assert sentence in answer.text
    shown = [each for name, each in FORMS[form][4].items() if name not in ("number", "id", "role")]
    assert [each for each in shown if each not in answer.text] == []
    assert list(raw(rows)["candidates"].rows) == before
    assert raw(rows)["invitations"].count == 0
