"""Earlier mail of new candidates waits for the owner of a mailbox who asked to be asked."""

from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.candidates import edits
from portal.candidates.models import ClosedAs
from portal.email import search_store
from portal.privacy import hold_store
from portal.privacy_settings.flash_texts import PrivacyFlash
from tests.claims.checks import claims
from tests.email.environment import ALEX, PRIYA, TALENT, EmailEnvironment, raw_message
from tests.email.search_runs import run
from tests.privacy.owner_questions import (
    HOME,
    KAI,
    LONG_AGO,
    PAGE,
    act,
    add_address,
    answer,
    arrived,
    candidate,
    catch_up,
    counted,
    texts_fetched,
    walk,
)
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor


def test_earlier_mail_waits_and_new_mail_comes(env: EmailEnvironment, asking_priya: str) -> None:
    arrived(env, "Earlier")
    env.sync(asking_priya)
    env.sandbox.control("DELETE", "requests")
    kai = candidate(env, KAI)
    catch_up(env, asking_priya)
    before = texts_fetched(env)

    env.arrives(PRIYA, raw_message("New", sender=KAI))
    catch_up(env, asking_priya)

    assert before == 0
    assert env.subjects(kai) == ["New"]
    assert texts_fetched(env) == 1


@claims(PrivacyFlash.SEARCHING)
def test_counted_messages_come_once_they_are_brought_in(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    for subject in ("One", "Two", "Three"):
        arrived(env, subject)
    arrived(env, "To an alias that is off", to=TALENT)
    env.sync(asking_priya)
    kai = candidate(env, KAI)
    catch_up(env, asking_priya)

    page = visit_connected.text(PAGE)
    count = counted(visit_connected)
    said = answer(visit_connected, kai, "bring-in")
    run(env)

    assert "Kai Sund Added by Alex Berg ," in page
    assert KAI in page
    assert count == 3
    assert "Portal searches your mailbox for earlier mail with Kai Sund." in said
    assert env.subjects(kai) == ["One", "Three", "Two"]
    assert "Nothing waits for you" in visit_connected.text(PAGE)


def test_mail_that_stays_can_be_brought_in_later(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    arrived(env, "Earlier")
    env.sync(asking_priya)
    kai = candidate(env, KAI)
    catch_up(env, asking_priya)

    said = answer(visit_connected, kai, "leave")
    env.arrives(PRIYA, raw_message("New", sender=KAI))
    catch_up(env, asking_priya)
    stayed = env.subjects(kai)
    answer(visit_connected, kai, "bring-in")
    run(env)

    assert "Earlier mail with Kai Sund stays in your mailbox." in said
    assert "Not from your mailbox" in said
    assert stayed == ["New"]
    assert env.subjects(kai) == ["Earlier", "New"]


def test_message_with_a_candidate_from_before_comes_to_their_feed_alone(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    rosa = next(iter(raw(env.rows)["candidates"].rows))["id"]
    arrived(env, "Both", sender="rosa.ortega@mail.example", to=f"{PRIYA}, {KAI}")
    arrived(env, "Kai alone")
    env.sync(asking_priya)
    kai = candidate(env, KAI)
    catch_up(env, asking_priya)
    waiting = [env.subjects(rosa), env.subjects(kai), counted(visit_connected)]
    answer(visit_connected, kai, "bring-in")
    run(env)

    assert waiting == [["Both"], [], 2]
    assert env.subjects(kai) == ["Both", "Kai alone"]
    assert env.count("messages") == 2


def test_further_address_waits_alone(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    arrived(env, "Of the first address")
    arrived(env, "Of the second address", sender=HOME)
    kai = env.candidate("Kai Sund", KAI)
    raw(env.rows).execute("update mailboxes set candidates_seen_at = ?", [LONG_AGO])
    catch_up(env, connected_priya)
    visit_connected.post("/settings/email/asking", {"on": "1"})
    add_address(env, kai, HOME)
    catch_up(env, connected_priya)
    walk(env, connected_priya)
    waiting = env.subjects(kai)
    count = counted(visit_connected)
    answer(visit_connected, kai, "bring-in")
    run(env)

    assert waiting == ["Of the first address"]
    assert count == 1
    assert env.subjects(kai) == ["Of the first address", "Of the second address"]


def test_reopened_candidate_waits_with_the_mail_of_the_time_between(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    raw(env.rows).execute("delete from asking_owners")
    kai = env.candidate("Kai Sund", KAI)
    arrived(env, "Before", days=9)
    catch_up(env, asking_priya)
    edits.close(act(env), kai, ClosedAs.WITHDRAWN)
    five_days_ago = clock.text(clock.utc_now() - timedelta(days=5))
    raw(env.rows).execute("update candidates set closed_at = ?", [five_days_ago])
    arrived(env, "Between")
    catch_up(env, asking_priya)
    visit_connected.post("/settings/email/asking", {"on": "1"})

    edits.reopen(act(env), kai)
    catch_up(env, asking_priya)
    walk(env, asking_priya)
    waiting = env.subjects(kai)
    page, count = visit_connected.text(PAGE), counted(visit_connected)
    answer(visit_connected, kai, "bring-in")
    run(env)

    assert waiting == ["Before"]
    assert "Reopened by Alex Berg" in page
    assert count == 1
    assert env.subjects(kai) == ["Before", "Between"]


def test_turning_the_switch_off_answers_nothing(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    arrived(env, "Waiting")
    arrived(env, "Of a later candidate", sender=HOME)
    env.sync(asking_priya)
    kai = candidate(env, KAI)

    visit_connected.post("/settings/email/asking", {"on": "0"})
    later = env.candidate("Later Person", HOME)
    catch_up(env, asking_priya)
    settings = visit_connected.text("/settings/email")

    assert env.subjects(kai) == []
    assert env.subjects(later) == ["Of a later candidate"]
    assert "Earlier mail with 1 candidate waits for you." in settings


def test_first_sync_brings_candidates_from_before_the_switch_alone(env: EmailEnvironment) -> None:
    priya = env.hire(PRIYA)
    rosa = env.candidate("Rosa Ortega", "rosa.ortega@mail.example")
    with env.rows.write():
        hold_store.start_asking(env.rows, priya, now=clock.utc_now())
    kai = env.candidate("Kai Sund", KAI)
    arrived(env, "Of Rosa", sender="rosa.ortega@mail.example")
    arrived(env, "Of Kai")
    env.connect(PRIYA)
    catch_up(env, priya)

    assert env.subjects(rosa) == ["Of Rosa"]
    assert env.subjects(kai) == []


def test_colleague_who_does_not_ask_brings_their_own_mail(
    env: EmailEnvironment, asking_priya: str
) -> None:
    alex = env.connect(ALEX)
    at = clock.utc_now() - timedelta(days=3)
    env.arrives(ALEX, raw_message("Of Alex", sender=KAI, to=ALEX, sent_at=at), received_at=at)
    arrived(env, "Of Priya")
    env.sync(alex)
    catch_up(env, asking_priya)
    kai = candidate(env, KAI)
    catch_up(env, asking_priya)

    assert env.subjects(kai) == ["Of Alex"]
    found = search_store.earlier_mail(env.rows, kai)
    assert (found.mailboxes, found.searching, found.asked) == (2, 0, 1)


def test_answer_is_about_what_the_page_showed(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    arrived(env, "Of the first address")
    arrived(env, "Of the second address", sender=HOME)
    env.sync(asking_priya)
    kai = candidate(env, KAI)
    shown = clock.text(clock.utc_now())
    raw(env.rows).execute("update held_addresses set asked_at = ?", [shown])
    add_address(env, kai, HOME)
    later = clock.text(clock.utc_now() + timedelta(seconds=5))
    raw(env.rows).execute("update held_addresses set asked_at = ? where folded = ?", [later, HOME])

    visit_connected.post(f"{PAGE}/{kai}/answer", {"answer": "bring-in", "asked_at": shown})
    run(env)

    assert env.subjects(kai) == ["Of the first address"]
    assert HOME in visit_connected.text(PAGE)


def test_only_the_owner_decides_and_the_log_names_nobody(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor, connected_app: Flask
) -> None:
    env.connect(ALEX)
    raw(env.rows).execute("update users set role = 'admin' where id = 'alex'")
    kai = candidate(env, KAI)
    alex = visitor(connected_app, "alex")
    form = {"answer": "bring-in", "asked_at": clock.text(clock.utc_now())}

    by_alex = alex.post(f"{PAGE}/{kai}/answer", form)
    answer(visit_connected, kai, "leave")
    answer(visit_connected, kai, "bring-in")

    assert by_alex.status_code == 404
    assert "Nothing waits for you" in alex.text(PAGE)
    acts = [(each["action"], each["target"]) for each in raw(env.rows)["audit_log"].rows]
    assert [each for each in acts if "earlier mail" in each[0]] == [
        ("asking before earlier mail turned on", "Priya Kaur"),
        ("earlier mail left in the mailbox", "own mailbox"),
        ("earlier mail brought in", "own mailbox"),
    ]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"answer": "bring-in", "asked_at": "yesterday"},
        {"answer": "all", "asked_at": LONG_AGO},
    ],
)
def test_other_answers_are_refused(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor, form: dict[str, str]
) -> None:
    kai = candidate(env, KAI)

    sent = visit_connected.post(f"{PAGE}/{kai}/answer", form)

    assert sent.status_code in (400, 422)
    assert env.count("held_addresses") == 1


def test_page_says_what_it_cannot_count(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    candidate(env, KAI)
    env.sandbox.control("POST", "faults", {"path": "/messages", "status": 503})

    page = visit_connected.text(PAGE)

    assert "Portal could not count all messages" in page
    assert "Sync Not from my mailbox" in page
