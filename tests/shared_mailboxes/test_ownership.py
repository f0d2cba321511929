"""An owner's own Email page: the state of each shared mailbox, and the decisions that wait."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.privacy import holds
from portal.shared_mailboxes import ownership, store
from portal.storage.rows import Rows
from tests import pages
from tests.email.environment import ROSA, EmailEnvironment
from tests.shared_mailboxes.environment import GRANTED, JOBS, LIST, add
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

EMAIL = "/settings/email"
MARKED = re.compile(r'href="/settings/email"[^>]*>\s*Email\s*<span class="dot">')


@pytest.fixture
def account_id(env: EmailEnvironment, admin: FlaskClient) -> str:
    """jobs@, which Priya owns and Portal reads."""
    account_id = add(env, admin)
    env.sync(account_id)
    return account_id


@pytest.fixture
def priya(portal: Flask, account_id: str) -> FlaskClient:
    return browser(portal, "priya")


def card_of(page: str) -> str:
    return page[page.index('id="shared-title"') :]


def test_synced_mailbox_says_when_and_marks_nothing(priya: FlaskClient) -> None:
    page = priya.get(EMAIL).text

    assert pages.complaints(page) == []
    assert re.search(r'<span class="pill good"[^>]*>\s*Synced', card_of(page))
    assert "Last synced" in card_of(page)
    assert not MARKED.search(page)


def test_mailbox_that_is_not_read_has_the_same_words_everywhere(
    env: EmailEnvironment, admin: FlaskClient, priya: FlaskClient, account_id: str
) -> None:
    raw(env.rows).execute("delete from consents")

    page = priya.get(EMAIL).text

    state = store.mailbox(env.rows, account_id).state
    assert state.endswith("A member with Full Access to it can read it for Portal.")
    for shown in (card_of(page), admin.get(LIST).text, admin.get(f"{LIST}/{account_id}").text):
        assert state.replace("'", "&#39;") in shown
    assert MARKED.search(page)
    assert ", something needs attention" in page
    assert not MARKED.search(admin.get(EMAIL).text)


def test_decision_that_waits_is_named_until_it_is_taken(
    env: EmailEnvironment, priya: FlaskClient, account_id: str
) -> None:
    holds.set_asking(Act(env.rows, Actor.system("test"), clock.utc_now()), account_id, asks=True)

    rosa = env.candidate("Rosa Ortega", ROSA)
    waits = priya.get(EMAIL).text

    assert "Earlier mail with 1 candidate waits for its owners." in card_of(waits)
    questions = f"/settings/mailboxes/{account_id}/earlier-mail"
    assert f'href="{questions}"' in card_of(waits)
    assert MARKED.search(waits)
    assert "1 shared mailbox needs its owners" in waits
    assert pages.complaints(waits) == []

    asked_at = clock.text(clock.utc_now())
    send(priya, f"{questions}/{rosa}/answer", answer="leave", asked_at=asked_at)
    decided = priya.get(EMAIL).text

    assert "waits for its owners" not in decided
    assert "needs its owners" not in decided
    assert not MARKED.search(decided)


def test_mailbox_that_an_owner_turned_off_marks_nothing(
    priya: FlaskClient, account_id: str
) -> None:
    send(priya, f"/settings/mailboxes/{account_id}/sync", on="0", is_confirmed="1")

    page = priya.get(EMAIL).text

    assert "An owner turned email sync off." in card_of(page)
    assert not MARKED.search(page)


def test_converted_mailbox_is_told_of_and_marks_nothing(
    env: EmailEnvironment, priya: FlaskClient, account_id: str
) -> None:
    env.consent(*GRANTED, "MailboxSettings.Read")
    holds.set_asking(Act(env.rows, Actor.system("test"), clock.utc_now()), account_id, asks=True)
    env.candidate("Rosa Ortega", ROSA)
    env.sandbox.control("PATCH", f"users/{JOBS}", {"purpose": "user"})
    raw(env.rows).execute("update mailboxes set addresses_read_at = null")
    with pytest.raises(Exception, match="a user's mailbox now"):
        env.sync(account_id)

    page = priya.get(EMAIL).text

    assert "Microsoft says that it is a user&#39;s mailbox now." in card_of(page)
    assert not MARKED.search(page)


def test_limited_owner_owns_nothing(team: Rows) -> None:
    raw(team).execute("update users set role = 'limited' where id = 'priya'")

    assert ownership.owned(team, "priya") == []
    assert ownership.paths_needing_attention(team, "priya") == set()
