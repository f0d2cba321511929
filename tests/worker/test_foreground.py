"""Sync of one mailbox in the foreground."""

import pytest

from portal.email.models import SyncStatus
from portal.errors import Conflict, NotFound
from portal.graph.errors import MailboxMissing
from portal.worker import foreground
from tests.email.environment import PRIYA, ROSA, TALENT, EmailEnvironment, raw_message
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


def test_claimed_mailbox_is_left_to_its_worker(env: EmailEnvironment) -> None:
    env.connect(PRIYA)
    env.claim("priya")

    with pytest.raises(Conflict) as refusal:
        sync(env)

    assert "a worker syncs it now" in str(refusal.value)


def test_failure_is_recorded_as_by_a_worker(env: EmailEnvironment) -> None:
    env.connect(PRIYA)
    env.sandbox.control(
        "POST", "faults",
        {"path": "mailFolders", "status": 404, "code": "MailboxNotEnabledForRESTAPI"},
    )  # fmt: skip  # one to a line says no more

    with pytest.raises(MailboxMissing):
        sync(env)

    (row,) = raw(env.rows)["mailboxes"].rows
    (use,) = raw(env.rows)["feature_uses"].rows
    assert (row["claimed_by"], row["failure_count"]) == (None, 1)
    assert use["failure"] == row["failure"]
