"""A shared mailbox that was added: its mail, its owners, its changes and its end."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.audit import store as audit
from portal.audit.models import Wanted
from portal.email import jobs
from portal.email.jobs import MAILBOXES
from portal.email.mailboxes import DELETED
from portal.graph.errors import GraphError
from portal.microsoft365 import authorization_store
from portal.shared_mailboxes import store
from portal.shared_mailboxes.models import Closed
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.shared_mailboxes.environment import JOBS, LIST, add
from tests.support.browser import browser, send
from tests.support.raw_rows import raw


def test_added_mailbox_is_synced_once(env: EmailEnvironment, admin: FlaskClient) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(JOBS, raw_message("Application", to=JOBS))
    env.arrives(JOBS, raw_message("News", sender="news@shop.example", to=JOBS))

    account_id = add(env, admin)
    env.sync(account_id)
    env.arrives(JOBS, raw_message("Another", to=JOBS))
    env.sync(account_id)

    assert env.subjects(rosa) == ["Another", "Application"]
    added = store.mailbox(env.rows, account_id)
    assert (added.pill, added.state) == (("Synced", "good"), "")
    assert [each.user_id for each in added.owners] == ["priya"]
    (noted,) = audit.entries(env.rows, Wanted(action="shared mailbox added"))
    assert (noted.target, noted.new) == (
        f"Northwind Jobs <{JOBS}>",
        "Priya Kaur <priya@northwind.example>",
    )


def test_message_to_it_and_a_member_is_kept_once(env: EmailEnvironment, admin: FlaskClient) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    message = raw_message("To both", to=f"{JOBS}, {PRIYA}")
    env.arrives(JOBS, message)
    env.arrives(PRIYA, message)

    env.sync(add(env, admin))
    env.sync("priya")

    assert env.subjects(rosa) == ["To both"]
    assert env.count("message_copies") == 2


def test_it_is_among_the_mailboxes_that_consent_opens(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    assert JOBS not in authorization_store.mailboxes_to_open(env.rows)

    account_id = add(env, admin)

    assert JOBS in authorization_store.mailboxes_to_open(env.rows)
    send(admin, f"{LIST}/{account_id}/removal")
    assert JOBS not in authorization_store.mailboxes_to_open(env.rows)


def test_owners_change_and_one_remains(env: EmailEnvironment, admin: FlaskClient) -> None:
    account_id = add(env, admin)

    refused = send(admin, f"{LIST}/{account_id}/owners")
    changed = send(admin, f"{LIST}/{account_id}/owners", owner="alex")

    assert (refused.status_code, changed.status_code) == (422, 303)
    assert [each.user_id for each in store.mailbox(env.rows, account_id).owners] == ["alex"]
    assert admin.get(f"/settings/mailboxes/{account_id}").status_code == 200


def test_disabled_owner_leaves_it_synced_and_is_told_of(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    account_id = add(env, admin)
    raw(env.rows).execute("update users set is_enabled = 0 where id = 'priya'")

    env.sync(account_id)

    assert "Nobody decides for it: no owner recruits and can sign in." in admin.get(LIST).text
    assert "Nobody decides for this mailbox" in admin.get(f"{LIST}/{account_id}").text


def test_disabled_owner_stays_ticked_and_is_not_enough(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    """Saving the page as it is shown takes nobody off the list."""
    account_id = add(env, admin)
    raw(env.rows).execute("update users set is_enabled = 0 where id = 'priya'")

    page = admin.get(f"{LIST}/{account_id}").text
    refused = send(admin, f"{LIST}/{account_id}/owners", owner="priya")
    saved = send(admin, f"{LIST}/{account_id}/owners", owner=["priya", "alex"])

    assert "does not recruit or cannot sign in now" in page
    assert (refused.status_code, saved.status_code) == (422, 303)
    owners = {each.user_id: each.decides for each in store.mailbox(env.rows, account_id).owners}
    assert owners == {"priya": False, "alex": True}
    send(admin, f"{LIST}/{account_id}/owners", owner="alex")
    assert "does not recruit" not in admin.get(f"{LIST}/{account_id}").text


def test_removed_mailbox_keeps_its_mail_until_that_is_removed(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(JOBS, raw_message("Application", to=JOBS))
    account_id = add(env, admin)
    env.sync(account_id)

    early = send(admin, f"{LIST}/{account_id}/mail/removal")
    for _ in range(2):
        send(admin, f"{LIST}/{account_id}/removal")

    assert early.status_code == 409
    assert env.subjects(rosa) == ["Application"]
    known = store.mailbox(env.rows, account_id)
    assert (known.kept_out, known.pill[0]) == (Closed.REMOVED, "Removed")
    assert len([*audit.entries(env.rows, Wanted(action="shared mailbox removed"))]) == 1
    assert "1 message came from this mailbox alone." in admin.get(f"{LIST}/{account_id}").text
    send(admin, f"{LIST}/{account_id}/mail/removal")
    assert env.subjects(rosa) == []


def test_owner_does_not_turn_on_what_was_removed(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask
) -> None:
    account_id = add(env, admin)
    send(admin, f"{LIST}/{account_id}/removal")

    answer = send(browser(portal, "priya"), f"/settings/mailboxes/{account_id}/sync", on="1")

    assert answer.status_code == 409
    assert store.mailbox(env.rows, account_id).is_syncing is False


def test_removed_mailbox_can_be_added_again(env: EmailEnvironment, admin: FlaskClient) -> None:
    account_id = add(env, admin)
    send(admin, f"{LIST}/{account_id}/removal")

    assert add(env, admin, owner="alex") == account_id
    known = store.mailbox(env.rows, account_id)
    assert (known.is_enabled, known.kept_out, known.is_syncing) == (True, None, True)
    assert [each.user_id for each in known.owners] == ["alex"]


def test_owners_choice_outlives_the_removal(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask
) -> None:
    account_id = add(env, admin)
    send(browser(portal, "priya"), f"/settings/mailboxes/{account_id}/sync", on="0")
    for _ in range(2):
        send(admin, f"{LIST}/{account_id}/removal")

    add(env, admin)

    added = store.mailbox(env.rows, account_id)
    assert (added.is_enabled, added.is_syncing, added.pill) == (True, False, ("Off", ""))
    said = f"{JOBS} is added. An owner turned email sync off."
    assert said in admin.get(f"{LIST}/{account_id}").text
    send(browser(portal, "priya"), f"/settings/mailboxes/{account_id}/sync", on="1")
    send(admin, f"{LIST}/{account_id}/removal")
    add(env, admin)
    assert store.mailbox(env.rows, account_id).is_syncing is True


def test_renamed_mailbox_follows_its_name(env: EmailEnvironment, admin: FlaskClient) -> None:
    account_id = add(env, admin)
    env.sandbox.control("PATCH", f"users/{JOBS}", {"displayName": "Careers"})

    env.sync(account_id)

    assert store.mailbox(env.rows, account_id).name == "Careers"


@pytest.mark.parametrize("person", ["priya"])
def test_pages_are_for_administrators(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask, person: str
) -> None:
    account_id = add(env, admin)
    client = browser(portal, person)

    found = [client.get(path).status_code for path in (LIST, f"{LIST}/{account_id}")]
    sent = [
        send(client, f"{LIST}/{path}").status_code
        for path in (f"{account_id}/owners", f"{account_id}/removal", f"entries/{'x' * 8}")
    ]

    assert found + sent == [403] * 5


def sync_by_worker(env: EmailEnvironment, account_id: str) -> None:
    claim = env.claim(account_id)
    try:
        jobs.sync_due_mailbox(env.services, claim, lambda: False)
    except GraphError as error:
        now = clock.utc_now()
        MAILBOXES.claims.fail(
            env.rows, claim, str(error), waits=lambda _: timedelta(), is_throttled=False, now=now
        )


def test_deleted_mailbox_keeps_its_mail_and_says_so(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(JOBS, raw_message("Application", to=JOBS))
    account_id = add(env, admin)
    env.sync(account_id)
    env.sandbox.control("DELETE", f"users/{JOBS}")

    sync_by_worker(env, account_id)

    assert env.subjects(rosa) == ["Application"]
    known = store.mailbox(env.rows, account_id)
    assert (known.state, known.pill) == (DELETED, ("Not synced", "bad"))


def test_mailbox_that_leaves_exchange_online_is_tried_daily(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    account_id = add(env, admin)
    env.sandbox.control("PATCH", f"users/{JOBS}", {"onPremises": True})

    sync_by_worker(env, account_id)

    state = "Microsoft has no such mailbox in Exchange Online. Portal asks again once a day."
    assert store.mailbox(env.rows, account_id).state == state


def test_closed_mailbox_is_synced_once_it_opens(env: EmailEnvironment, admin: FlaskClient) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(JOBS, raw_message("Application", to=JOBS))
    env.sandbox.control("PATCH", f"users/{JOBS}", {"fenced": True})
    account_id = add(env, admin)

    sync_by_worker(env, account_id)
    closed = store.mailbox(env.rows, account_id)
    env.sandbox.control("PATCH", f"users/{JOBS}", {"fenced": False})
    sync_by_worker(env, account_id)

    assert (closed.pill, env.subjects(rosa)) == (("Closed", "warn"), ["Application"])
    assert store.mailbox(env.rows, account_id).pill == ("Synced", "good")
