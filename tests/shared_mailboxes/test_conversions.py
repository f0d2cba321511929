"""A shared mailbox that became a user's mailbox at Microsoft."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.audit import store as audit
from portal.audit.act import Act
from portal.audit.models import Actor, Wanted
from portal.directory import store as directory_store
from portal.microsoft365 import authorization_store
from portal.privacy import never_sync
from portal.privacy import store as privacy
from portal.shared_mailboxes import store
from portal.shared_mailboxes.models import Closed
from portal.users import store as users
from tests.email.environment import ROSA, EmailEnvironment, raw_message
from tests.shared_mailboxes.environment import GRANTED, JOBS, LIST, add
from tests.support.browser import browser, send
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID


def test_converted_mailbox_is_no_longer_read(env: EmailEnvironment, admin: FlaskClient) -> None:
    env.consent(*GRANTED, "MailboxSettings.Read")
    account_id = add(env, admin)
    env.sandbox.control("PATCH", f"users/{JOBS}", {"purpose": "user"})

    with pytest.raises(Exception, match="a user's mailbox now"):
        env.sync(account_id)

    known = store.mailbox(env.rows, account_id)
    assert (known.kept_out, known.pill[0]) == (Closed.CONVERTED, "A user's mailbox")
    person = users.user_by_identity(env.rows, TENANT_ID, env.sandbox.oid(JOBS))
    assert person is None  # free for the person whose mailbox it is now
    (noted,) = audit.entries(env.rows, Wanted(action="shared mailbox converted"))
    assert noted.target == f"Northwind Jobs <{JOBS}>"
    assert "It is no longer read" in admin.get(LIST).text
    assert "Microsoft says that it is a shared" not in admin.get(f"{LIST}/{account_id}").text
    assert (known.is_syncing, known.object_id) == (False, None)
    assert env.sandbox.oid(JOBS) not in directory_store.shared_mailboxes(env.rows)


@pytest.fixture
def converted(env: EmailEnvironment, admin: FlaskClient) -> str:
    """A mailbox with one message, which Microsoft says is a user's now. Returns its account."""
    env.consent(*GRANTED, "MailboxSettings.Read")
    account_id = add(env, admin)
    env.arrives(JOBS, raw_message("Application", to=JOBS))
    env.sync(account_id)
    convert(env, account_id)
    return account_id


def convert(env: EmailEnvironment, account_id: str) -> None:
    env.sandbox.control("PATCH", f"users/{JOBS}", {"purpose": "user"})
    raw(env.rows).execute("update mailboxes set addresses_read_at = null")
    with pytest.raises(Exception, match="a user's mailbox now"):
        env.sync(account_id)


@pytest.fixture
def rosa(env: EmailEnvironment) -> str:
    return env.candidate("Rosa Ortega", ROSA)


def test_owner_of_a_converted_mailbox_reads_the_cure(
    portal: Flask, rosa: str, converted: str
) -> None:
    priya, page = browser(portal, "priya"), f"/settings/mailboxes/{converted}"

    html = priya.get(page).text

    assert "convert it back to a shared mailbox in Exchange" in html
    assert "Off. Portal no longer reads this mailbox" in html
    assert "Open applicants" not in html
    assert send(priya, f"{page}/sync", on="1").status_code == 409


def test_mail_of_a_converted_mailbox_is_removed(
    env: EmailEnvironment, admin: FlaskClient, rosa: str, converted: str
) -> None:
    page = admin.get(f"{LIST}/{converted}").text

    answer = send(admin, f"{LIST}/{converted}/mail/removal")

    assert "Yes, remove 1 message" in page
    assert answer.status_code == 303
    assert env.subjects(rosa) == []


def test_mailbox_that_was_converted_back_is_added_again(
    env: EmailEnvironment, admin: FlaskClient, rosa: str, converted: str
) -> None:
    act = Act(env.rows, Actor("priya", "Priya Kaur"), clock.utc_now())
    never_sync.add(act, "law.example", owner=converted)
    env.sandbox.control("PATCH", f"users/{JOBS}", {"purpose": "shared"})
    told = admin.get(f"{LIST}/{converted}").text

    answer = send(admin, f"{LIST}/entries/{env.sandbox.oid(JOBS)}", owner="priya")
    again = answer.location.rpartition("/")[2]
    env.sync(again)

    assert again != converted
    assert "It begins anew then, with an empty “Never sync” list." in told
    assert privacy.entries_of(env.rows, again) == []
    assert env.subjects(rosa) == ["Application"]
    assert store.mailbox(env.rows, again).pill == ("Synced", "good")


def test_conversion_ends_the_use_of_a_reader(env: EmailEnvironment, admin: FlaskClient) -> None:
    env.consent(*GRANTED, "MailboxSettings.Read")
    account_id = add(env, admin)
    with env.rows.write():
        authorization_store.save_reader(env.rows, account_id, "priya", now=clock.utc_now())

    convert(env, account_id)

    assert authorization_store.reader_of(env.rows, account_id) is None
    (noted,) = audit.entries(env.rows, Wanted(action="shared mailbox reader ended"))
    assert noted.old == "Priya Kaur"
