"""The page "Why was this email synced, or not?": access, storage, failures and wrong input."""

import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.storage.rows import Rows
from portal.web import time_limit
from tests import pages
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.email_why.answers import SUBJECT, WHY, ask, today
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, stranger, words

UNTOUCHED = {"alert_openings", "audit_log", "rate_limits", "sessions", "sqlite_sequence"}


def everything(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: list(table.rows) for table in raw(rows).tables if table.name not in UNTOUCHED
    }


def test_question_and_answer_are_not_stored(
    env: EmailEnvironment,
    visit_connected: Visitor,
    connected_priya: str,
    instance: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "quokka@secret.example"  # an address
    env.arrives(PRIYA, raw_message("Wombat", sender=secret, text="Platypus"))
    visit_connected.get(WHY)
    before = everything(env.rows)
    rows_before = env.count("audit_log")
    caplog.clear()

    page = ask(visit_connected, address=secret, subject="Wombat", day=today())

    assert "One message was found" in page
    assert everything(env.rows) == before
    (row,) = list(raw(env.rows).query("select * from audit_log order by rowid"))[rows_before:]
    assert (row["action"], row["target"], row["result"]) == (
        "asked why a message is not here",
        "Priya Kaur",
        "ok",
    )
    files = b"".join(path.read_bytes() for path in instance.rglob("*") if path.is_file())
    ours = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("portal"))
    for word in ("quokka", "wombat", "platypus"):
        assert word.encode() not in files.lower()
        assert word not in ours.lower()


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("delete from connections", "No Microsoft 365 account of yours is connected"),
        ("update connections set state = 'lapsed'", "Microsoft ended the connection"),
        ("update connections set scopes = 'User.Read'", "does not cover the permission Mail.Read"),
        ("update mailboxes set is_syncing = 0", "so Portal reads nothing in your mailbox"),
        ("delete from aliases", "which addresses are yours is not known yet"),
    ],
)
def test_closed_mailbox_ends_the_chain_without_asking_microsoft(
    env: EmailEnvironment, visit_connected: Visitor, sql: str, sentence: str
) -> None:
    raw(env.rows).execute(sql)
    env.sandbox.control("DELETE", "requests")

    read, asked = visit_connected.text(WHY), ask(visit_connected, address=ROSA)

    assert sentence in read, asked
    assert sentence in asked, asked
    assert "No, this decided" in asked
    assert env.sandbox.control("GET", "requests")["value"] == []
    assert not list(raw(env.rows).query("select 1 from audit_log where action like 'asked why%'"))


@pytest.mark.parametrize(
    "fault",
    [
        {"path": "messages", "status": 500, "times": 20},
        {"path": "messages", "status": 429, "retryAfter": 30, "times": 20},
        {"path": "messages", "status": 200, "body": {"value": "nothing"}, "times": 20},
        {"path": "messages", "delayMs": 20_000, "times": 20},
    ],
)
def test_wait_for_microsoft_ends_with_the_time_of_a_page(
    env: EmailEnvironment,
    visit_connected: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, object],
) -> None:
    """In two seconds instead of ten, so that a slow machine cannot reach what the fault takes."""
    monkeypatch.setattr(time_limit, "PAGE_SECONDS", 2.0)
    env.sandbox.control("POST", "faults", fault)
    begun = clock.monotonic()

    answer = visit_connected.post(WHY, {"address": ROSA, "subject": "Zeppelin"})

    assert clock.monotonic() - begun < 18
    assert answer.status_code == 503
    assert "Please try again later." in words(answer)
    assert ROSA in answer.text


def test_refused_search_suggests_other_input(
    env: EmailEnvironment, visit_connected: Visitor
) -> None:
    env.sandbox.control("POST", "faults", {"path": "messages", "status": 400, "times": 1})

    answer = visit_connected.post(WHY, {"subject": "Zeppelin"})

    assert answer.status_code == 502
    assert "Please ask with other words, or by a day." in words(answer)


def test_revoked_permission_ends_the_chain(env: EmailEnvironment, visit_connected: Visitor) -> None:
    env.sandbox.control("POST", "faults", {"path": "messages", "status": 403, "times": 1})

    answer = visit_connected.post(WHY, {"subject": "Zeppelin"})

    assert answer.status_code == 403
    assert "Reading mail is allowed" in words(answer)
    assert "No, this decided" in words(answer)


def test_questions_are_limited(visit_connected: Visitor) -> None:
    answers = [visit_connected.post(WHY, {"subject": "Zeppelin"}) for _ in range(21)]

    assert [each.status_code for each in answers] == [200] * 20 + [429]
    assert "That was too often." in words(answers[-1])
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert 'value="Zeppelin"' in answers[-1].text


def test_page_needs_a_sign_in_and_the_form_token(
    connected_app: Flask, visit_connected: Visitor
) -> None:
    assert stranger(connected_app).get(WHY).location.endswith("/signin")
    assert stranger(connected_app).post(WHY, {"subject": "Zeppelin"}).location.endswith("/signin")
    assert (
        visit_connected.post(WHY, {"subject": "Zeppelin", "csrf_token": "forged"}).status_code
        == 400
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Please fill in an address, a word of the subject or a day."),
        ({"address": "Rosa"}, "This is not an email address."),
        ({"subject": "!!!"}, "Please type a word of the subject."),
        ({"subject": "x" * 201}, "This is too long"),
        ({"day": "24.11.2026"}, "This is not a day."),
        ({"day": "0001-01-01"}, "This is not a day."),
        ({"day": "9999-12-31"}, "This is not a day."),
        ({"day": "2026-11-24", "time": "noon"}, "This is not a time."),
        ({"day": "2026-11-24", "time": "12:00Z"}, "This is not a time."),
        ({"time": "12:00"}, "Please say on which day as well."),
        ({"subject": "a\nb"}, "This has to stay on one line."),
    ],
)
def test_invalid_input_is_named_and_kept(
    visit_connected: Visitor, fields: dict[str, str], sentence: str
) -> None:
    answer = visit_connected.post(WHY, fields)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert pages.complaints(answer.text) == []


HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "'",
        '"',
        "\\",
        "a\x00b",
        "\ud800",
        "* OR *",
        "(((",
        "subject:",
        "%",
        "{}",
        "$filter=",
        "\u202e",
    ]
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(address=HOSTILE, subject=HOSTILE, day=HOSTILE, time=HOSTILE)
def test_no_input_causes_a_failure(
    visit_connected: Visitor, env: EmailEnvironment, address: str, subject: str, day: str, time: str
) -> None:
    raw(env.rows).execute("delete from rate_limits")
    fields = {"address": address, "subject": subject, "day": day, "time": time}
    sent = {name: text.encode(errors="surrogatepass") for name, text in fields.items()}

    answers = [
        visit_connected.post(WHY, sent),
        visit_connected.post(WHY, {"subject": sent["subject"]}),
    ]

    assert {each.status_code for each in answers} <= {200, 400, 422}


def test_chart_has_a_table_for_screen_readers(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT), received_at=clock.utc_now())
    env.sync(connected_priya)

    page = visit_connected.text("/settings/email")

    assert "Messages kept per day, as a table Day (UTC) Messages kept" in page
    assert f"{clock.utc_now():%a} {clock.utc_now().day} {clock.utc_now():%B} 1 " in page


def test_email_page_leads_to_why_a_message_is_not_here(visit_connected: Visitor) -> None:
    assert 'href="/settings/email/why"' in visit_connected.get("/settings/email").text
