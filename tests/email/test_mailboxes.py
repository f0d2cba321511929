"""The sync switch, and the status of a mailbox."""

from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import mailboxes, settings_store
from portal.email.models import LeftOut, Reason, Stage, SyncStatus
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message, skip_searches
from tests.email.messages import Message
from tests.email.search_runs import run
from tests.support import builders
from tests.support.raw_rows import raw


@pytest.fixture
def priya(rows: Rows, now: datetime) -> str:
    user_id = builders.user(rows, "Priya Kaur")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    return user_id


def switch(rows: Rows, *, on: bool, now: datetime) -> None:
    mailboxes.set_syncing(
        Act(rows, Actor.system("test"), now),
        "priya",
        is_syncing=on,
    )


def status(rows: Rows, now: datetime) -> SyncStatus:
    found = settings_store.status(rows, "priya", now=now)
    assert found is not None
    return found


def test_unknown_mailbox_has_no_status(rows: Rows, priya: str, now: datetime) -> None:
    assert settings_store.status(rows, priya, now=now) is None


def test_choice_made_before_the_mailbox_is_known_holds(
    rows: Rows, priya: str, now: datetime
) -> None:
    switch(rows, on=False, now=now)

    assert settings_store.is_syncing(rows, priya) is False
    assert status(rows, now).stage == Stage.WAITING


def test_turning_off_and_on_makes_the_mailbox_due(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya)

    switch(rows, on=False, now=now)
    off = status(rows, now)
    switch(rows, on=True, now=now)
    on = status(rows, now)

    assert (off.is_syncing, on.is_syncing, on.due_at) == (False, True, now)
    assert on.stage == Stage.FOLLOWING
    assert [row["action"] for row in raw(rows)["audit_log"].rows][-2:] == [
        "email sync turned off",
        "email sync turned on",
    ]


def test_unchanged_state_changes_nothing(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya)
    before = status(rows, now), raw(rows)["audit_log"].count

    switch(rows, on=True, now=now)

    assert (status(rows, now), raw(rows)["audit_log"].count) == before


def test_week_counts_read_and_stored_messages(rows: Rows, priya: str, now: datetime) -> None:
    mailbox_id = builders.mailbox(rows, priya)
    builders.left_out(rows, priya, "2026-11-24", "no_candidate", 20)
    builders.left_out(rows, priya, "2026-11-17", "alias_off", 3, "talent")
    builders.left_out(rows, priya, "2026-11-16", "no_candidate", 500)
    messages.keep(rows, Message("a"), now=now)
    messages.keep(rows, Message("old", minutes_ago=60 * 24 * 8), now=now)

    assert (status(rows, now).read_this_week, status(rows, now).kept_this_week) == (24, 1)
    assert settings_store.left_out(rows, mailbox_id, now=now) == [
        LeftOut(Reason.NO_CANDIDATE, 20),
        LeftOut(Reason.ALIAS_OFF, 3),
    ]


def test_first_sync_shows_its_progress(rows: Rows, priya: str) -> None:
    builders.mailbox(rows, priya, stage="headers")
    after = datetime.fromisoformat("2026-11-01T00:05:00+00:00")

    first = status(rows, after)

    assert first.is_first_sync
    assert first.seconds_left(after) == 15 * 60


def test_pace_is_unknown_before_the_first_message(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya, stage="waiting")
    raw(rows).execute("update mailboxes set total_count = 0, read_count = 0")

    assert status(rows, now).seconds_left(now) is None


def test_check_makes_the_mailbox_due_now(rows: Rows, priya: str, now: datetime) -> None:
    mailbox_id = builders.mailbox(rows, priya)
    raw(rows).execute("update mailboxes set poll_seconds = 900, addresses_read_at = due_at")
    later = now + timedelta(minutes=1)

    mailboxes.ask(rows, mailbox_id, now)
    first = next(raw(rows)["mailboxes"].rows)
    mailboxes.ask(rows, mailbox_id, later, read_addresses=True)
    second = next(raw(rows)["mailboxes"].rows)

    assert (first["due_at"], first["poll_seconds"]) == ("2026-11-24T14:00:00Z", 60)
    assert first["addresses_asked_at"] is None
    assert second["due_at"] == second["addresses_asked_at"] == "2026-11-24T14:01:00Z"
    assert second["addresses_read_at"] == first["addresses_read_at"]


def test_mail_to_a_new_primary_address_is_not_lost(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    priya, new = env.connect(PRIYA), "priya.ortiz@northwind.example"
    env.sync(priya)
    skip_searches(env)
    read_at = clock.utc_now() - timedelta(hours=2)
    raw(env.rows).execute("update mailboxes set addresses_read_at = ?", [clock.text(read_at)])
    env.sandbox.control(
        "PATCH", f"users/{PRIYA}", {"mail": new, "proxyAddresses": [f"SMTP:{new}", f"smtp:{PRIYA}"]}
    )
    env.arrives(PRIYA, raw_message("To the new address", to=new))
    env.sync(priya)
    asked = next(iter(raw(env.rows)["mailboxes"].rows))["addresses_asked_at"]

    env.sync(priya)
    run(env)

    env.arrives(PRIYA, raw_message("To the former one"))
    env.sync(priya)
    assert asked is not None
    assert env.subjects(rosa) == ["To the former one", "To the new address"]
