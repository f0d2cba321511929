"""Mail sent as a shared mailbox comes out of a member's once the shared one no longer leaves it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import aliases, settings_store
from portal.privacy import held_entry_store, hold_store, never_sync
from portal.privacy.models import Hold, Question
from portal.privacy_settings import earlier_mail, release
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.email.search_runs import run
from tests.shared_mailboxes.environment import JOBS, LIST, add, entry_page
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

HIRING = "hiring@northwind.example"


def by_alex(env: EmailEnvironment) -> Act:
    return Act(env.rows, Actor("alex", "Alex Berg"), clock.utc_now())


def sent_by_priya(env: EmailEnvironment, *, sender: str = JOBS) -> None:
    """Put the only copy into her Sent Items, as Exchange does unless told otherwise."""
    message = raw_message("Interview", sender=f"Northwind Jobs <{sender}>", to=ROSA)
    env.arrives(PRIYA, f"Sender: {PRIYA}\r\n".encode() + message, folder="Sent Items")


def catch_up(env: EmailEnvironment, *accounts: str) -> None:
    for each in accounts:
        env.sync(each)
    run(env)


@pytest.fixture
def rosa(env: EmailEnvironment) -> str:
    return env.candidate("Rosa Ortega", ROSA)


@pytest.fixture
def jobs(env: EmailEnvironment, admin: FlaskClient, rosa: str) -> str:
    """Alex decides for jobs@. Both mailboxes are synced."""
    account_id = add(env, admin, owner="alex")
    catch_up(env, account_id, "priya")
    return account_id


def accounts(env: EmailEnvironment) -> list[tuple[str, str]]:
    return env.rows.all(tuple, "select user_id, account_id from copies_in_mailboxes order by 1, 2")


def test_mail_from_before_the_mailbox_was_added(
    env: EmailEnvironment, admin: FlaskClient, rosa: str
) -> None:
    sent_by_priya(env)
    message = raw_message("Without a delegate", sender=JOBS, to=ROSA)
    env.arrives(PRIYA, message, folder="Sent Items")
    catch_up(env, "priya")
    before = accounts(env)

    account_id = add(env, admin, owner="alex")
    catch_up(env, account_id)

    assert before == [("priya", "priya")]
    assert accounts(env) == [("priya", account_id)] * 2
    assert env.subjects(rosa) == ["Interview", "Without a delegate"]


def test_mailbox_whose_sync_was_off(
    env: EmailEnvironment, admin: FlaskClient, jobs: str, rosa: str
) -> None:
    switch = f"/settings/mailboxes/{jobs}/sync"
    send(admin, switch, on="0", is_confirmed="1")
    sent_by_priya(env)
    catch_up(env, "priya")
    while_off = env.subjects(rosa)

    send(admin, switch, on="1")
    catch_up(env, jobs, "priya")

    assert while_off == []
    assert env.subjects(rosa) == ["Interview"]


def test_mailbox_that_was_removed_is_added_again(
    env: EmailEnvironment, admin: FlaskClient, jobs: str, rosa: str
) -> None:
    """Members own mail that they sent on behalf of it in between."""
    send(admin, f"{LIST}/{jobs}/removal")
    sent_by_priya(env)
    catch_up(env, "priya")
    between = accounts(env)

    send(admin, entry_page(env, JOBS), owner="alex", confirmed="1")
    catch_up(env, jobs)

    assert between == [("priya", "priya")]
    assert accounts(env) == [("priya", jobs)]
    assert env.subjects(rosa) == ["Interview"]


def test_mail_of_a_removed_mailbox_is_removed(
    env: EmailEnvironment, admin: FlaskClient, jobs: str, rosa: str
) -> None:
    """Mail on behalf of it is the member's then, and the page says that it returns."""
    sent_by_priya(env)
    env.arrives(JOBS, raw_message("Application", to=JOBS))
    catch_up(env, jobs, "priya")
    send(admin, f"{LIST}/{jobs}/removal")
    pages = (admin.get(f"{LIST}/{jobs}").text, admin.get(f"/settings/mailboxes/{jobs}").text)

    send(admin, f"{LIST}/{jobs}/mail/removal")
    removed = env.subjects(rosa)
    raw(env.rows).execute("update mailboxes set walked_at = '2026-01-01T00:00:00Z'")
    catch_up(env, "priya")

    assert all(
        "on behalf of this mailbox may be synced again as their own" in each for each in pages
    )
    assert removed == []
    assert env.subjects(rosa) == ["Interview"]
    assert accounts(env) == [("priya", "priya")]


def test_member_who_turns_sync_off_is_told_what_stays(
    env: EmailEnvironment, portal: Flask, jobs: str, rosa: str
) -> None:
    sent_by_priya(env)
    catch_up(env, "priya")
    priya = browser(portal, "priya")

    asked = send(priya, "/settings/email/sync", on="0")
    page = " ".join(priya.get(asked.location).text.split())
    send(priya, "/settings/email/sync", on="0", is_confirmed="1", removal="1")

    assert "1 message in your mailbox was sent as a shared mailbox, belongs to it" in page
    assert "No message from your mailbox" not in page
    assert env.subjects(rosa) == ["Interview"]


def test_entry_of_its_list_is_taken_off(env: EmailEnvironment, jobs: str, rosa: str) -> None:
    entry = never_sync.add(by_alex(env), ROSA, owner=jobs)
    sent_by_priya(env)
    catch_up(env, "priya")
    listed = env.subjects(rosa)

    release.take_off(by_alex(env), entry)
    run(env)

    assert listed == []
    assert env.subjects(rosa) == ["Interview"]


def test_alias_is_included_with_earlier_mail(env: EmailEnvironment, jobs: str, rosa: str) -> None:
    raw(env.rows).execute("update aliases set is_primary = 0, is_included = 0")
    (alias,) = settings_store.aliases_of(env.rows, jobs)
    sent_by_priya(env)
    catch_up(env, "priya")
    left_out = env.subjects(rosa)

    aliases.set_inclusion(by_alex(env), alias, included=True, from_now=False)
    run(env)

    assert left_out == []
    assert env.subjects(rosa) == ["Interview"]


def test_new_primary_address_is_found(env: EmailEnvironment, jobs: str, rosa: str) -> None:
    sent_by_priya(env, sender=HIRING)
    catch_up(env, "priya")
    before = accounts(env)

    now = clock.utc_now()
    aliases.refresh(env.rows, jobs, [], HIRING, now, last_read_at=now.replace(year=2020))
    run(env)

    assert before == [("priya", "priya")]
    assert accounts(env) == [("priya", jobs)]


def test_owners_bring_in_earlier_mail(env: EmailEnvironment, jobs: str, rosa: str) -> None:
    until = clock.utc_now().replace(year=2090)
    with env.rows.write():
        hold_store.add(env.rows, [(jobs, Hold(rosa, ROSA, until))], asked_by="Alex Berg")
    sent_by_priya(env)
    catch_up(env, "priya")
    waiting = env.subjects(rosa)

    asked = Question(rosa, "Rosa Ortega", until, "Alex Berg", None, None, (ROSA,))
    earlier_mail.bring_in(by_alex(env), jobs, asked)
    run(env)

    assert waiting == []
    assert env.subjects(rosa) == ["Interview"]


def test_owners_bring_in_what_the_organizations_list_kept_out(
    env: EmailEnvironment, jobs: str, rosa: str
) -> None:
    entry = never_sync.add(by_alex(env), ROSA, owner=None)
    sent_by_priya(env)
    catch_up(env, "priya")
    with env.rows.write():
        hold_store.start_asking(env.rows, jobs, now=clock.utc_now())
    release.take_off(by_alex(env), entry)
    raw(env.rows).execute("update held_entries set asked_at = '2099-01-01T00:00:00Z'")
    catch_up(env, "priya")
    waiting = env.subjects(rosa)

    (held,) = held_entry_store.entries(env.rows, jobs)
    earlier_mail.bring_in_entry(by_alex(env), jobs, held)
    run(env)

    assert waiting == []
    assert env.subjects(rosa) == ["Interview"]
