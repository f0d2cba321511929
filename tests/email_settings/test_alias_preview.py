"""The preview of an alias names the messages that then appear, to its owner alone."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import searches
from portal.graph.time_limits import PAGE_SECONDS
from portal.privacy import never_sync
from tests import pages
from tests.email.environment import (
    ALEX,
    PRIYA,
    TALENT,
    EmailEnvironment,
    raw_message,
    skip_searches,
)
from tests.email.search_runs import run
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor

AMAL = "amal@mail.example"


def page_of(env: EmailEnvironment) -> str:
    (row,) = raw(env.rows).query("select id from aliases where folded = ?", [TALENT])
    return f"/settings/email/aliases/{row['id']}/inclusion"


def counted(page: str) -> tuple[int, int]:
    """All messages that the page announces, and those of the last 30 days."""
    found = re.search(r"found (\d+) messages? .*? (\d+) messages? arrived", page)
    assert found is not None, page
    return int(found[1]), int(found[2])


def brought(env: EmailEnvironment, visit: Visitor) -> list[str]:
    """Subjects that are new in feeds once the alias is on with its earlier mail."""
    before = entries(env)
    visit.post(page_of(env), {"on": "1", "start": "beginning"})
    run(env)
    return sorted(subject for entry, subject in entries(env) - before)


def entries(env: EmailEnvironment) -> set[tuple[str, str]]:
    found = raw(env.rows).query(
        "select e.subject_id, m.subject from feed_entries e join messages m on m.id = e.subject_id"
    )
    return {(row["subject_id"], row["subject"]) for row in found}


def test_preview_counts_what_then_appears(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    today = clock.utc_now()
    for days, subject in ((40, "Oldest"), (3, "Portfolio"), (2, "Question"), (1, "Answer")):
        at = today - timedelta(days=days)
        env.arrives(PRIYA, raw_message(subject, to=TALENT, sent_at=at), received_at=at)
    env.arrives(PRIYA, raw_message("Just now", to=TALENT))
    env.arrives(PRIYA, raw_message("To nobody known", sender=AMAL, to=TALENT))
    env.arrives(PRIYA, raw_message("Deleted", to=TALENT), folder="Deleted Items")
    env.arrives(PRIYA, raw_message("By the primary address", to=f"{TALENT}, {PRIYA}"))
    env.sync(connected_priya)

    page = visit_connected.text(page_of(env))
    subjects = brought(env, visit_connected)

    assert counted(page) == (5, 4)
    assert subjects == ["Answer", "Just now", "Oldest", "Portfolio", "Question"]
    assert "That brings 5 messages." in page
    assert "The newest ones. Only you see these subjects: Just now Answer Question New and" in page


def test_preview_leaves_out_what_is_here_and_counts_what_a_later_candidate_wrote(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    for number in range(5):
        env.arrives(PRIYA, raw_message(f"Of Rosa {number}", to=TALENT))
    for number in range(3):
        env.arrives(PRIYA, raw_message(f"Of Amal {number}", sender=AMAL, to=TALENT))
    env.sync(connected_priya)
    assert len(brought(env, visit_connected)) == 5
    visit_connected.post(page_of(env), {"on": "0"})
    env.candidate("Amal Haddad", AMAL)
    run(env)

    page = visit_connected.text(page_of(env))
    subjects = brought(env, visit_connected)

    assert counted(page) == (3, 3)
    assert subjects == ["Of Amal 0", "Of Amal 1", "Of Amal 2"]


def test_preview_leaves_out_what_a_colleague_brought(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    to_both = raw_message("To both of us", to=f"{TALENT}, {ALEX}")
    env.arrives(ALEX, to_both)
    env.arrives(PRIYA, to_both)
    env.arrives(PRIYA, raw_message("To Priya alone", to=TALENT))
    env.sync(env.connect(ALEX))
    env.sync(connected_priya)
    skip_searches(env)

    page = visit_connected.text(page_of(env))

    assert counted(page) == (1, 1)
    assert brought(env, visit_connected) == ["To Priya alone"]


def test_preview_leaves_out_what_is_never_synced(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    env.candidate("Amal Haddad", AMAL)
    env.arrives(PRIYA, raw_message("Of Rosa", to=TALENT))
    env.arrives(PRIYA, raw_message("Of Amal", sender=AMAL, to=TALENT))
    env.sync(connected_priya)
    act = Act(env.rows, Actor.system("test"), clock.utc_now())
    never_sync.add(act, AMAL, owner=connected_priya)

    page = visit_connected.text(page_of(env))

    assert counted(page) == (1, 1)
    assert "Of Amal" not in page
    assert brought(env, visit_connected) == ["Of Rosa"]


def test_preview_of_an_empty_alias_says_so(env: EmailEnvironment, visit_connected: Visitor) -> None:
    answer = visit_connected.get(page_of(env))
    page = visit_connected.text(page_of(env))

    assert pages.complaints(answer.text) == []
    assert "Portal found no message between a candidate and this address" in page
    assert "That brings nothing now." in page
    assert "Turn on sending from aliases" in page


def test_list_that_microsoft_cuts_is_a_least_count(
    env: EmailEnvironment, visit_connected: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MOST_FOUND", 2)
    for number in range(2):
        env.arrives(PRIYA, raw_message(f"Number {number}", to=TALENT))

    page = visit_connected.text(page_of(env))

    assert "Portal found at least 2 messages" in page
    assert "That brings at least 2 messages." in page


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"delayMs": 20_000}, "Microsoft did not answer in time."),
        ({"status": 500}, "Microsoft did not answer in time."),
        ({"status": 400}, "Microsoft refused (UnknownError)."),
        ({"status": 403}, "A permission is missing, or an administrator"),
    ],
)
def test_choice_is_offered_without_a_count(
    env: EmailEnvironment, visit_connected: Visitor, fault: dict[str, int], sentence: str
) -> None:
    env.sandbox.control("POST", "faults", {"path": "messages", "times": 20, **fault})
    begun = clock.monotonic()

    answer = visit_connected.get(page_of(env))

    assert clock.monotonic() - begun < PAGE_SECONDS + 1
    assert answer.status_code == 200
    assert pages.complaints(answer.text) == []
    assert "Portal could not count what this address would bring" in answer.text
    assert sentence in answer.text
    assert 'value="now"' in answer.text
    assert 'value="beginning"' in answer.text


@pytest.mark.parametrize(
    "sql",
    [
        "update mailboxes set is_syncing = 0",
        "update connections set state = 'lapsed'",
        "update mailboxes set first_sync_finished_at = null",
    ],
)
def test_mailbox_that_is_not_synced_is_not_searched(
    env: EmailEnvironment, visit_connected: Visitor, sql: str
) -> None:
    raw(env.rows).execute(sql)
    env.sandbox.control("DELETE", "requests")

    page = visit_connected.text(page_of(env))

    assert "Your mailbox is not synced at the moment. You can choose nevertheless." in page
    assert env.sandbox.control("GET", "requests")["value"] == []


def test_subjects_are_for_the_owner_alone(
    env: EmailEnvironment, connected_app: Flask, visit_connected: Visitor
) -> None:
    env.arrives(PRIYA, raw_message("Salary", to=TALENT))
    alex = env.connect(ALEX)
    raw(env.rows).execute("update users set role = 'admin' where id = ?", [alex])
    env.sandbox.control("DELETE", "requests")

    answer = visitor(connected_app, alex).get(page_of(env))

    assert (answer.status_code, "Salary" in answer.text) == (404, False)
    assert env.sandbox.control("GET", "requests")["value"] == []
    assert "Salary" in visit_connected.get(page_of(env)).text
    assert entries(env) == set()


def test_previews_are_limited(env: EmailEnvironment, visit_connected: Visitor) -> None:
    path = page_of(env)

    answers = [visit_connected.get(path) for _ in range(21)]

    assert {answer.status_code for answer in answers} == {200}
    assert "That was too often." in answers[-1].text
    assert "That was too often." not in answers[-2].text
