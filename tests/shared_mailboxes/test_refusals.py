"""A refusal of a shared mailbox names the cure of the one who reads it."""

import pytest
from flask.testing import FlaskClient

from portal.graph.errors import (
    GraphError,
    MailboxFenced,
    NeedsReconnect,
    PermissionMissing,
    Throttled,
    TokenRefused,
)
from portal.microsoft365 import authorization_store
from portal.microsoft365.models import NOBODY_READS
from portal.shared_mailboxes import refusals, store
from portal.shared_mailboxes.models import Account
from portal.storage.rows import Rows
from tests import pages
from tests.support import builders
from tests.support.builders import EARLIER
from tests.support.raw_rows import raw

WHY = "/settings/mailboxes/jobs/why"
PRIYA = Account("priya", "priya@northwind.example", "Priya Kaur")


@pytest.fixture
def jobs(team: Rows) -> Account:
    """jobs@, which Alex reads by their own permission."""
    builders.connection(team, "alex", scopes="User.Read Mail.Read Mail.Read.Shared")
    builders.insert(
        team, "mailbox_readers", {"account_id": "jobs", "user_id": "alex", "since": EARLIER}
    )
    builders.alias(team, "jobs", "jobs@northwind.example", is_primary=1, is_included=1)
    return store.account(team, "jobs", decided_by="priya")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MailboxFenced("Closed."), "Exchange does not let Alex Berg open this mailbox"),
        (PermissionMissing("Reconnect."), "Alex Berg, who has not granted Mail.Read.Shared."),
        (TokenRefused("Reconnect."), "did not accept the authorization of Alex Berg"),
        (NeedsReconnect("Reconnect."), "did not accept the authorization of Alex Berg"),
        (Throttled("Too many."), "Too many."),
    ],
)
def test_cure_is_that_of_the_reader(
    team: Rows, jobs: Account, error: GraphError, sentence: str
) -> None:
    assert sentence in refusals.sentence(team, jobs, error)


def test_lost_reader_is_named_with_the_reason(team: Rows, jobs: Account) -> None:
    raw(team).execute("update connections set state = 'lapsed' where user_id = 'alex'")

    said = refusals.sentence(team, jobs, NeedsReconnect("Reconnect."))

    assert said.startswith("It was read by Alex Berg, whose connection to Microsoft has ended")


def test_without_a_reader_the_refusal_speaks(team: Rows, jobs: Account) -> None:
    with team.write():
        authorization_store.delete_reader(team, "jobs")

    assert refusals.sentence(team, jobs, NeedsReconnect(NOBODY_READS)) == NOBODY_READS


def test_own_mailbox_has_no_reader(team: Rows, jobs: Account) -> None:
    assert refusals.sentence(team, PRIYA, TokenRefused("Reconnect.")) == "Reconnect."


def test_why_page_speaks_of_the_reader(team: Rows, jobs: Account, priya: FlaskClient) -> None:
    raw(team).execute("update connections set state = 'lapsed' where user_id = 'alex'")

    page = priya.get(WHY).text

    assert pages.complaints(page) == []
    assert "It was read by Alex Berg, whose connection to Microsoft has ended" in page
    assert "/settings/shared-mailboxes/jobs/reader" in page
    assert "this mailbox was not read" in page
    assert "Reconnect your account" not in page
