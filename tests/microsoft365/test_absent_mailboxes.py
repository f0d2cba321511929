"""Mailboxes on premises, which a plan of Exchange hides: left out with their reason."""

import html
from datetime import timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.email import jobs, mailboxes, store
from portal.email.jobs import MAILBOXES
from portal.graph.errors import MISSING, Gone
from portal.microsoft365 import status
from portal.microsoft365.models import ABSENT, FeatureState
from portal.microsoft365.permissions import Feature
from portal.users import people_store
from tests.email.conftest import env
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support.raw_rows import raw
from tests.support.visitors import portal_in, visitor

__all__ = ["env"]
DAY = timedelta(days=1)


@pytest.fixture
def hybrid(env: EmailEnvironment) -> EmailEnvironment:
    """Priya has a plan for Exchange Online, and her mailbox is on premises."""
    env.candidate("Rosa Ortega", ROSA)
    env.sandbox.control("PATCH", f"users/{PRIYA}", {"onPremises": True})
    env.hire(PRIYA)
    env.hire(ALEX)
    env.consent("Mail.Read", "User.Read.All")
    return env


def follow_due(env: EmailEnvironment, *, after: timedelta = timedelta()) -> list[str]:
    """Let a worker sync each mailbox that is due after that time. Returns their ids."""
    now = clock.utc_now() + after
    store.take_over_readable(env.rows, now=now)
    synced = []
    while (claim := MAILBOXES.claim(env.services, "test", now=now)) is not None:
        jobs.sync_due_mailbox(env.services, claim, lambda: False)
        synced.append(claim.row_id)
    return synced


def owner(env: EmailEnvironment, name: str) -> str:
    found = env.rows.value(str, "select id from users where display_name = ?", [name])
    assert found is not None
    return found


def test_mailbox_on_premises_is_left_out_and_no_failure(hybrid: EmailEnvironment) -> None:
    first, second = follow_due(hybrid), follow_due(hybrid)

    priya = owner(hybrid, "Priya Kaur")
    row = next(each for each in raw(hybrid.rows)["mailboxes"].rows if each["user_id"] == priya)
    assert (first.count(row["id"]), second.count(row["id"])) == (1, 0)
    assert (row["failure"], row["failure_count"], row["claimed_by"]) == (None, 0, None)
    assert row["absent_since"] is not None
    assert status.feature_state(hybrid.rows, priya, Feature.EMAIL_SYNC) is FeatureState.ABSENT
    standing = status.standing_of(hybrid.rows, priya, now=clock.utc_now())
    assert standing.words == (ABSENT, "warn")
    assert [each.failure for each in standing.rows if each.state is FeatureState.ABSENT] == [
        MISSING
    ]


def test_it_is_tried_again_after_a_day(hybrid: EmailEnvironment) -> None:
    follow_due(hybrid)
    hybrid.arrives(PRIYA, raw_message("At last"))
    hybrid.sandbox.control("PATCH", f"users/{PRIYA}", {"onPremises": False})
    priya = owner(hybrid, "Priya Kaur")

    claims = [
        MAILBOXES.claim(
            hybrid.services, "test", now=clock.utc_now() + wait, which=f"b.user_id = '{priya}'"
        )
        for wait in (DAY - timedelta(minutes=5), DAY + timedelta(minutes=5))
    ]
    assert claims[0] is None
    assert claims[1] is not None
    jobs.sync_due_mailbox(hybrid.services, claims[1], lambda: False)

    rosa = hybrid.rows.value(str, "select id from candidates") or ""
    assert hybrid.subjects(rosa) == ["At last"]
    assert status.feature_state(hybrid.rows, priya, Feature.EMAIL_SYNC) is not FeatureState.ABSENT


def test_pages_name_the_reason(hybrid: EmailEnvironment, instance: Path) -> None:
    follow_due(hybrid)
    app = portal_in(instance, microsoft=hybrid.services.config.microsoft)
    priya = visitor(app, owner(hybrid, "Priya Kaur"))
    raw(hybrid.rows).execute("update users set role = 'admin' where display_name = 'Alex Berg'")
    alex = visitor(app, owner(hybrid, "Alex Berg"))

    email = html.unescape(priya.text("/settings/email"))
    account = html.unescape(priya.text("/settings/microsoft-365"))
    jobs_page = alex.text("/admin/jobs")

    assert MISSING in email
    assert "On, but your mailbox is left out." in email
    assert "The last look at your mailbox failed" not in email
    assert "Microsoft has no mailbox of your account in Exchange Online." in account
    assert ABSENT in alex.text("/admin/users")
    assert "left out: the mailbox is on premises or not there" in jobs_page
    assert "Failed" not in jobs_page
    labels = {
        each.user.display_name: each.connection_label for each in people_store.people(hybrid.rows)
    }
    assert labels == {"Priya Kaur": ABSENT, "Alex Berg": "By the organization"}


def test_nothing_else_is_asked_of_it(hybrid: EmailEnvironment) -> None:
    before = hybrid.rows.all(str, "select user_id from notifiable_people")
    follow_due(hybrid)

    assert owner(hybrid, "Priya Kaur") in before
    for view in ("notifiable_people", "syncable_mailboxes"):
        found = hybrid.rows.all(str, f"select user_id from {view}")  # noqa: S608  # a fixed list
        assert found == [owner(hybrid, "Alex Berg")]


def test_deleted_message_does_not_make_a_mailbox_absent(hybrid: EmailEnvironment) -> None:
    graph = hybrid.client(owner(hybrid, "Alex Berg"))()

    assert not mailboxes.is_absent(graph, Gone("Microsoft no longer has this."))


def test_code_of_a_deleted_message_for_the_inbox_tells_of_it(hybrid: EmailEnvironment) -> None:
    gone = {"path": "mailFolders/inbox", "status": 404, "code": "ResourceNotFound"}
    hybrid.sandbox.control("POST", "faults", gone)
    graph = hybrid.client(owner(hybrid, "Alex Berg"))()

    assert mailboxes.is_absent(graph, Gone("Microsoft no longer has this."))
