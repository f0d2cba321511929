"""Strangers in conversations with a candidate: who is asked about them, and what an answer does."""

from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit.act import Act
from portal.audit.models import CANDIDATE, Actor
from portal.candidates import store as candidates
from portal.privacy import holds, never_sync
from tests.email.environment import ALEX, PRIYA, ROSA, TALENT, EmailEnvironment, raw_message
from tests.shared_mailboxes.environment import JOBS, add
from tests.support import builders
from tests.support.browser import browser, send
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor

FIRST = "<first@mail.example>"
HOME = "rosa@home.example"


def rosa_of(env: EmailEnvironment) -> str:
    (rosa,) = raw(env.rows)["candidates"].rows
    return str(rosa["id"])


def answer(subject: str = "Re: Application", *, sender: str = f"Rosa O. <{HOME}>") -> bytes:
    return f"In-Reply-To: {FIRST}\r\nReferences: {FIRST}\r\n".encode() + raw_message(
        subject, sender=sender
    )


@pytest.fixture
def asked(env: EmailEnvironment, connected_priya: str) -> str:
    """Rosa's id, after a stranger answered in her conversation with Priya."""
    env.arrives(PRIYA, raw_message("Application", message_id=FIRST))
    env.sync(connected_priya)
    env.arrives(PRIYA, answer())
    env.sync(connected_priya)
    return rosa_of(env)


def page_of(visit: Visitor, candidate_id: str) -> str:
    return unescape(visit.text(f"/candidates/{candidate_id}"))


def addresses(env: EmailEnvironment, candidate_id: str) -> tuple[str, ...]:
    return candidates.candidate(env.rows, candidate_id).addresses


def test_owner_is_asked_and_the_message_is_not_kept(
    env: EmailEnvironment, visit_connected: Visitor, asked: str
) -> None:
    page = page_of(visit_connected, asked)

    assert f"Is {HOME} also an address of Rosa Ortega?" in page
    assert "Rosa O. wrote in a conversation with Rosa Ortega in a mailbox of yours." in page
    assert env.subjects(asked) == ["Application"]
    assert addresses(env, asked) == (ROSA,)


def test_colleagues_see_nothing_of_a_stranger(
    env: EmailEnvironment, visit_connected: Visitor, asked: str
) -> None:
    alex = visitor(visit_connected.client.application, env.hire(ALEX))

    page = page_of(alex, asked)
    answers = [
        alex.post(f"/candidates/{asked}/suggested-addresses/{name}", {"address": HOME})
        for name in ("acceptance", "refusal")
    ]

    assert HOME not in page
    assert [each.status_code for each in answers] == [404, 404]
    assert addresses(env, asked) == (ROSA,)


def test_yes_adds_the_address_and_the_question_is_gone(
    env: EmailEnvironment, visit_connected: Visitor, asked: str
) -> None:
    path = f"/candidates/{asked}/suggested-addresses/acceptance"
    raw(env.rows).execute("update candidates set time_zone = 'Asia/Tokyo'")

    answers = [visit_connected.post(path, {"address": HOME}).status_code for _ in range(2)]

    assert answers == [303, 404]
    assert addresses(env, asked) == (ROSA, HOME)
    assert candidates.candidate(env.rows, asked).time_zone == "Asia/Tokyo"
    assert "also an address of" not in page_of(visit_connected, asked)


def test_owner_who_is_asked_first_is_told_what_waits(
    env: EmailEnvironment, visit_connected: Visitor, asked: str
) -> None:
    visit_connected.post("/settings/email/asking", {"on": "1"})

    visit_connected.post(f"/candidates/{asked}/suggested-addresses/acceptance", {"address": HOME})

    told = "is added. Earlier mail with it in your mailbox waits until you decide."
    assert told in page_of(visit_connected, asked)
    assert env.count("held_addresses") == 1


def test_no_is_remembered(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str, asked: str
) -> None:
    path = f"/candidates/{asked}/suggested-addresses/refusal"

    visit_connected.post(path, {"address": HOME})
    env.arrives(PRIYA, answer("Re: Again"))
    env.sync(connected_priya)

    assert "also an address of" not in page_of(visit_connected, asked)
    assert addresses(env, asked) == (ROSA,)
    targets = [each["target"] for each in raw(env.rows)["audit_log"].rows]
    assert CANDIDATE in targets
    assert not any(HOME in each for each in targets)


@pytest.mark.parametrize(
    "sender",
    [
        *("sam@northwind.example", "sam@law.example", TALENT, "broken"),
        *("no-reply@shop.example", "notifications@social.example", "bounces-7@lists.example"),
    ],
)
def test_nobody_is_asked_about_people_who_cannot_be_candidates(
    env: EmailEnvironment, connected_priya: str, now: datetime, sender: str
) -> None:
    builders.user(env.rows, "Sam Okafor", address="sam@northwind.example")
    act = Act(env.rows, Actor.system("test"), now)
    never_sync.add(act, "law.example", owner=connected_priya)
    env.arrives(PRIYA, raw_message("Application", message_id=FIRST))
    env.sync(connected_priya)
    env.arrives(PRIYA, answer(sender=sender))

    env.sync(connected_priya)

    assert env.count("suggested_addresses") == 0


def test_message_with_an_address_of_never_sync_leaves_nothing(
    env: EmailEnvironment, connected_priya: str, now: datetime
) -> None:
    """The list is applied before anything is stored, an unknown writer included."""
    never_sync.add(Act(env.rows, Actor.system("test"), now), "law.example", owner=connected_priya)
    env.arrives(PRIYA, raw_message("Application", message_id=FIRST))
    env.sync(connected_priya)
    env.arrives(PRIYA, b"Cc: sam@law.example\r\n" + answer())

    env.sync(connected_priya)

    assert env.count("suggested_addresses") == 0


def test_stranger_in_no_known_conversation_leaves_nothing(
    env: EmailEnvironment, connected_priya: str
) -> None:
    env.arrives(PRIYA, raw_message("Application", message_id=FIRST))
    env.arrives(PRIYA, raw_message("Private", sender=HOME))

    env.sync(connected_priya)

    assert env.count("suggested_addresses") == 0
    assert env.count("conversations_in_mailboxes") == 1


def test_never_sync_takes_an_open_question_back(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str, asked: str, now: datetime
) -> None:
    never_sync.add(Act(env.rows, Actor.system("test"), now), HOME, owner=connected_priya)

    assert HOME not in page_of(visit_connected, asked)


@pytest.fixture
def shared(env: EmailEnvironment, admin: FlaskClient) -> str:
    """The account of jobs@, in which a stranger answered in Rosa's conversation."""
    env.candidate("Rosa Ortega", ROSA)
    account_id = add(env, admin)
    env.arrives(JOBS, raw_message("Application", to=JOBS, message_id=FIRST))
    env.sync(account_id)
    env.arrives(JOBS, answer())
    env.sync(account_id)
    return account_id


def act_of(env: EmailEnvironment, now: datetime) -> Act:
    return Act(env.rows, Actor.system("test"), now)


@pytest.mark.parametrize(("list_of", "is_asked"), [("priya", True), ("shared", False)])
def test_lists_of_the_mailbox_decide_not_those_of_the_viewer(
    env: EmailEnvironment, portal: Flask, shared: str, now: datetime, list_of: str, is_asked: bool
) -> None:
    owner = shared if list_of == "shared" else list_of
    never_sync.add(act_of(env, now), HOME, owner=owner)

    page = page_of(visitor(portal, "priya"), rosa_of(env))

    assert (f"Is {HOME} also an address of Rosa Ortega?" in page) is is_asked


def test_owner_is_asked_once_about_an_address_in_two_mailboxes(
    env: EmailEnvironment, portal: Flask, shared: str, now: datetime
) -> None:
    (found,) = raw(env.rows)["suggested_addresses"].rows
    builders.insert(env.rows, "suggested_addresses", dict(found) | {"account_id": "priya"})
    priya, question = browser(portal, "priya"), f"Is {HOME} also an address of Rosa Ortega?"
    path = f"/candidates/{rosa_of(env)}"

    first = priya.get(path).text.count(question)
    never_sync.add(act_of(env, now), HOME, owner="priya")
    second = priya.get(path).text.count(question)
    send(priya, f"{path}/suggested-addresses/refusal", address=HOME)

    assert (first, second) == (1, 1)
    assert question not in priya.get(path).text


@pytest.mark.parametrize(
    ("asking", "said"),
    [
        ((), "Portal searches for mail with it."),
        (("shared",), f"Earlier mail with it in {JOBS} waits until an owner decides."),
        (("priya",), "Earlier mail with it in your mailbox waits until you decide."),
        (
            ("shared", "priya"),
            f"Earlier mail with it in your mailbox and {JOBS} waits until an owner decides.",
        ),
        (("alex",), "Portal searches for mail with it."),
    ],
)
def test_answer_names_the_mailboxes_whose_earlier_mail_waits(
    env: EmailEnvironment,
    portal: Flask,
    shared: str,
    now: datetime,
    asking: tuple[str, ...],
    said: str,
) -> None:
    for each in asking:
        holds.set_asking(act_of(env, now), shared if each == "shared" else each, asks=True)
    priya = browser(portal, "priya")

    send(priya, f"/candidates/{rosa_of(env)}/suggested-addresses/acceptance", address=HOME)

    assert f"{HOME} is added. {said}" in priya.get(f"/candidates/{rosa_of(env)}").text


def test_everything_goes_with_the_candidate(
    env: EmailEnvironment, visit_connected: Visitor, asked: str
) -> None:
    visit_connected.post(f"/candidates/{asked}/deletion")

    assert env.count("suggested_addresses") == 0
    assert env.count("conversations_in_mailboxes") == 0
