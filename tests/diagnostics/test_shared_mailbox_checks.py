"""The check of shared mailboxes: what is read, and for which nobody decides."""

import pytest

from portal.diagnostics import shared_mailbox_checks
from portal.diagnostics.models import Verdict
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.raw_rows import raw


@pytest.fixture
def team(rows: Rows) -> Rows:
    builders.user(rows, "Priya Kaur")
    builders.shared_mailbox(rows, "Jobs", owners=["priya"], tenant_id="northwind")
    builders.consent(rows, at=builders.LONG_AGO)
    granted = {"role": "Mail.Read", "granted_at": builders.LONG_AGO}
    builders.insert(rows, "consent_roles", granted)
    return rows


def found(rows: Rows) -> tuple[Verdict, str]:
    check = shared_mailbox_checks.check(rows)
    return check.verdict, check.found


def test_none_is_added(rows: Rows) -> None:
    assert found(rows) == (Verdict.SKIPPED, "None is added.")


def test_mailbox_that_is_read(team: Rows) -> None:
    assert found(team) == (Verdict.OK, "1 mailbox is read.")


def test_mailbox_for_which_nobody_decides(team: Rows) -> None:
    raw(team).execute("update users set is_enabled = 0 where id = 'priya'")

    assert found(team) == (
        Verdict.ADVICE,
        "Nobody decides for jobs@northwind.example: no owner recruits and can sign in.",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "update mailboxes set failure = 'Microsoft no longer has this.' where user_id = 'jobs'",
            "Microsoft no longer has this.",
        ),
        (
            "update users set is_enabled = 0, kept_out = 'converted' where id = 'jobs'",
            "Microsoft says that it is a user's mailbox now. It is no longer read, and its mail "
            "stays in Portal.",
        ),
    ],
)
def test_mailbox_that_is_not_read(team: Rows, change: str, words: str) -> None:
    raw(team).execute(change)

    assert found(team) == (Verdict.FAILED, f"jobs@northwind.example: {words}")


def test_removed_mailbox_is_not_mentioned(team: Rows) -> None:
    raw(team).execute(
        "update users set is_enabled = 0, kept_out = 'removed' where source = 'shared_mailbox'"
    )

    assert found(team) == (Verdict.SKIPPED, "None is added.")
