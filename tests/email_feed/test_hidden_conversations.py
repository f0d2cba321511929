"""Feeds, pages and downloads without the conversations that a colleague hid."""

import json
import re
import zipfile
from io import BytesIO

from flask import Flask

from portal import clock
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed import hidden
from tests.email_feed.hidden import OTHER, SECRET
from tests.support.raw_rows import raw
from tests.support.visitors import visitor, words

FEED = "/candidates/rosa"
SECRET_PAGE = f"{FEED}/messages/answer"
LATER = re.compile(r'href="(/candidates/rosa\?after=[^"]+)"')
SECRET_FILE = f"{SECRET_PAGE}/attachments/answer-priya-cv.pdf"


def test_colleague_sees_the_other_conversations_alone(app: Flask, team: Rows) -> None:
    ben = visitor(app, "ben")

    shown = ben.text(FEED)

    assert OTHER in shown
    assert SECRET not in shown
    assert 'data-announce="1 entry in the feed"' in ben.get(FEED).text
    assert ben.get(SECRET_PAGE).status_code == 404
    assert ben.get(SECRET_FILE).status_code == 404


def test_administrator_is_no_exception(app: Flask, team: Rows) -> None:
    assert not hidden.reads_secret(visitor(app, "alex"))


def test_person_who_hid_it_sees_everything(app: Flask, team: Rows) -> None:
    shown = visitor(app, "priya").get(FEED).text

    assert shown.count(f"<bdi>{SECRET}</bdi>") == 2
    assert "cv.pdf" in shown
    assert 'data-announce="3 entries in the feed"' in shown


def test_deletion_counts_hidden_messages_too(app: Flask, team: Rows) -> None:
    asked = visitor(app, "ben").text(FEED)
    answer = visitor(app, "ben").post(f"{FEED}/deletion", follow_redirects=True)

    assert "Rosa Ortega and 3 messages will be removed" in asked
    assert "2 messages of these are hidden from you." in asked
    assert "Rosa Ortega and 3 messages are deleted here." in words(answer)


def test_pages_of_a_feed_are_full_without_hidden_messages(app: Flask, team: Rows) -> None:
    """Twenty entries a page, and no page of less because of what is not shown on it."""
    now = clock.utc_now()
    for number in range(30):
        messages.keep(team, Message(f"more{number}", minutes_ago=25), now=now)
    ben = visitor(app, "ben")

    first = ben.get(FEED).text
    second = ben.get(LATER.findall(first)[-1].replace("&amp;", "&")).text

    counts = [page.count('<li id="message-') for page in (first, second)]
    assert counts == [20, 11]
    assert SECRET not in first + second


def test_archive_leaves_hidden_conversations_out_and_counts_them(app: Flask, team: Rows) -> None:
    alex = visitor(app, "alex")

    answer = alex.post(f"{FEED}/export")

    archive = zipfile.ZipFile(BytesIO(answer.data))
    told = json.loads(archive.read("candidate.json"))
    assert [each["subject"] for each in told["messages"]] == [OTHER]
    assert told["hidden_messages_left_out"] == 2
    assert told["hidden_conversations_left_out"] == 1
    exported = list(raw(team).query("select * from audit_log where action = 'candidate exported'"))
    assert [each["new_value"] for each in exported] == ["1 message, 2 hidden messages left out"]
    assert "2 messages that are hidden from you are left out" in alex.text(f"{FEED}/details")
    assert "hidden from you" not in visitor(app, "ben").text(f"{FEED}/details")


def test_archive_of_the_person_who_hid_it_is_whole(app: Flask, team: Rows) -> None:
    raw(team).execute("update users set role = 'admin' where id = 'priya'")

    answer = visitor(app, "priya").post(f"{FEED}/export")

    told = json.loads(zipfile.ZipFile(BytesIO(answer.data)).read("candidate.json"))
    assert [each["subject"] for each in told["messages"]] == [SECRET, SECRET, OTHER]
    assert told["hidden_messages_left_out"] == 0
