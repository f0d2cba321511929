"""The page of a message stays small and cheap, whatever was sent."""

import time
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.outbox.models import LONGEST_TEXT
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed.bombs import BOMBS, LONGEST
from tests.email_feed.hidden import SECRET
from tests.outbox import sent_mail
from tests.support.browser import browser
from tests.support.raw_rows import raw

PAGE_AT_MOST = 300 * 1024
SECONDS_AT_MOST = 0.2
TRIES = 3
PAGES = (
    "/candidates",
    "/candidates/rosa",
    "/candidates/rosa/messages/bomb",
    "/candidates/rosa/write?answers=bomb",
)


@pytest.fixture
def priya(app: Flask, team: Rows) -> FlaskClient:
    return browser(app, "priya")


@pytest.mark.parametrize("name", BOMBS)
def test_page_of_a_bomb_is_small_and_cheap(
    team: Rows, priya: FlaskClient, now: datetime, name: str
) -> None:
    piece = BOMBS[name]
    body = (piece * (LONGEST // len(piece) + 1))[:LONGEST]
    messages.keep(team, Message("bomb", body=body), now=now)

    for path in PAGES:
        require_cheap(priya, path)


@pytest.mark.parametrize("name", BOMBS)
def test_page_of_a_bomb_of_our_own_is_small_and_cheap(
    team: Rows, priya: FlaskClient, now: datetime, name: str
) -> None:
    piece = BOMBS[name]
    body = (piece * (LONGEST_TEXT // len(piece) + 1))[:LONGEST_TEXT]
    sent_mail.keep(team, sent_mail.seen("bomb", now=now, text=body))

    for path in ("/candidates/rosa", "/candidates/rosa/sent/bomb"):
        require_cheap(priya, path)


def require_cheap(priya: FlaskClient, path: str) -> None:
    taken = []
    for _ in range(TRIES):
        begun = time.process_time()  # of this process alone
        page = priya.get(path)
        taken.append(time.process_time() - begun)
        if taken[-1] <= SECONDS_AT_MOST:
            break
    assert page.status_code == 200
    assert len(page.data) <= PAGE_AT_MOST
    assert min(taken) <= SECONDS_AT_MOST


def test_rest_of_a_long_text_is_downloaded(team: Rows, priya: FlaskClient, now: datetime) -> None:
    messages.keep(team, Message("long", body="word " * 20_000 + "the end"), now=now)

    page = priya.get("/candidates/rosa/messages/long").text
    answer = priya.get("/candidates/rosa/messages/long/text")

    assert "The last 60,007 characters of this long message are not shown here." in page
    assert 'href="/candidates/rosa/messages/long/text"' in page
    assert answer.text == "word " * 20_000 + "the end"
    assert answer.headers["Content-Disposition"] == "attachment; filename=message.txt"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_answer_shows_how_much_of_a_long_message_is_missing(
    team: Rows, priya: FlaskClient, now: datetime
) -> None:
    messages.keep(team, Message("long", body="word " * 2_000 + "the end"), now=now)

    page = priya.get("/candidates/rosa/write?answers=long").text

    assert "The last 4,007 characters of this long message are not shown here." in page
    assert '<a href="/candidates/rosa/messages/long">Show the whole message</a>' in page
    assert "the end" not in page


def test_rest_of_a_long_mail_of_ours_is_downloaded(
    team: Rows, priya: FlaskClient, app: Flask, now: datetime
) -> None:
    text = "word " * 5_000 + "the end"
    kept = sent_mail.keep(team, sent_mail.seen("long", now=now, text=text))
    missing = len(kept.whole_text) - 20_000

    page = priya.get("/candidates/rosa/sent/long").text
    answer = priya.get("/candidates/rosa/sent/long/text")

    assert f"The last {missing:,} characters of this long message are not shown here." in page
    assert 'href="/candidates/rosa/sent/long/text"' in page
    assert answer.text == kept.whole_text
    assert answer.headers["Content-Disposition"] == "attachment; filename=message.txt"
    assert app.test_client().get("/candidates/rosa/sent/long/text").status_code == 303


def test_text_hidden_by_a_colleague_is_not_downloaded(team: Rows, app: Flask) -> None:
    own, colleague, stranger = browser(app, "priya"), browser(app, "ben"), app.test_client()
    found = raw(team).query("select id from messages where subject = ?", [SECRET])
    path = f"/candidates/rosa/messages/{next(found)['id']}/text"

    assert [each.get(path).status_code for each in (own, colleague, stranger)] == [200, 404, 303]
