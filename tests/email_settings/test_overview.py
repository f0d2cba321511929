"""The overview of the Email page in each state of a mailbox."""

from datetime import UTC, datetime

import pytest

from portal.email import settings_store
from portal.email.models import Reason
from portal.email_settings import overview, texts
from portal.email_settings.overview import Overview
from portal.storage.rows import Rows
from portal.wording import counted_or_no
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw


@pytest.fixture
def priya(rows: Rows) -> str:
    return builders.user(rows, "Priya Kaur")


def page(rows: Rows, now: datetime, *, is_connected: bool = True) -> Overview:
    hindrance = "" if is_connected else "Connect it."
    account = overview.Account("priya", "priya@northwind.example", hindrance)
    status = settings_store.status(rows, "priya", now=now)
    return overview.of_person(rows, account, status, now=now)


def test_page_without_a_connection_does_not_refresh(rows: Rows, priya: str, now: datetime) -> None:
    found = page(rows, now, is_connected=False)

    assert (found.is_syncing, found.can_switch, found.can_ask) == (False, False, False)
    assert (found.shows_progress, found.refresh_seconds) == (False, 0)


def test_new_connection_waits_for_its_first_sync(rows: Rows, priya: str, now: datetime) -> None:
    found = page(rows, now)

    assert (found.is_syncing, found.can_switch, found.shows_progress) == (True, True, True)
    assert (found.stage, found.progress) == ("Waiting for its turn", "")
    assert found.refresh_seconds == 1


def test_first_sync_shows_count_and_estimate(rows: Rows, priya: str) -> None:
    builders.mailbox(rows, priya, stage="headers")

    found = page(rows, datetime(2026, 11, 1, 0, 5, tzinfo=UTC))

    assert found.stage == "Looking through the messages"
    assert found.progress == "250 of 1,000 looked at, 5 kept, about 15 minutes left"
    assert (found.refresh_seconds, found.can_ask) == (1, False)


def test_chart_counts_the_last_days_today_last(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya)
    for name, days_ago in (("a", 0), ("b", 0), ("c", 13), ("too old", 14)):
        messages.keep(rows, Message(name, candidates=(), minutes_ago=60 * 24 * days_ago), now=now)

    found = page(rows, now)

    assert found.kept_per_day == (1, *[0] * 12, 2)
    assert found.chart_label == "Messages kept per day over the last 14 days, 0 to 2"


def test_chart_has_each_day_in_words_today_first(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya)
    for name, days_ago in (("a", 0), ("b", 0), ("c", 13)):
        messages.keep(rows, Message(name, candidates=(), minutes_ago=60 * 24 * days_ago), now=now)

    days = page(rows, now).chart_days

    assert (len(days), days[0], days[1]) == (14, ("Tue 24 November", 2), ("Mon 23 November", 0))
    assert days[-1] == ("Wed 11 November", 1)


def test_each_reason_has_a_cure(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya)
    for count, reason in enumerate(Reason, start=1):
        builders.left_out(rows, "priya", "2026-11-24", reason.value, count)

    found = page(rows, now).left_out

    assert [row.count for row in found] == list(range(len(Reason), 0, -1))
    assert all(row.because and row.change for row in found)


def test_chart_of_nothing_is_not_shown(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya)

    found = page(rows, now)

    assert (found.chart_label, found.chart_days) == ("", [])


def test_followed_mailbox_can_be_checked(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya)

    found = page(rows, now)

    assert (found.shows_progress, found.can_ask, found.refresh_seconds) == (False, True, 5)
    assert found.announcement == "The first sync is finished."


def test_mailbox_that_is_off_offers_removal(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya, is_syncing=0)
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    messages.keep(rows, Message("a"), now=now)

    found = page(rows, now)

    assert (found.is_syncing, found.can_switch, found.can_ask) == (False, True, False)
    assert (found.offered_removal, found.refresh_seconds) == (1, 0)


def test_alias_that_is_off_offers_removal(rows: Rows, priya: str, now: datetime) -> None:
    builders.mailbox(rows, priya)
    builders.alias(rows, priya, "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, priya, "talent@northwind.example")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    messages.keep(rows, Message("a", brought=(("priya", "talent"),)), now=now)

    off = [row.removable for row in page(rows, now).aliases]
    raw(rows).execute("update aliases set is_included = 1")
    on = [row.removable for row in page(rows, now).aliases]

    assert (off, on) == ([0, 1], [0, 0])


def test_alias_without_evidence_is_explained(rows: Rows, priya: str, now: datetime) -> None:
    builders.alias(rows, priya, "priya@northwind.example", is_primary=1, is_included=1)
    before = page(rows, now).has_unseen_alias
    builders.alias(rows, priya, "talent@northwind.example")
    unseen = page(rows, now).has_unseen_alias
    raw(rows).execute("update aliases set seen_in_mail_at = '2026-11-24T13:00:00Z'")

    assert (before, unseen, page(rows, now).has_unseen_alias) == (False, True, False)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "working out how long it takes"),
        (5, "less than a minute left"),
        (60, "about 1 minute left"),
        (890, "about 15 minutes left"),
        (9000, "about 2 hours left"),
    ],
)
def test_time_left_is_rounded(seconds: int | None, words: str) -> None:
    assert texts.time_left(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "no messages"), (1, "1 message"), (1204, "1,204 messages")]
)
def test_messages_are_counted_in_words(count: int, words: str) -> None:
    assert counted_or_no(count, "message") == words
