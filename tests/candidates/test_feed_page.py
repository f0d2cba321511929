"""The page of a candidate: messages as text, older pages and the empty feed."""

import re
from datetime import datetime

import pytest
from flask import Flask

from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor, words

SOME_ID = "0f8c1995-3535-48f6-937c-ace48bfebb13"


def test_feed_shows_a_message(priya: Visitor, rosa: str) -> None:
    answer = priya.get("/candidates/rosa")

    page = words(answer)
    assert "Portfolio review" in page
    assert "Priya Kaur from priya@northwind.example to Rosa Ortega" in page
    assert "Show quoted text" in page
    assert "Open in Outlook" in page
    assert 'data-refresh-seconds="2"' in answer.text


def test_message_is_shown_as_text(rows: Rows, priya: Visitor, rosa: str, now: datetime) -> None:
    evil = "<img src=x onerror=alert(1)> \u202ehttps://evil.example/\u202c javascript:alert(1)"
    message = Message(
        "evil", subject="<b>Hi</b>\u202e", body=evil, sender=("<i>x</i>", "x@y.example")
    )
    messages.keep(rows, message, now=now)

    html = priya.get("/candidates/rosa").text

    assert [tag for tag in ("<img", "<b>", "<i>", "\u202e") if tag in html] == []
    assert re.findall(r'<a href="(https://evil[^"]*)"\s+rel="([^"]*)"', html) == [
        ("https://evil.example/", "noopener noreferrer nofollow")
    ]
    assert 'href="javascript:' not in html


def test_outlook_link_is_for_the_owner_of_the_mailbox(
    app: Flask, rows: Rows, rosa: str, now: datetime
) -> None:
    builders.user(rows, "Alex Berg", role="admin")

    assert "Open in Outlook" not in visitor(app, "alex").text("/candidates/rosa")


@pytest.mark.parametrize("path", ["/candidates/rosa", "/candidates/rosa/messages/portfolio"])
@pytest.mark.parametrize(
    ("claimed_at", "sentence"),
    [
        ("1970-01-02T10:00:00Z", "The sender's clock says 2 January 1970 ."),
        ("2096-11-24T10:00:00Z", "The sender's clock says 24 November 2096 ."),
        ("2026-11-24T10:00:00Z", None),
        (None, None),
    ],
)
def test_date_of_a_wrong_clock_is_told(
    rows: Rows, priya: Visitor, rosa: str, path: str, claimed_at: str | None, sentence: str | None
) -> None:
    raw(rows).execute("update messages set claimed_sent_at = ?", [claimed_at])

    page = priya.text(path)

    assert re.findall(r"The sender's clock says [^.]*\.", page) == ([sentence] if sentence else [])


def test_feed_has_older_pages(rows: Rows, priya: Visitor, rosa: str, now: datetime) -> None:
    for number in range(25):
        message = Message(f"m{number}", subject=f"Letter {number}", minutes_ago=number)
        messages.keep(rows, message, now=now)

    first = priya.get("/candidates/rosa")
    older = re.search(r'href="(/candidates/rosa\?after=[^"]+)"\s+rel="next"', first.text)
    assert older is not None
    second = priya.get(older[1])

    assert "Letter 24" in words(second)
    assert "Letter 1 " not in words(second)
    assert "data-refresh-seconds" not in second.text


@pytest.mark.parametrize(
    "after",
    ["x", "~", "2026-11-24T14:00:00Z~x", f"2026-13-24T14:00:00Z~{SOME_ID}", f"'~{SOME_ID}"],
)
def test_forged_page_cursor_is_not_found(priya: Visitor, rosa: str, after: str) -> None:
    assert priya.get(f"/candidates/rosa?after={after}").status_code == 404


def test_empty_feed_explains_what_will_appear(
    rows: Rows, app: Flask, priya: Visitor, now: datetime
) -> None:
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    without = priya.text("/candidates/rosa")
    builders.connection(rows, "priya")
    builders.mailbox(rows, "priya", stage="headers")
    searching = priya.text("/candidates/rosa")

    assert "No mailbox is synced yet" in without
    assert "Portal is searching 1 mailbox for past emails." in searching
