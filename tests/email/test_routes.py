"""The Email page: works, not signed in, someone else's, limited, bad id, sent twice, bad input."""

from datetime import datetime

import pytest
from flask import Flask

from portal import clock
from portal.email import settings_store
from portal.storage.rows import Rows
from tests import pages
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, stranger, words

WRITES = [
    "/settings/email/sync",
    "/settings/email/check",
    "/settings/email/addresses",
    "/settings/email/removal",
    "/settings/email/aliases/talent/inclusion",
    "/settings/email/aliases/talent/removal",
]
OF_ALIAS = [path for path in WRITES if "talent" in path]
INCLUSION = "/settings/email/aliases/talent/inclusion"


@pytest.fixture(autouse=True)
def _mailbox(app: Flask, rows: Rows, now: datetime) -> None:
    builders.connection(rows, "priya")
    builders.mailbox(rows, "priya")
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, "priya", "talent@northwind.example")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)


def is_included(rows: Rows, alias_id: str = "talent") -> bool:
    return settings_store.alias(rows, alias_id, owner="priya").is_included


def test_page_keeps_the_page_rules(visit_priya: Visitor) -> None:
    answer = visit_priya.get("/settings/email")

    assert answer.status_code == 200
    assert pages.complaints(answer.text) == []


@pytest.mark.parametrize("path", ["/settings/email", INCLUSION])
def test_page_needs_a_sign_in(app: Flask, path: str) -> None:
    assert stranger(app).get(path).location.endswith("/signin")


@pytest.mark.parametrize("path", WRITES)
def test_change_needs_a_sign_in(app: Flask, rows: Rows, path: str) -> None:
    answer = stranger(app).post(path, {"on": "1", "start": "now"})

    assert answer.status_code == 303
    assert not is_included(rows)


@pytest.mark.parametrize("path", WRITES)
def test_change_needs_the_form_token(rows: Rows, visit_priya: Visitor, path: str) -> None:
    answer = visit_priya.post(path, {"on": "1", "start": "now", "csrf_token": "forged"})

    assert answer.status_code == 400
    assert not is_included(rows)


@pytest.mark.parametrize("path", OF_ALIAS)
def test_alias_of_another_user_is_not_found(rows: Rows, visit_kim: Visitor, path: str) -> None:
    answer = visit_kim.post(path, {"on": "1", "start": "now"})

    assert answer.status_code == 404
    assert not is_included(rows)
    assert visit_kim.get(INCLUSION).status_code == 404


@pytest.mark.parametrize("bad", ["nobody", "TALENT", "a" * 500, "'--"])
def test_unknown_alias_is_not_found(visit_priya: Visitor, bad: str) -> None:
    path = f"/settings/email/aliases/{bad}/inclusion"

    assert visit_priya.get(path).status_code == 404
    assert visit_priya.post(path, {"on": "1"}).status_code == 404


def test_limited_person_has_settings_of_their_own(visit_kim: Visitor) -> None:
    page = visit_kim.text("/settings/email")

    assert "Your Microsoft 365 account is not connected." in page
    assert "talent@northwind.example" not in page


@pytest.mark.parametrize(
    ("state", "scopes", "hint"),
    [
        (
            "lapsed",
            "User.Read Mail.Read",
            "Your connection to Microsoft 365 has ended. Reconnect it",
        ),
        ("working", "User.Read", "Your connection does not allow reading mail."),
    ],
)
def test_broken_connection_is_named(
    rows: Rows, visit_priya: Visitor, state: str, scopes: str, hint: str
) -> None:
    raw(rows).execute("update connections set state = ?, scopes = ?", [state, scopes])

    page = visit_priya.text("/settings/email")

    assert hint in page
    waits = "you to reconnect" if state == "lapsed" else "your connection to Microsoft 365"
    assert f"Waiting for {waits}." in page


def test_page_says_how_the_week_went(rows: Rows, visit_priya: Visitor) -> None:
    raw(rows).execute("update mailboxes set last_success_at = '2026-11-24T13:58:00Z'")

    page = visit_priya.text("/settings/email")

    assert "from priya@northwind.example" in page
    assert "Sync is on: 0 messages this week, of 0 that Portal read." in page
    assert "Always included" in page


def test_first_sync_shows_itself_and_goes_on(rows: Rows, visit_priya: Visitor) -> None:
    raw(rows).execute("update mailboxes set stage = 'headers', first_sync_finished_at = null")

    answer = visit_priya.get("/settings/email")

    assert 'data-refresh-seconds="1"' in answer.text
    assert "<progress" in answer.text
    assert "250 of 1,000 looked at, 5 kept" in words(answer)
    assert "Check for new mail" not in words(answer)


def test_switch_turns_sync_off_and_on(rows: Rows, visit_priya: Visitor) -> None:
    off = visit_priya.post("/settings/email/sync", {"on": "0"})
    said = visit_priya.text(off.location)
    again = visit_priya.post("/settings/email/sync", {"on": "0"})
    is_off = settings_store.is_syncing(rows, "priya")
    on = visit_priya.post("/settings/email/sync", {"on": "1"})

    assert [answer.status_code for answer in (off, again, on)] == [303, 303, 303]
    assert not is_off
    assert settings_store.is_syncing(rows, "priya")
    assert "Email sync is off. Your mailbox is not opened; what is in Portal stays." in said


@pytest.mark.parametrize("value", ["", "2", "on", "1\n0", "1" * 5000, b"\xff"])
@pytest.mark.parametrize("path", ["/settings/email/sync", INCLUSION])
def test_invalid_switch_value_is_refused(
    rows: Rows, visit_priya: Visitor, path: str, value: str
) -> None:
    answer = visit_priya.post(path, {"on": value})

    assert answer.status_code in (400, 422)
    assert settings_store.is_syncing(rows, "priya")
    assert not is_included(rows)


def test_included_alias_asks_for_its_start(rows: Rows, visit_priya: Visitor) -> None:
    asked = visit_priya.post(INCLUSION, {"on": "1"})

    assert (asked.status_code, asked.location) == (303, INCLUSION)
    assert not is_included(rows)


@pytest.mark.parametrize(
    ("start", "searches", "sentence"),
    [
        ("now", 0, "talent@northwind.example is synced for new email."),
        ("beginning", 1, "is synced now. Portal searches past email for it."),
    ],
)
def test_choice_turns_the_alias_on(
    rows: Rows, visit_priya: Visitor, start: str, searches: int, sentence: str
) -> None:
    answers = [visit_priya.post(INCLUSION, {"on": "1", "start": start})]
    said = visit_priya.text(answers[0].location)
    answers.append(visit_priya.post(INCLUSION, {"on": "1", "start": start}))

    assert [answer.location for answer in answers] == ["/settings/email"] * 2
    assert is_included(rows)
    assert raw(rows)["searches"].count == searches
    assert sentence in said
    assert [row["action"] for row in raw(rows)["audit_log"].rows][-1:] == ["alias included"]


def test_alias_is_turned_off_and_its_mail_stays(
    rows: Rows, visit_priya: Visitor, now: datetime
) -> None:
    raw(rows).execute("update aliases set is_included = 1")
    messages.keep(rows, Message("a", brought=(("priya", "talent"),)), now=now)

    answer = visit_priya.post(INCLUSION, {"on": "0"})
    page = visit_priya.text(answer.location)

    assert answer.status_code == 303
    assert not is_included(rows)
    assert raw(rows)["messages"].count == 1
    assert "talent@northwind.example is no longer synced. What came through it stays." in page
    assert "1 message came only through talent@northwind.example and stays" in page


def test_mail_of_an_alias_is_removed_once(rows: Rows, visit_priya: Visitor, now: datetime) -> None:
    messages.keep(rows, Message("a", brought=(("priya", "talent"),)), now=now)

    answers = [visit_priya.post(OF_ALIAS[1]) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert raw(rows)["messages"].count == 0
    assert "Removed: no messages." in visit_priya.text("/settings/email")


def test_included_alias_keeps_its_mail(rows: Rows, visit_priya: Visitor, now: datetime) -> None:
    raw(rows).execute("update aliases set is_included = 1")
    messages.keep(rows, Message("a", brought=(("priya", "talent"),)), now=now)

    answer = visit_priya.post(OF_ALIAS[1])

    assert (answer.status_code, raw(rows)["messages"].count) == (409, 1)
    assert "Turn it off, then remove its mail." in words(answer)


def test_mail_of_the_mailbox_is_removed_when_sync_is_off(
    rows: Rows, visit_priya: Visitor, now: datetime
) -> None:
    messages.keep(rows, Message("a"), now=now)

    refused = visit_priya.post("/settings/email/removal")
    visit_priya.post("/settings/email/sync", {"on": "0", "is_confirmed": "1"})
    offered = visit_priya.text("/settings/email")
    removed = visit_priya.post("/settings/email/removal")

    assert [refused.status_code, removed.status_code] == [409, 303]
    assert "1 message came from your mailbox alone and stays in the feeds" in offered
    assert raw(rows)["messages"].count == 0


def test_primary_address_cannot_be_turned_off(rows: Rows, visit_priya: Visitor) -> None:
    answer = visit_priya.post("/settings/email/aliases/priya/inclusion", {"on": "0"})

    assert answer.status_code == 422
    assert is_included(rows, "priya")
    assert "Your primary address is always included." in words(answer)


def test_gone_alias_cannot_be_turned_on(rows: Rows, visit_priya: Visitor) -> None:
    raw(rows).execute("update aliases set gone_at = '2026-11-24T13:00:00Z' where id = 'talent'")

    choices = ({"on": "1"}, {"on": "1", "start": "now"})
    answers = [visit_priya.post(INCLUSION, choice) for choice in choices]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "is no longer in the directory entry." in words(answers[0])
    assert visit_priya.get(INCLUSION).location == "/settings/email"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/settings/email/check", "Your mailbox is looked at now."),
        ("/settings/email/addresses", "Your addresses are read again now."),
    ],
)
def test_checks_are_limited(rows: Rows, visit_priya: Visitor, path: str, sentence: str) -> None:
    first = visit_priya.post(path)
    said = visit_priya.text(first.location)
    answers = [visit_priya.post(path).status_code for _ in range(20)]

    assert (first.status_code, answers[-1]) == (303, 429)
    assert sentence in said


@pytest.mark.parametrize("path", ["/settings/email/check", "/settings/email/addresses"])
def test_mailbox_that_is_off_is_not_checked(
    rows: Rows, visit_priya: Visitor, visit_kim: Visitor, path: str
) -> None:
    raw(rows).execute("update mailboxes set is_syncing = 0")

    assert visit_priya.post(path).status_code == 409
    assert visit_kim.post(path).status_code == 409


def test_left_out_messages_are_counted_by_reason(rows: Rows, visit_priya: Visitor) -> None:
    today = clock.utc_now().date().isoformat()
    builders.left_out(rows, "priya", today, "no_candidate", 1166)
    builders.left_out(rows, "priya", today, "alias_off", 12, "talent")

    page = visit_priya.text("/settings/email")

    assert "Why 1,178 messages of the last seven days were not synced" in page
    assert "Nobody on the message is a candidate 1,166" in page
