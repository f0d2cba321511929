"""One mailbox synced while somebody looks on."""

import pytest

from portal.email.models import SyncStatus
from portal.errors import Conflict, NotFound
from portal.microsoft365.errors import MailboxMissing
from portal.worker import foreground
from tests.email.office import PRIYA, ROSA, TALENT, Office, raw_message


def sync(office: Office, address: str = PRIYA) -> SyncStatus:
    """How it ended."""
    shown: list[SyncStatus] = []
    return foreground.sync(office.services, address, shown.append)


@pytest.mark.parametrize("address", [PRIYA, PRIYA.upper()])
def test_mailbox_is_followed_to_its_end(office: Office, address: str) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("Hello"))
    office.connect(PRIYA)
    shown: list[SyncStatus] = []

    last = foreground.sync(office.services, address, shown.append)

    assert office.subjects(rosa) == ["Hello"]
    assert (last.is_first_sync, last.kept_count) == (False, 1)
    assert max(each.looked_count for each in shown) == 1


def test_alias_names_the_mailbox_too(office: Office) -> None:
    office.connect(PRIYA)
    sync(office)

    assert sync(office, TALENT).is_first_sync is False


def test_unknown_address_is_said_to_be_unknown(office: Office) -> None:
    with pytest.raises(NotFound) as refusal:
        sync(office, "nobody@northwind.example")

    assert "Has this person connected?" in str(refusal.value)


def test_mailbox_that_a_worker_has_is_left_to_it(office: Office) -> None:
    office.connect(PRIYA)
    office.claim("priya")

    with pytest.raises(Conflict) as refusal:
        sync(office)

    assert "a worker syncs it now" in str(refusal.value)


def test_failure_is_written_down_like_a_workers(office: Office) -> None:
    office.connect(PRIYA)
    office.sandbox.control(
        "POST", "faults",
        {"path": "mailFolders", "status": 404, "code": "MailboxNotEnabledForRESTAPI"},
    )  # fmt: skip  # one to a line says no more

    with pytest.raises(MailboxMissing):
        sync(office)

    (row,) = office.db["mailboxes"].rows
    (use,) = office.db["feature_uses"].rows
    assert (row["claimed_by"], row["failure_count"]) == (None, 1)
    assert use["failure"] == row["failure"]
