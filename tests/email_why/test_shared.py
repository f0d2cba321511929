"""The first questions about a shared mailbox: who reads it, and whether it syncs."""

from dataclasses import replace
from datetime import datetime

import pytest

from portal.email_why import shared
from portal.email_why.models import Step
from portal.microsoft365.models import NOBODY_READS, ReaderLoss
from portal.shared_mailboxes.models import Closed, KnownBy, SharedMailbox
from tests.email_why.cases import START

JOBS = SharedMailbox(
    account_id="jobs",
    object_id="object-jobs",
    address="jobs@northwind.example",
    name="Jobs",
    is_enabled=True,
    kept_out=None,
    known_by=KnownBy.ADMIN,
    added_by="Alex Berg",
    added_at=START,
    is_syncing=True,
    last_success_at=START,
    failure=None,
    closed_since=None,
    absent_since=None,
    is_covered=True,
    reader_name=None,
    reader_since=None,
    reader_loss=None,
)
BY_ALEX = replace(JOBS, is_covered=False, reader_name="Alex Berg", reader_since=START)


def steps(mailbox: SharedMailbox, **more: bool) -> tuple[Step, ...]:
    holds = {"is_syncing": True, "knows_addresses": True} | more
    return shared.before_asking(mailbox, **holds)


@pytest.mark.parametrize(
    ("mailbox", "says"),
    [
        (JOBS, "Your organization's consent opens it."),
        (BY_ALEX, "Alex Berg reads it by their own permission."),
    ],
)
def test_mailbox_that_is_read_says_by_whom(mailbox: SharedMailbox, says: str) -> None:
    found = steps(mailbox)

    assert [each.is_passed for each in found] == [True, True]
    assert str(found[0].says) == says


@pytest.mark.parametrize(
    ("mailbox", "says"),
    [
        (replace(JOBS, is_covered=False), NOBODY_READS),
        (
            replace(BY_ALEX, reader_loss=ReaderLoss.REVOKED),
            ReaderLoss.REVOKED.sentence("Alex Berg"),
        ),
        (
            replace(JOBS, closed_since=datetime.fromisoformat("2026-11-02T00:00:00Z")),
            "Exchange keeps this mailbox closed to Portal. Add it to the mailboxes that Portal may "
            "open.",
        ),
    ],
)
def test_mailbox_that_nobody_opens_leads_to_its_reader(mailbox: SharedMailbox, says: str) -> None:
    (step,) = steps(mailbox)

    assert (step.is_passed, str(step.says)) == (False, says)
    assert step.link
    assert (step.link.endpoint, step.link.arguments) == (
        "shared_mailbox_reader.page",
        {"account_id": "jobs"},
    )


@pytest.mark.parametrize(
    ("kept_out", "change"),
    [(Closed.REMOVED, shared.ADD_AGAIN), (Closed.CONVERTED, shared.CONVERT_BACK)],
)
def test_mailbox_that_is_no_longer_read_names_its_cure(kept_out: Closed, change: str) -> None:
    mailbox = replace(JOBS, is_enabled=False, is_syncing=False, kept_out=kept_out)

    (step,) = steps(mailbox, is_syncing=False)

    assert (str(step.says), step.change, step.link) == (mailbox.state, change, None)


@pytest.mark.parametrize("more", [{"is_syncing": False}, {"knows_addresses": False}])
def test_sync_that_brings_nothing_leads_to_the_switch(more: dict[str, bool]) -> None:
    found = steps(JOBS, **more)

    assert [each.is_passed for each in found] == [True, False]
    assert found[-1].link
    assert found[-1].link.endpoint == "email_settings.settings"
