"""Hidden conversations that a shared mailbox brought: its owners hold them and may hide them."""

from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.conversations import visibility
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.environment import ALEX, ROSA, EmailEnvironment, raw_message
from tests.email.messages import Message
from tests.shared_mailboxes.environment import JOBS, add
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


def test_why_tells_an_owner_nothing_of_what_a_colleague_hid(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask, now: datetime
) -> None:
    """The message lies in jobs@ too, which has not brought it."""
    env.candidate("Rosa Ortega", ROSA)
    message = raw_message(SUBJECT, to=f"{JOBS}, {ALEX}")
    for address in (JOBS, ALEX):
        env.arrives(address, message)
    account_id = add(env, admin)
    for each in ("alex", account_id):
        env.sync(each)
    copies = "delete from message_copies where mailbox_id in (select id from mailboxes where"
    raw(env.rows).execute(f"{copies} user_id = ?)", [account_id])
    path = f"/settings/mailboxes/{account_id}/why"
    before = send(browser(portal, "priya"), path, subject=SUBJECT).text
    (kept,) = raw(env.rows)["messages"].rows
    act = Act(env.rows, Actor("alex", "Alex Berg"), now)
    visibility.hide(act, [kept["internet_message_id"]], by="alex", target="Rosa Ortega")

    after = send(browser(portal, "priya"), path, subject=SUBJECT).text

    told = "a colleague's mailbox brought the same message"
    assert told in unescape(before)
    assert told not in unescape(after)
    assert "Open the feed of" not in after


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
