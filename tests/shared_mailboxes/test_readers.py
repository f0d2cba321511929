"""A shared mailbox that a member reads by their own permission, from beginning to end."""

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.audit import store as audit
from portal.audit.act import Act
from portal.audit.models import Actor, Wanted
from portal.diagnostics import shared_mailbox_checks
from portal.email.jobs import MAILBOXES, NEW_MAIL, sync_due_mailbox
from portal.graph.errors import GraphError
from portal.microsoft365 import connections
from portal.microsoft365 import store as connection_store
from portal.shared_mailboxes import store
from portal.shared_mailboxes.models import SharedMailbox
from portal.subscriptions import store as subscriptions
from tests import pages
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.microsoft365.at_microsoft import asked
from tests.shared_mailboxes.environment import (
    JOBS,
    LINK,
    LIST,
    add,
    give_full_access,
    page_of,
    read_as,
)
from tests.support.browser import browser, send
from tests.support.raw_rows import raw


@pytest.fixture
def rosa(env: EmailEnvironment) -> str:
    return env.candidate("Rosa Ortega", ROSA)


@pytest.fixture
def admin(env: EmailEnvironment, portal: Flask) -> FlaskClient:
    """The organization lets Portal read its directory and no mail."""
    env.hire(PRIYA)
    raw(env.rows).execute("update users set role = 'admin' where id = ?", [env.hire(ALEX)])
    env.consent("User.Read.All")
    return browser(portal, "alex")


@pytest.fixture
def account_id(env: EmailEnvironment, admin: FlaskClient, rosa: str) -> str:
    """jobs@, which nobody reads yet. Priya owns it."""
    env.arrives(JOBS, raw_message("Application", to=JOBS))
    give_full_access(env, PRIYA, ALEX)
    return add(env, admin)


def sync(env: EmailEnvironment, account_id: str) -> None:
    claim = env.claim(account_id)
    try:
        sync_due_mailbox(env.services, claim, lambda: False)
    except GraphError as error:
        now = clock.utc_now()
        MAILBOXES.claims.fail(
            env.rows, claim, str(error), waits=lambda _: timedelta(), is_throttled=False, now=now
        )


def known(env: EmailEnvironment, account_id: str) -> SharedMailbox:
    return store.mailbox(env.rows, account_id)


def test_without_mail_read_nobody_reads_it(
    env: EmailEnvironment, admin: FlaskClient, account_id: str
) -> None:
    found = known(env, account_id)

    assert found.pill == ("Not read", "bad")
    assert "A member with Full Access to it can read it for Portal." in found.state
    page = admin.get(page_of(account_id))
    assert pages.complaints(page.text) == []
    assert "Read it as me" in page.text


def test_member_reads_it_and_microsoft_is_asked_for_the_permission(
    env: EmailEnvironment, portal: Flask, account_id: str, rosa: str
) -> None:
    priya = browser(portal, "priya")

    scope = read_as(env, priya, account_id, PRIYA)
    sync(env, account_id)

    assert "Mail.Read.Shared" in scope.split()
    assert env.subjects(rosa) == ["Application"]
    found = known(env, account_id)
    assert (found.reader_name, found.pill, found.state) == ("Priya Kaur", ("Synced", "good"), "")
    assert found.label == f"Northwind Jobs <{JOBS}>"
    shown = priya.get(page_of(account_id))
    assert pages.complaints(shown.text) == []
    assert "Priya Kaur</bdi>, since" in shown.text
    (noted,) = audit.entries(env.rows, Wanted(action="shared mailbox reader chosen"))
    assert noted.new == f"Priya Kaur <{PRIYA}>"


def test_it_is_polled_and_never_subscribed(
    env: EmailEnvironment, portal: Flask, account_id: str, rosa: str
) -> None:
    read_as(env, browser(portal, "priya"), account_id, PRIYA)
    sync(env, account_id)

    wanted = subscriptions.people_without(env.rows, wakes=NEW_MAIL.name)
    env.arrives(JOBS, raw_message("Another", to=JOBS))
    sync(env, account_id)

    assert account_id not in [user_id for user_id, _ in wanted]
    assert env.subjects(rosa) == ["Another", "Application"]


def test_nobody_reads_by_the_permission_of_a_former_owner(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask, account_id: str
) -> None:
    read_as(env, browser(portal, "priya"), account_id, PRIYA)

    send(admin, f"{LIST}/{account_id}/owners", owner="alex")

    found = known(env, account_id)
    assert (found.reader_name, found.pill) == (None, ("Not read", "bad"))
    (noted,) = audit.entries(env.rows, Wanted(action="shared mailbox reader ended"))
    assert (noted.actor.name, noted.old) == ("Alex Berg", "Priya Kaur")


def revoke(env: EmailEnvironment, _account_id: str) -> None:
    connections.revoke(Act(env.rows, Actor.system("test"), clock.utc_now()), "priya")


def disable(env: EmailEnvironment, _account_id: str) -> None:
    raw(env.rows).execute("update users set is_enabled = 0 where id = 'priya'")


def lapse(env: EmailEnvironment, _account_id: str) -> None:
    seen = connection_store.connection_of(env.rows, "priya")
    assert seen is not None
    connections.lapse(env.rows, seen, failure="It ended.", now=clock.utc_now())


def ungrant(env: EmailEnvironment, _account_id: str) -> None:
    raw(env.rows).execute("update connections set scopes = 'Mail.Read' where user_id = 'priya'")


def close(env: EmailEnvironment, account_id: str) -> None:
    give_full_access(env, ALEX)
    sync(env, account_id)


@pytest.mark.parametrize(
    ("loss", "sentence"),
    [
        (revoke, "It was read by Priya Kaur, who is not connected to Microsoft 365 any more."),
        (disable, "It was read by Priya Kaur, who is disabled in Portal."),
        (lapse, "whose connection to Microsoft has ended and waits for them to reconnect."),
        (ungrant, "It was read by Priya Kaur, who has not granted Mail.Read.Shared."),
        (close, "Exchange does not let Priya Kaur open this mailbox"),
    ],
)
def test_lost_reader_is_told_of_and_another_reads_on(
    env: EmailEnvironment,
    admin: FlaskClient,
    portal: Flask,
    account_id: str,
    rosa: str,
    loss: Callable[[EmailEnvironment, str], None],
    sentence: str,
) -> None:
    read_as(env, browser(portal, "priya"), account_id, PRIYA)
    sync(env, account_id)

    loss(env, account_id)

    found = known(env, account_id)
    assert sentence in found.state
    assert found.pill[1] == "bad"
    assert sentence in admin.get(f"{LIST}/{account_id}").text
    assert sentence in browser(portal, "alex").get(page_of(account_id)).text
    assert sentence in shared_mailbox_checks.check(env.rows).found
    jobs = admin.get("/admin/jobs").text
    assert sentence in jobs or "the member who read it for Portal can no longer do so" in jobs
    assert env.subjects(rosa) == ["Application"]

    env.arrives(JOBS, raw_message("Another", to=JOBS))
    read_as(env, admin, account_id, ALEX)
    sync(env, account_id)

    assert env.subjects(rosa) == ["Another", "Application"]
    assert (known(env, account_id).reader_name, known(env, account_id).state) == ("Alex Berg", "")


def test_organization_takes_over_when_it_consents(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask, account_id: str, rosa: str
) -> None:
    read_as(env, browser(portal, "priya"), account_id, PRIYA)
    sync(env, account_id)

    env.consent("Mail.Read", "User.Read.All")
    revoke(env, account_id)
    env.arrives(JOBS, raw_message("Another", to=JOBS))
    sync(env, account_id)

    assert env.subjects(rosa) == ["Another", "Application"]
    assert known(env, account_id).state == ""
    assert env.client(account_id)().is_app_only
    wanted = subscriptions.people_without(env.rows, wakes=NEW_MAIL.name)
    assert account_id in [user_id for user_id, _ in wanted]
    assert "The organization\u2019s consent." in admin.get(page_of(account_id)).text
    assert send(admin, page_of(account_id)).status_code == 409


def test_reconnecting_reader_is_asked_for_the_permission_again(
    env: EmailEnvironment, portal: Flask, account_id: str
) -> None:
    priya = browser(portal, "priya")
    read_as(env, priya, account_id, PRIYA)

    leaving = send(priya, "/settings/microsoft-365/connect")
    link = LINK.search(leaving.text)

    assert link is not None
    assert "Mail.Read.Shared" in asked(html.unescape(link[1]))["scope"].split()


def test_others_are_not_asked_for_it(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask, account_id: str
) -> None:
    read_as(env, browser(portal, "priya"), account_id, PRIYA)

    leaving = send(admin, "/settings/microsoft-365/connect")

    assert "Mail.Read.Shared" not in leaving.text


def test_ended_reading_keeps_the_mail(
    env: EmailEnvironment, portal: Flask, account_id: str, rosa: str
) -> None:
    priya = browser(portal, "priya")
    read_as(env, priya, account_id, PRIYA)
    sync(env, account_id)

    for _ in range(2):
        assert send(priya, f"{page_of(account_id)}/end").status_code == 303

    assert env.subjects(rosa) == ["Application"]
    assert known(env, account_id).pill == ("Not read", "bad")
    assert len([*audit.entries(env.rows, Wanted(action="shared mailbox reader ended"))]) == 1


def test_removed_mailbox_has_no_reader(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask, account_id: str
) -> None:
    read_as(env, browser(portal, "priya"), account_id, PRIYA)

    send(admin, f"{LIST}/{account_id}/removal")

    assert known(env, account_id).reader_name is None
    assert admin.get(page_of(account_id)).status_code == 404
    assert admin.get(f"{LIST}/{account_id}").status_code == 200


def test_only_owners_and_administrators_see_who_reads_it(
    env: EmailEnvironment, portal: Flask, account_id: str
) -> None:
    stranger = browser(portal, env.hire("sam@northwind.example"))

    assert stranger.get(page_of(account_id)).status_code == 404
    assert send(stranger, page_of(account_id)).status_code == 404
    assert send(stranger, f"{page_of(account_id)}/end").status_code == 404
