"""The page of a connection follows the first sync, says what it brought, and leads on."""

import pytest
from flask import Flask

from portal import clock
from portal.email_settings.first_sync import sync_now
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor, words

PAGE = "/settings/microsoft-365"
SAM = "sam.hill@mail.example"


@pytest.fixture
def new_priya(env: EmailEnvironment) -> str:
    """Priya, connected a moment ago."""
    return env.connect(PRIYA)


@pytest.fixture
def visit_new(connected_app: Flask, new_priya: str) -> Visitor:
    return visitor(connected_app, new_priya)


def card(browser: Visitor) -> str:
    """The part of the page about the sync at this moment."""
    page = browser.get(PAGE).text
    return page[page.index('id="sync-now"') : page.index('id="account-title"')]


def test_first_sync_is_live_until_it_ends(
    env: EmailEnvironment, new_priya: str, visit_new: Visitor
) -> None:
    env.candidate("Rosa Ortega", ROSA)
    env.candidate("Sam Hill", SAM)
    for subject in ("One", "Two"):
        env.arrives(PRIYA, raw_message(subject))
    env.arrives(PRIYA, raw_message("Three", sender=SAM))
    env.arrives(PRIYA, raw_message("News", sender="news@shop.example"))

    before = card(visit_new)
    env.sync(new_priya)
    after = card(visit_new)

    assert 'data-refresh-seconds="1"' in before
    assert "The first sync begins" in before
    assert "data-refresh-seconds" not in after
    assert "3 messages with 2 candidates." in after
    assert 'href="/candidates"' in after
    assert len(list(raw(env.rows)["messages"].rows)) == 3


def test_page_leads_to_itself_without_scripts_while_the_first_sync_runs(
    env: EmailEnvironment, new_priya: str, visit_new: Visitor
) -> None:
    before = visit_new.get(PAGE).text
    env.sync(new_priya)
    after = visit_new.get(PAGE).text

    assert 'href="/settings/microsoft-365">Load this page again</a>' in before
    assert "Load this page again" not in after


def test_mailbox_without_candidates_says_so(
    env: EmailEnvironment, new_priya: str, visit_new: Visitor
) -> None:
    env.arrives(PRIYA, raw_message("News", sender="news@shop.example"))

    env.sync(new_priya)

    assert "No message with a candidate was found." in card(visit_new)
    assert "See candidates" not in card(visit_new)


def test_status_says_when_the_next_sync_runs(
    env: EmailEnvironment, new_priya: str, visit_new: Visitor
) -> None:
    env.sync(new_priya)

    now = sync_now(env.rows, new_priya, clock.utc_now())
    due = next(iter(raw(env.rows).query("select due_at from mailboxes")))["due_at"]
    assert now is not None
    assert now.next_at is not None
    assert clock.text(now.next_at) == due
    assert "Next sync:" in words(visit_new.get(PAGE))


def test_sync_that_fails_or_is_off_counts_nothing(
    env: EmailEnvironment, new_priya: str, visit_new: Visitor
) -> None:
    env.sync(new_priya)
    raw(env.rows).execute("update mailboxes set failure = 'Refused.', failed_at = due_at")
    failed = card(visit_new)
    visit_new.post("/settings/email/sync", {"on": "0", "is_confirmed": "1"})

    assert "The last look at your mailbox failed" in failed
    assert "Email sync is off" in card(visit_new)


def test_person_who_is_not_connected_sees_no_sync(visit_new: Visitor) -> None:
    visit_new.post("/settings/microsoft-365/revocation")

    assert "hidden" in card(visit_new)
    assert "Next sync" not in visit_new.get(PAGE).text
