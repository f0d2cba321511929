"""The end of sync and of a connection: what stays visible is said, and removed in the same step."""

import pytest

from portal import clock
from portal.email import settings_store, store
from portal.email_settings.flash_texts import EmailSettingsFlash
from tests.claims.checks import claims
from tests.email.environment import ALEX, PRIYA, EmailEnvironment, follow, raw_message
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, words

REVOCATION = "/settings/microsoft-365/revocation"
SYNC = "/settings/email/sync"


@pytest.fixture
def with_mail(env: EmailEnvironment, connected_priya: str) -> str:
    """Priya's mailbox brought two messages alone, and one that Alex has too."""
    both = raw_message("Both", to=f"{PRIYA}, {ALEX}")
    env.arrives(ALEX, both)
    env.arrives(PRIYA, both)
    for subject in ("One", "Two"):
        env.arrives(PRIYA, raw_message(subject))
    env.sync(env.connect(ALEX))
    env.sync(connected_priya)
    return connected_priya


def subjects(env: EmailEnvironment) -> list[str]:
    return sorted(row["subject"] for row in raw(env.rows)["messages"].rows)


def is_opened(env: EmailEnvironment, user_id: str) -> bool:
    """Whether the worker asks Microsoft for anything when mail arrives, by the tenant's record."""
    env.arrives(PRIYA, raw_message("Later"))
    env.sandbox.control("DELETE", "requests")
    store.take_over_readable(env.rows, now=clock.utc_now())
    claim = store.claim_of_person(env.rows, user_id, "test", now=clock.utc_now())
    if claim is not None:
        follow(env, claim)
    return bool(env.sandbox.control("GET", "requests")["value"])


def at_microsoft(env: EmailEnvironment) -> list[tuple[int, str]]:
    found = env.sandbox.state.rows("select place, folder_id from messages order by place")
    return [(row["place"], row["folder_id"]) for row in found]


def test_switch_says_first_what_stays(
    env: EmailEnvironment, with_mail: str, visit_connected: Visitor
) -> None:
    sent = visit_connected.post(SYNC, {"on": "0"})
    page = visit_connected.text(sent.location)

    assert sent.location == SYNC
    assert settings_store.is_syncing(env.rows, with_mail)
    assert "3 messages from your mailbox are in candidates' feeds." in page.replace("&#39;", "'")
    assert "Remove 2 messages that came from your mailbox alone" in page
    assert "brought the other 1 message too, so it stays." in page


@claims(EmailSettingsFlash.OFF)
def test_sync_ends_with_the_mail_that_stays(
    env: EmailEnvironment, with_mail: str, visit_connected: Visitor
) -> None:
    sent = visit_connected.post(SYNC, {"on": "0", "is_confirmed": "1"})

    assert "Email sync is off. Your mailbox is not opened; what is in Portal stays." in words(
        visit_connected.get(sent.location)
    )
    assert not settings_store.is_syncing(env.rows, with_mail)
    assert not is_opened(env, with_mail)
    assert subjects(env) == ["Both", "One", "Two"]


@claims(EmailSettingsFlash.OFF_AND_REMOVED)
def test_sync_ends_and_its_mail_is_removed_in_one_step(
    env: EmailEnvironment, with_mail: str, visit_connected: Visitor
) -> None:
    before = at_microsoft(env)

    sent = visit_connected.post(SYNC, {"on": "0", "is_confirmed": "1", "removal": "1"})

    said = words(visit_connected.get(sent.location))
    assert "Email sync is off. Your mailbox is not opened. Removed: 2 messages." in said
    assert not settings_store.is_syncing(env.rows, with_mail)
    assert subjects(env) == ["Both"]
    assert at_microsoft(env) == before
    assert not is_opened(env, with_mail)


def test_without_mail_the_switch_asks_nothing(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    visit_connected.post(SYNC, {"on": "0"})

    assert not settings_store.is_syncing(env.rows, connected_priya)


def test_revoking_says_what_stays_and_removes_it_in_one_step(
    env: EmailEnvironment, with_mail: str, visit_connected: Visitor
) -> None:
    asked = visit_connected.text(REVOCATION)
    sent = visit_connected.post(REVOCATION, {"removal": "1"})
    said = words(visit_connected.get(sent.location))

    assert "Portal stops reading your mailbox." in asked
    assert "Remove 2 messages that came from your mailbox alone" in asked
    assert "Access is revoked" in said
    assert "Removed: 2 messages." in said
    assert subjects(env) == ["Both"]
    assert not settings_store.is_syncing(env.rows, with_mail)


def test_revoking_ends_sync_where_the_consent_would_go_on(
    env: EmailEnvironment, with_mail: str, visit_connected: Visitor
) -> None:
    env.consent("Mail.Read")

    asked = visit_connected.text(REVOCATION)
    sent = visit_connected.post(REVOCATION, {"sync_off": "1"})
    said = words(visit_connected.get(sent.location))

    assert "consent still lets Portal read your mailbox, until you turn email sync off" in asked
    assert "Turn email sync off too" in asked
    assert "no longer reads your mailbox" in said
    assert subjects(env) == ["Both", "One", "Two"]
    assert not settings_store.is_syncing(env.rows, with_mail)


def test_mail_that_stays_is_said_by_the_page_after_revoking(
    with_mail: str, visit_connected: Visitor
) -> None:
    sent = visit_connected.post(REVOCATION)

    assert "Mail that was not removed stays in candidates' feeds." in words(
        visit_connected.get(sent.location)
    ).replace("&#39;", "'")


def test_switch_of_another_colleague_removes_only_their_own(
    env: EmailEnvironment, with_mail: str, visit_connected: Visitor
) -> None:
    visit_connected.post(SYNC, {"on": "0", "is_confirmed": "1", "removal": "1"})

    owners = {row["id"]: row["user_id"] for row in raw(env.rows)["mailboxes"].rows}
    assert {owners[row["mailbox_id"]] for row in raw(env.rows)["message_copies"].rows} == {"alex"}
