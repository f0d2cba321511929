"""Hidden conversations that a shared mailbox brought: its owners hold them and may hide them."""

from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit.act import Act
from portal.audit.models import Actor, AuditedCandidate
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
    visibility.hide(
        act, [kept["internet_message_id"]], by="alex", candidate=AuditedCandidate("rosa")
    )

    after = send(browser(portal, "priya"), path, subject=SUBJECT).text

    told = "from a colleague's mailbox"
    assert told in unescape(before)
    assert told not in unescape(after)
    assert "Open the feed of" not in after


def own_jobs(rows: Rows, *owners: str) -> None:
    """Let these people decide for jobs@, and nobody else."""
    raw(rows).execute("delete from mailbox_owners")
    for each in owners:
        raw(rows).execute(
            "insert into mailbox_owners (account_id, user_id, added_by, added_at) "
            "values ('jobs', ?, 'Alex Berg', '2026-11-24T14:00:00Z')",
            [each],
        )


def test_another_owner_sees_what_the_mailbox_holds_and_shows_it_again(
    app: Flask, application: Rows, priya: FlaskClient, alex: FlaskClient
) -> None:
    """With its file, which lies in the mailbox of both."""
    own_jobs(application, "priya", "ben")
    ben = browser(app, "ben")
    asked = " ".join(priya.get(FEED).text.split())
    send(priya, f"{FEED}/messages/apply/hiding")

    shown = ben.get(FEED).text
    stranger = send(alex, f"{FEED}/messages/apply/showing")
    again = send(ben, f"{FEED}/messages/apply/showing")

    assert "Only owners of <bdi>Jobs</bdi> can show it again." in asked
    assert "Hidden from colleagues" in shown
    assert "attachments/apply-jobs-cv.pdf" in shown
    assert (stranger.status_code, again.status_code) == (404, 303)
    assert SUBJECT in alex.get(FEED).text


def test_another_owner_shows_it_again_on_the_pages_of_the_mailbox(
    app: Flask, application: Rows, priya: FlaskClient, alex: FlaskClient
) -> None:
    own_jobs(application, "priya", "ben")
    page = "/settings/mailboxes/jobs/candidates"
    asked = " ".join(priya.get(page).text.split())
    send(priya, f"{page}/rosa/hiding")

    ben = browser(app, "ben")

    assert "Only owners of jobs@northwind.example can show them again." in asked
    assert "Show again" in ben.get(page).text
    assert send(ben, f"{page}/rosa/showing").status_code == 303
    assert SUBJECT in alex.get(FEED).text


def test_former_owner_no_longer_sees_what_they_hid(
    app: Flask, application: Rows, priya: FlaskClient
) -> None:
    send(priya, f"{FEED}/messages/apply/hiding")

    own_jobs(application, "ben")

    assert SUBJECT not in priya.get(FEED).text
    assert send(priya, f"{FEED}/messages/apply/showing").status_code == 404
    assert SUBJECT in browser(app, "ben").get(FEED).text


@pytest.mark.parametrize("change", ["delete from message_copies", "delete from attachments"])
def test_present_owners_see_it_after_its_copy_is_gone(
    app: Flask, application: Rows, priya: FlaskClient, change: str
) -> None:
    own_jobs(application, "priya", "ben")
    send(priya, f"{FEED}/messages/apply/hiding")

    raw(application).execute(change)

    assert SUBJECT in browser(app, "ben").get(FEED).text


def test_owner_hides_what_lies_in_their_own_mailbox_for_themself(
    app: Flask, application: Rows, priya: FlaskClient, alex: FlaskClient, now: datetime
) -> None:
    """It lies in jobs@ too, whose other owner sees it and cannot show it to others."""
    builders.mailbox(application, "priya")
    both = Message("both", brought=(("priya", None), ("jobs", None)), subject="Salary talk")
    messages.keep(application, both, now=now)
    own_jobs(application, "priya", "ben")
    send(priya, f"{FEED}/messages/both/hiding")
    ben = browser(app, "ben")

    seen = ben.get(FEED).text
    refused = send(ben, f"{FEED}/messages/both/showing")
    own_jobs(application, "ben")

    assert "Hidden by <bdi>Priya Kaur</bdi>" in seen
    assert refused.status_code == 404
    assert "Salary talk" not in alex.get(FEED).text
    assert "Hidden from colleagues" in priya.get(FEED).text
