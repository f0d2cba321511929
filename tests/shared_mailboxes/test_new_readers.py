"""A reader chosen with "Read it as me": the sentence afterwards, and how they end it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.email import store as mailboxes
from portal.flows.flash_texts import ConnectionFlash
from portal.microsoft365 import store as connections
from portal.shared_mailboxes import store
from tests import pages
from tests.claims.checks import claims
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.shared_mailboxes.environment import (
    JOBS,
    LIST,
    add,
    give_full_access,
    page_of,
    read_as,
    sync_by_worker,
)
from tests.support.browser import browser, send
from tests.support.raw_rows import raw


@pytest.fixture
def admin(env: EmailEnvironment, portal: Flask) -> FlaskClient:
    """The organization lets Portal read its directory and no mail."""
    env.hire(PRIYA)
    raw(env.rows).execute("update users set role = 'admin' where id = ?", [env.hire(ALEX)])
    env.consent("User.Read.All")
    return browser(portal, "alex")


@pytest.fixture
def account_id(env: EmailEnvironment, admin: FlaskClient) -> str:
    """jobs@, which Priya owns and nobody reads yet."""
    return add(env, admin)


@pytest.fixture
def priya(portal: Flask, account_id: str) -> FlaskClient:
    return browser(portal, "priya")


def reader(env: EmailEnvironment, account_id: str) -> str | None:
    return store.mailbox(env.rows, account_id).reader_name


def syncs(env: EmailEnvironment, account_id: str) -> bool:
    """Whether the next sync of jobs@ brings a mail that arrives now."""
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(JOBS, raw_message("Application", to=JOBS))
    sync_by_worker(env, account_id)
    return env.subjects(rosa) == ["Application"]


def said(client: FlaskClient, account_id: str) -> str:
    page = client.get(page_of(account_id)).text
    assert pages.complaints(page) == []
    return page


@claims(ConnectionFlash.OPENED)
def test_success_is_told_after_a_read(
    env: EmailEnvironment, priya: FlaskClient, account_id: str
) -> None:
    give_full_access(env, PRIYA)

    read_as(env, priya, account_id, PRIYA)

    sentence = f"Portal opened {JOBS} by the permission of Priya Kaur, and syncs it from now on."
    assert sentence in said(priya, account_id)
    assert syncs(env, account_id)


@claims(ConnectionFlash.OPENED_OFF)
def test_sync_that_is_off_is_told_of(
    env: EmailEnvironment, priya: FlaskClient, account_id: str
) -> None:
    give_full_access(env, PRIYA)
    send(priya, f"/settings/mailboxes/{account_id}/sync", on="0", is_confirmed="1")

    read_as(env, priya, account_id, PRIYA)

    assert "Its email sync is off until an owner turns it on." in said(priya, account_id)
    now = clock.utc_now()
    mailboxes.take_over_readable(env.rows, now=now)
    assert mailboxes.claim_of_person(env.rows, account_id, "test", now=now) is None
    send(priya, f"/settings/mailboxes/{account_id}/sync", on="1")
    assert syncs(env, account_id)


@claims(ConnectionFlash.NOT_OPENED)
def test_refusal_is_told_with_its_cure(
    env: EmailEnvironment, priya: FlaskClient, account_id: str
) -> None:
    read_as(env, priya, account_id, PRIYA)

    page = said(priya, account_id)
    assert f"{PRIYA} is connected, and Portal could not open {JOBS}. Exchange does not let" in page
    assert "Give them Full Access, or let another member read it." in page
    assert "from now on" not in page
    assert reader(env, account_id) == "Priya Kaur"
    assert connections.connection_of(env.rows, "priya") is not None
    assert not syncs(env, account_id)


@claims(ConnectionFlash.KEEPS_OTHER)
def test_member_without_access_displaces_no_reader(
    env: EmailEnvironment, admin: FlaskClient, priya: FlaskClient, account_id: str
) -> None:
    give_full_access(env, PRIYA)
    read_as(env, priya, account_id, PRIYA)

    read_as(env, admin, account_id, ALEX)

    assert "so Priya Kaur goes on reading it." in said(admin, account_id)
    assert reader(env, account_id) == "Priya Kaur"
    assert connections.connection_of(env.rows, "alex") is not None
    assert syncs(env, account_id)


def test_lost_reader_is_replaced_before_exchange_has_the_grant(
    env: EmailEnvironment, admin: FlaskClient, priya: FlaskClient, account_id: str
) -> None:
    give_full_access(env, PRIYA)
    read_as(env, priya, account_id, PRIYA)
    raw(env.rows).execute("update connections set state = 'lapsed' where user_id = 'priya'")

    read_as(env, admin, account_id, ALEX)

    assert reader(env, account_id) == "Alex Berg"
    assert "Exchange does not let Alex Berg open this mailbox" in said(admin, account_id)


@claims(ConnectionFlash.NO_ANSWER)
def test_microsoft_that_does_not_answer_is_told_of(
    env: EmailEnvironment, priya: FlaskClient, account_id: str
) -> None:
    give_full_access(env, PRIYA)
    fault = {"path": f"/users/{env.sandbox.oid(JOBS)}/mailFolders", "status": 503, "times": 9}
    env.sandbox.control("POST", "faults", fault)

    read_as(env, priya, account_id, PRIYA)

    assert f"so Portal has not opened {JOBS} yet. The next sync tries." in said(priya, account_id)
    assert reader(env, account_id) == "Priya Kaur"
    env.sandbox.control("DELETE", "faults")
    assert syncs(env, account_id)


def test_mailbox_that_a_member_does_not_find_displaces_no_reader(
    env: EmailEnvironment, admin: FlaskClient, priya: FlaskClient, account_id: str
) -> None:
    give_full_access(env, PRIYA, ALEX)
    read_as(env, priya, account_id, PRIYA)
    fault = {"path": f"/users/{env.sandbox.oid(JOBS)}/mailFolders", "status": 404, "times": 9}
    env.sandbox.control("POST", "faults", fault)

    read_as(env, admin, account_id, ALEX)

    assert "so Priya Kaur goes on reading it." in said(admin, account_id)
    assert reader(env, account_id) == "Priya Kaur"


@pytest.mark.parametrize("role", ["member", "limited"])
def test_reader_who_no_longer_decides_ends_it(
    env: EmailEnvironment, admin: FlaskClient, account_id: str, role: str
) -> None:
    give_full_access(env, ALEX)
    read_as(env, admin, account_id, ALEX)
    raw(env.rows).execute("update users set role = ? where id = 'alex'", [role])

    settings = admin.get("/settings/microsoft-365").text
    page = said(admin, account_id)
    again = send(admin, page_of(account_id))
    ended = send(admin, f"{page_of(account_id)}/end")

    assert f'href="{page_of(account_id)}"' in settings
    assert pages.complaints(settings) == []
    assert "Read it as me" not in page
    assert again.status_code == 404
    assert (ended.status_code, ended.location) == (303, "/settings/microsoft-365")
    assert reader(env, account_id) is None
    after = admin.get("/settings/microsoft-365").text
    assert f"No member reads {JOBS} any more. Its mail stays in Portal." in after
    assert page_of(account_id) not in after
    assert admin.get(page_of(account_id)).status_code == 404


def test_refused_applicants_and_question_name_the_reader(
    env: EmailEnvironment, priya: FlaskClient, account_id: str
) -> None:
    give_full_access(env, PRIYA)
    read_as(env, priya, account_id, PRIYA)
    env.sync(account_id)
    give_full_access(env)

    applicants = send(priya, f"/settings/mailboxes/{account_id}/applicants")
    why = send(priya, f"/settings/mailboxes/{account_id}/why", subject="Application")

    for answer in (applicants, why):
        assert answer.status_code == 403
        assert "Exchange does not let Priya Kaur open this mailbox" in answer.text
    assert "Reconnect your account" not in why.text
    assert f"{LIST}/{account_id}" not in why.text


@claims(ConnectionFlash.KEEPS_OTHER_UNTRIED)
def test_microsoft_that_does_not_answer_displaces_no_reader(
    env: EmailEnvironment, admin: FlaskClient, priya: FlaskClient, account_id: str
) -> None:
    give_full_access(env, PRIYA, ALEX)
    read_as(env, priya, account_id, PRIYA)
    fault = {"path": f"/users/{env.sandbox.oid(JOBS)}/mailFolders", "status": 503, "times": 9}
    env.sandbox.control("POST", "faults", fault)

    read_as(env, admin, account_id, ALEX)
    env.sandbox.control("DELETE", "faults")

    told = said(admin, account_id)
    assert f"Microsoft did not answer in time, so Priya Kaur goes on reading {JOBS}." in told
    assert reader(env, account_id) == "Priya Kaur"
    assert connections.connection_of(env.rows, "alex") is not None
    assert syncs(env, account_id)


@claims(ConnectionFlash.NO_MAILBOX)
def test_mailbox_that_is_not_at_microsoft_is_told_of(
    env: EmailEnvironment, priya: FlaskClient, account_id: str
) -> None:
    env.sandbox.control("PATCH", f"users/{JOBS}", {"onPremises": True})
    give_full_access(env, PRIYA)

    read_as(env, priya, account_id, PRIYA)

    sentence = f"{PRIYA} is connected. Microsoft has no mailbox {JOBS} in Exchange Online."
    assert sentence in said(priya, account_id)
    assert connections.connection_of(env.rows, "priya") is not None
    assert not syncs(env, account_id)
