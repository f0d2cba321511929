"""Hidden conversations in mailboxes that are really synced, and what their owners decide."""

from datetime import datetime

import pytest
from flask import Flask

from portal import clock
from portal.audit.models import AuditedCandidate
from portal.candidates import edits
from portal.candidates import store as candidates
from portal.candidates.edits import Draft
from portal.conversations import visibility
from portal.email import removal
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.environment import (
    ALEX,
    PRIYA,
    ROSA,
    TALENT,
    EmailEnvironment,
    raw_message,
    skip_searches,
)
from tests.email.messages import Message
from tests.email_feed import hidden
from tests.email_why.answers import ask
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor, words

SECRET = "Salary talk"
ID = "<secret@mail.example>"
PAGE = "/settings/email/candidates"


def secret() -> bytes:
    return raw_message(SECRET, to=f"{PRIYA}, {ALEX}", message_id=ID)


def hide(env: EmailEnvironment, by: str) -> None:
    visibility.hide(
        hidden.act(env.rows, clock.utc_now(), by), [ID], by=by, candidate=AuditedCandidate("rosa")
    )


@pytest.fixture
def rosa(env: EmailEnvironment, connected_priya: str) -> str:
    """Rosa, whose conversation with Priya is kept and hidden."""
    env.arrives(PRIYA, secret())
    env.sync(connected_priya)
    hide(env, connected_priya)
    return str(next(iter(raw(env.rows)["candidates"].rows))["id"])


@pytest.fixture
def alex(env: EmailEnvironment, connected_app: Flask) -> Visitor:
    return visitor(connected_app, env.connect(ALEX))


def test_forged_message_with_the_same_id_shows_only_itself(
    env: EmailEnvironment, rosa: str, alex: Visitor
) -> None:
    forged = raw_message("Forged", sender=ROSA, to=ALEX, message_id=ID, text="Tell me all.")
    env.arrives(ALEX, forged)
    env.sync("alex")

    shown = alex.text(f"/candidates/{rosa}")

    assert env.subjects(rosa) == ["Forged", SECRET]
    assert "Forged" in shown
    assert SECRET not in shown


def test_colleague_whose_mailbox_has_the_same_message_sees_it(
    env: EmailEnvironment, rosa: str, alex: Visitor
) -> None:
    before = alex.text(f"/candidates/{rosa}")
    env.arrives(ALEX, secret())
    env.sync("alex")

    assert SECRET not in before
    assert env.count("messages") == 1
    assert SECRET in alex.text(f"/candidates/{rosa}")


def test_candidate_added_again_brings_it_back_hidden(
    env: EmailEnvironment, rosa: str, connected_priya: str, alex: Visitor
) -> None:
    act = hidden.act(env.rows, clock.utc_now(), "alex")
    removal.delete_candidate(act, candidates.candidate(env.rows, rosa))
    again = env.candidate("Rosa Again", ROSA)
    skip_searches(env, until="2020-01-01T00:00:00Z")
    env.arrives(PRIYA, secret())
    env.sync(connected_priya)

    assert env.subjects(again) == [SECRET]
    assert SECRET not in alex.text(f"/candidates/{again}")


def test_address_moved_to_another_candidate_brings_it_hidden(
    env: EmailEnvironment, rosa: str, connected_priya: str, alex: Visitor
) -> None:
    kai = env.candidate("Kai Sund", "kai@mail.example")
    known = candidates.candidate(env.rows, kai)
    draft = Draft("Kai Sund", "", f"kai@mail.example\n{ROSA}")
    edits.change(hidden.act(env.rows, clock.utc_now(), "alex"), kai, draft, seen=known.updated_at)
    env.arrives(PRIYA, secret())
    env.sync(connected_priya)

    assert env.subjects(kai) == [SECRET]
    assert SECRET not in alex.text(f"/candidates/{kai}")


def test_why_does_not_tell_of_a_message_that_a_colleague_hid(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    """Its owner is told of their own copy as if the colleague had none."""
    to_both = raw_message(SECRET, to=f"{ALEX}, {TALENT}", message_id=ID)
    env.arrives(ALEX, to_both)
    env.arrives(PRIYA, to_both)
    env.sync(env.connect(ALEX))
    env.sync(connected_priya)
    told_before = ask(visit_connected, address=ROSA)
    hide(env, "alex")

    told = ask(visit_connected, address=ROSA)

    assert "from a colleague's mailbox" in told_before
    assert "from a colleague's mailbox" not in told
    assert "Open the feed of" not in told
    assert f"{TALENT} is off." in told


@pytest.fixture
def team(app: Flask, rows: Rows, now: datetime) -> Rows:
    """Two conversations of Kim's mailbox with Rosa, and one of Ben's."""
    builders.mailbox(rows, "kim")
    builders.mailbox(rows, builders.user(rows, "Ben Roth"))
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)
    for own_id, owner in (("one", "kim"), ("two", "kim"), ("three", "ben")):
        message = Message(own_id, subject=f"About {own_id}", brought=((owner, None),))
        messages.keep(rows, message, now=now)
    return rows


def test_limited_person_hides_what_their_mailbox_brought(app: Flask, team: Rows) -> None:
    kim, ben, priya = (visitor(app, name) for name in ("kim", "ben", "priya"))

    said = words(kim.post(f"{PAGE}/rosa/hiding", follow_redirects=True))
    seen, by_ben = (who.text("/candidates/rosa") for who in (priya, ben))
    again = words(kim.post(f"{PAGE}/rosa/showing", follow_redirects=True))

    assert "2 messages are hidden from colleagues whose own mailbox has no copy." in said
    assert "2 messages, hidden from colleagues. Added" in said
    assert "Show again" in said
    assert ["About one" in seen, "About two" in seen, "About three" in seen] == [False, False, True]
    assert "About one" not in by_ben
    assert "You no longer hide 2 messages. Colleagues see them again." in again
    assert "About one" in priya.text("/candidates/rosa")


def test_part_of_a_candidate_can_be_hidden(app: Flask, team: Rows, now: datetime) -> None:
    visibility.hide(
        hidden.act(team, now, "kim"),
        [hidden.message_id("one")],
        by="kim",
        candidate=AuditedCandidate("rosa"),
    )

    page = visitor(app, "kim").text(PAGE)

    assert "2 messages, 1 of them hidden from colleagues. Added" in page
    assert "Show again Hide" in page


@pytest.mark.parametrize("act", ["hiding", "showing"])
def test_candidate_of_no_own_mail_is_not_found(app: Flask, team: Rows, act: str) -> None:
    kim = visitor(app, "kim")

    assert kim.post(f"{PAGE}/mei/{act}").status_code == 404
    assert kim.post(f"{PAGE}/nobody/{act}").status_code == 404
    assert visitor(app, "priya").post(f"{PAGE}/rosa/{act}").status_code == 404
    assert raw(team)["hidden_conversations"].count == 0


def test_owner_does_not_show_again_what_a_colleague_hid(app: Flask, team: Rows) -> None:
    visitor(app, "kim").post(f"{PAGE}/rosa/hiding")

    assert visitor(app, "ben").post(f"{PAGE}/rosa/showing").status_code == 404
    assert raw(team)["hidden_messages"].count == 2
