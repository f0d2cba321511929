"""A copy that a member sent as a shared mailbox, or on behalf of it, belongs to that mailbox."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import mailboxes, removal
from portal.privacy import hold_store, never_sync
from portal.privacy.models import Hold
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.email.messages import Message
from tests.email_why.answers import SUBJECT
from tests.shared_mailboxes.environment import JOBS, add
from tests.support import builders
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

ONE = "<one@northwind.example>"
FROM_JOBS = f"Northwind Jobs <{JOBS}>"
CV = ("cv.pdf", "application/pdf", 9)
FEED = "/candidates/rosa"


def sent_as(subject: str = "Interview", *, to: str = ROSA, cc: str = "") -> bytes:
    sent = raw_message(subject, sender=FROM_JOBS, to=to, message_id=ONE)
    return f"Cc: {cc}\r\n".encode() + sent if cc else sent


def on_behalf(subject: str = "Interview") -> bytes:
    return f"Sender: Priya Kaur <{PRIYA}>\r\n".encode() + sent_as(subject)


KINDS = pytest.mark.parametrize("written", [sent_as, on_behalf])


@pytest.fixture
def office(env: EmailEnvironment) -> EmailEnvironment:
    """Rosa is a candidate, and Alex decides for jobs@. Priya does not."""
    env.candidate("Rosa Ortega", ROSA)
    builders.shared_mailbox(env.rows, "Northwind Jobs", id="jobs", owners=[env.hire(ALEX)])
    builders.alias(env.rows, "jobs", JOBS, is_primary=1, is_included=1)
    return env


def by_system(rows: Rows, now: datetime) -> Act:
    return Act(rows, Actor.system("test"), now)


def sync_priya(env: EmailEnvironment, message: bytes, *, folder: str = "Sent Items") -> None:
    env.arrives(PRIYA, message, folder=folder)
    env.sync(env.connect(PRIYA))


def owners(env: EmailEnvironment) -> list[tuple[str, str]]:
    """The mailbox in which each copy lies, and the account that it belongs to."""
    sql = "select user_id, account_id from copies_in_mailboxes order by 1, 2"
    return env.rows.all(tuple, sql)


@KINDS
def test_copy_in_a_members_sent_items_is_held_by_the_owners(
    office: EmailEnvironment, written: Callable[[], bytes]
) -> None:
    sync_priya(office, written())

    assert owners(office) == [("priya", "jobs")]
    assert office.rows.all(str, "select user_id from mail_holders") == ["alex"]


def test_copy_of_a_member_who_is_in_cc_belongs_to_the_mailbox(office: EmailEnvironment) -> None:
    sync_priya(office, sent_as(cc=PRIYA))

    assert owners(office) == [("priya", "jobs")]


def test_what_a_member_received_is_theirs(office: EmailEnvironment) -> None:
    sync_priya(office, sent_as(cc=PRIYA), folder="Inbox")

    assert owners(office) == [("priya", "priya")]


def test_copy_on_behalf_belongs_to_the_mailbox_in_any_folder(office: EmailEnvironment) -> None:
    sync_priya(office, on_behalf(), folder="Archive")

    assert owners(office) == [("priya", "jobs")]


@KINDS
def test_copies_in_both_mailboxes_count_once(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask, written: Callable[[], bytes]
) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    account_id = add(env, admin, owner="alex")
    for address in (JOBS, PRIYA):
        env.arrives(address, written(), folder="Sent Items")

    env.sync(account_id)
    env.sync("priya")

    assert env.subjects(rosa) == ["Interview"]
    assert owners(env) == sorted([(account_id, account_id), ("priya", account_id)])
    brought = admin.get(f"/settings/mailboxes/{account_id}/candidates").text
    assert "1 message. Added" in brought
    own = browser(portal, "priya").get("/settings/email/candidates").text
    assert "No mail came from your mailbox" in own


def turn_alias_off(rows: Rows, _: datetime) -> None:
    raw(rows).execute("update aliases set is_included = 0 where id = 'jobs'")


def turn_sync_off(rows: Rows, _: datetime) -> None:
    raw(rows).execute("update mailboxes set is_syncing = 0 where user_id = 'jobs'")


def list_rosa(rows: Rows, now: datetime) -> None:
    never_sync.add(by_system(rows, now), ROSA, owner="jobs")


def hold_rosa(rows: Rows, now: datetime) -> None:
    (rosa,) = builders.ids(rows, "candidates")
    held = Hold(rosa, ROSA, datetime.max.replace(tzinfo=now.tzinfo, microsecond=0))
    with rows.write():
        hold_store.add(rows, [("jobs", held)], asked_by="Alex Berg")


@KINDS
@pytest.mark.parametrize("choose", [turn_alias_off, turn_sync_off, list_rosa, hold_rosa])
def test_choices_of_its_owners_keep_it_out(
    office: EmailEnvironment,
    now: datetime,
    written: Callable[[], bytes],
    choose: Callable[[Rows, datetime], None],
) -> None:
    choose(office.rows, now)

    sync_priya(office, written())

    assert office.count("messages") == 0
    assert office.left_out() == {"left_by_shared": 1}


def test_removed_mailbox_decides_nothing(office: EmailEnvironment) -> None:
    """Mail on behalf of it is the member's again, as before it was added."""
    raw(office.rows).execute("update users set is_enabled = 0 where id = 'jobs'")

    sync_priya(office, on_behalf())

    assert owners(office) == [("priya", "priya")]


def test_removal_of_the_members_mail_leaves_it(office: EmailEnvironment, now: datetime) -> None:
    sync_priya(office, on_behalf())
    act = by_system(office.rows, now)
    mailboxes.set_syncing(act, "priya", is_syncing=False)

    assert removal.remove_mailbox_mail(act, "priya") == 0
    own_entry = never_sync.add(act, ROSA, owner="priya")
    assert removal.remove_mail_on_list(act, own_entry) == 0
    assert office.count("messages") == 1


def test_removal_of_the_mailboxs_mail_takes_it(office: EmailEnvironment, now: datetime) -> None:
    sync_priya(office, on_behalf())
    act = by_system(office.rows, now)
    mailboxes.set_syncing(act, "jobs", is_syncing=False)

    assert removal.remove_mailbox_mail(act, "jobs") == 1
    assert office.count("message_copies") == 0


def test_removal_by_the_mailboxs_list_takes_it(office: EmailEnvironment, now: datetime) -> None:
    sync_priya(office, sent_as())
    act = by_system(office.rows, now)

    assert removal.remove_mail_on_list(act, never_sync.add(act, ROSA, owner="jobs")) == 1


@pytest.mark.parametrize("is_syncing", [True, False])
def test_why_tells_the_member_whose_choice_it_is(
    office: EmailEnvironment, portal: Flask, is_syncing: bool
) -> None:
    raw(office.rows).execute(
        "update mailboxes set is_syncing = ? where user_id = 'jobs'", [int(is_syncing)]
    )
    sync_priya(office, on_behalf(SUBJECT))

    answer = send(browser(portal, "priya"), "/settings/email/why", subject=SUBJECT).text

    assert ("a shared mailbox that leaves it out." in answer) is not is_syncing
    assert ("Ask an owner of the shared mailbox" in answer) is not is_syncing


def test_owner_hides_it_from_the_member_who_sent_it(
    app: Flask, team: Rows, priya: FlaskClient, now: datetime
) -> None:
    """Ben sent it as jobs@, for which Priya decides. Its file lies in Ben's mailbox alone."""
    builders.mailbox(team, builders.user(team, "Ben Roth"))
    builders.candidate(team, "Rosa Ortega", ROSA, now=now)
    sent = Message("sent", brought=(("ben", None),), sent_as="jobs", attachments=(CV,))
    messages.keep(team, sent, now=now)
    ben = browser(app, "ben")

    refused = send(ben, f"{FEED}/messages/sent/hiding")
    hidden = send(priya, f"{FEED}/messages/sent/hiding")

    assert (refused.status_code, hidden.status_code) == (403, 303)
    assert SUBJECT not in ben.get(FEED).text
    assert "sent-ben-cv.pdf" in priya.get(FEED).text


def test_owners_see_the_file_of_a_hidden_copy_in_a_members_mailbox(
    app: Flask, team: Rows, priya: FlaskClient, alex: FlaskClient, now: datetime
) -> None:
    """Alex, who owns jobs@ too, hid it."""
    builders.mailbox(team, builders.user(team, "Ben Roth"))
    builders.candidate(team, "Rosa Ortega", ROSA, now=now)
    builders.insert(
        team,
        "mailbox_owners",
        {"account_id": "jobs", "user_id": "alex", "added_by": "Alex", "added_at": now},
    )
    sent = Message("sent", brought=(("ben", None),), sent_as="jobs", attachments=(CV,))
    messages.keep(team, sent, now=now)
    send(alex, f"{FEED}/messages/sent/hiding")

    path = f"{FEED}/messages/sent/attachments/sent-ben-cv.pdf"

    assert "sent-ben-cv.pdf" in priya.get(FEED).text
    assert browser(app, "ben").get(path).status_code == 404
    assert priya.get(path).status_code != 404
