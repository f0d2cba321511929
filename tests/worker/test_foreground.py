"""Sync of one mailbox in the foreground."""

import pytest

from portal.email.models import SyncStatus
from portal.errors import Conflict, NotFound
from portal.graph.errors import Unavailable
from portal.worker import foreground
from tests.email import search_runs
from tests.email.environment import (
    PRIYA,
    ROSA,
    TALENT,
    EmailEnvironment,
    follow,
    raw_message,
)
from tests.support.raw_rows import raw


def sync(env: EmailEnvironment, address: str = PRIYA) -> SyncStatus:
    """Run the sync command. Returns how it ended."""
    shown: list[SyncStatus] = []
    return foreground.sync(env.services, address, shown.append)


@pytest.mark.parametrize("address", [PRIYA, PRIYA.upper()])
def test_mailbox_is_followed_to_its_end(env: EmailEnvironment, address: str) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Hello"))
    env.connect(PRIYA)
    shown: list[SyncStatus] = []

    last = foreground.sync(env.services, address, shown.append)

    assert env.subjects(rosa) == ["Hello"]
    assert (last.is_first_sync, last.kept_count) == (False, 1)
    assert max(each.read_count for each in shown) == 1


def test_alias_names_the_mailbox_too(env: EmailEnvironment) -> None:
    env.connect(PRIYA)
    sync(env)

    assert sync(env, TALENT).is_first_sync is False


def test_unknown_address_is_reported(env: EmailEnvironment) -> None:
    with pytest.raises(NotFound) as refusal:
        sync(env, "nobody@northwind.example")

    assert "Has this person connected?" in str(refusal.value)


def test_user_name_names_the_mailbox_too(env: EmailEnvironment) -> None:
    env.connect(PRIYA)
    raw(env.rows).execute("update users set user_name = 'u.pn@northwind.example'")

    assert sync(env, "U.PN@northwind.example").is_first_sync is False


def test_progress_of_a_worker_is_shown(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Hello"))
    env.connect(PRIYA)
    claim = env.claim("priya")
    shown: list[SyncStatus] = []

    def look(status: SyncStatus) -> None:
        shown.append(status)
        follow(env, claim)

    last = foreground.sync(env.services, PRIYA, look)

    assert [each.read_count for each in shown] == [0]
    assert (last.is_first_sync, last.read_count) == (False, 1)


def test_mailbox_that_may_not_be_synced_is_refused(env: EmailEnvironment) -> None:
    env.connect(PRIYA)
    sync(env)
    raw(env.rows).execute("update mailboxes set is_syncing = 0")

    with pytest.raises(Conflict, match="sync is off"):
        sync(env)


def test_messages_of_searches_count(env: EmailEnvironment) -> None:
    env.arrives(PRIYA, raw_message("Earlier"))
    env.connect(PRIYA)
    sync(env)
    env.candidate("Rosa Ortega", ROSA)
    search_runs.run(env)

    last = sync(env)

    assert (last.kept_count, foreground.kept_count(env.services, last)) == (0, 1)


def test_failure_is_recorded_as_by_a_worker(env: EmailEnvironment) -> None:
    env.connect(PRIYA)
    env.sandbox.control(
        "POST", "faults",
        {"path": "mailFolders", "status": 500},
    )  # fmt: skip  # one to a line says no more

    with pytest.raises(Unavailable):
        sync(env)

    (row,) = raw(env.rows)["mailboxes"].rows
    (use,) = raw(env.rows)["feature_uses"].rows
    assert (row["claimed_by"], row["failure_count"]) == (None, 1)
    assert use["failure"] == row["failure"]


def test_missing_mailbox_is_told_and_is_no_failure(env: EmailEnvironment) -> None:
    env.connect(PRIYA)
    env.sandbox.control("PATCH", f"users/{PRIYA}", {"onPremises": True})

    with pytest.raises(Conflict, match="on premises"):
        sync(env)

    (row,) = raw(env.rows)["mailboxes"].rows
    assert (row["claimed_by"], row["failure_count"], row["failure"]) == (None, 0, None)
