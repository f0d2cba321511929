"""Hidden conversations that a shared mailbox brought: its owners hold them and may hide them."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

CV = ("cv.pdf", "application/pdf", 9)
FEED = "/candidates/rosa"
SUBJECT = "Portfolio review"


@pytest.fixture
def application(team: Rows, now: datetime) -> Rows:
    """A message of Rosa that lies in jobs@, for which Priya decides. Ben recruits too."""
    builders.user(team, "Ben Roth")
    builders.candidate(team, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    brought = (("jobs", None),)
    messages.keep(team, Message("apply", brought=brought, attachments=(CV,)), now=now)
    return team


def test_owner_hides_it_in_the_feed(
    app: Flask, application: Rows, priya: FlaskClient, alex: FlaskClient
) -> None:
    refused = send(browser(app, "ben"), f"{FEED}/messages/apply/hiding")
    hidden = send(priya, f"{FEED}/messages/apply/hiding")

    assert (refused.status_code, hidden.status_code) == (403, 303)
    assert SUBJECT not in alex.get(FEED).text
    assert SUBJECT in priya.get(FEED).text


def test_owner_hides_a_candidate_on_the_pages_of_the_mailbox(
    app: Flask, application: Rows, priya: FlaskClient
) -> None:
    page = "/settings/mailboxes/jobs/candidates"

    hidden = send(priya, f"{page}/rosa/hiding")
    stranger = send(browser(app, "ben"), f"{page}/rosa/showing")

    assert hidden.location.startswith(page)
    assert stranger.status_code == 404
    assert "hidden from colleagues" in priya.get(page).text
    assert SUBJECT not in browser(app, "ben").get(FEED).text
    assert send(priya, f"{page}/rosa/showing").status_code == 303
    assert SUBJECT in browser(app, "ben").get(FEED).text


def test_another_owner_sees_what_the_mailbox_holds(
    app: Flask, application: Rows, priya: FlaskClient
) -> None:
    """With its file, which lies in the mailbox of both."""
    raw(application).execute(
        "insert into mailbox_owners (account_id, user_id, added_by, added_at) "
        "values ('jobs', 'ben', 'Alex Berg', '2026-11-24T14:00:00Z')"
    )
    send(priya, f"{FEED}/messages/apply/hiding")

    shown = browser(app, "ben").get(FEED).text

    assert "Hidden by <bdi>Priya Kaur</bdi>" in shown
    assert "attachments/apply-jobs-cv.pdf" in shown
