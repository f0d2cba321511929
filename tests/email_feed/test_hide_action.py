"""Hide a conversation from a feed, and show it again."""

from datetime import datetime

import pytest
from flask import Flask

from portal.audit.models import CANDIDATE
from portal.conversations.texts import ConversationFlash
from portal.storage.rows import Rows
from tests.claims.checks import claims
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed import hidden
from tests.email_feed.hidden import OTHER, SECRET
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor, words

FEED = "/candidates/rosa"
FIRST = f"{FEED}/messages/first"


@pytest.fixture
def visit_priya(app: Flask, rows: Rows, now: datetime) -> Visitor:
    hidden.hire(rows, now)
    hidden.keep_mail(rows, now)
    return visitor(app, "priya")


@claims(ConversationFlash.HIDDEN, ConversationFlash.NOT_HIDDEN, ConversationFlash.SEEN_AGAIN)
def test_conversation_is_hidden_and_shown_again(
    app: Flask, rows: Rows, visit_priya: Visitor
) -> None:
    ben = visitor(app, "ben")
    asked = visit_priya.text(FEED)

    said = words(visit_priya.post(f"{FIRST}/hiding", follow_redirects=True))
    while_hidden = ben.text(FEED)
    again = words(visit_priya.post(f"{FIRST}/showing", follow_redirects=True))

    assert "no longer see 2 messages of this conversation, nor later ones" in asked
    assert "2 messages are hidden from colleagues whose own mailbox has no copy." in said
    assert said.count("Hidden from colleagues Show again") == 2
    assert SECRET not in while_hidden
    assert OTHER in while_hidden
    assert "You no longer hide 2 messages. Colleagues see them again." in again
    assert SECRET in ben.text(FEED)


def test_audit_row_has_no_content(rows: Rows, visit_priya: Visitor) -> None:
    visit_priya.post(f"{FIRST}/hiding")
    visit_priya.post(f"{FIRST}/showing")

    told = [
        (each["action"], each["target"], each["new_value"])
        for each in raw(rows).query("select * from audit_log where actor_id = 'priya' order by id")
    ]
    assert sorted(told) == [
        ("conversation hidden", CANDIDATE, "2 messages hidden"),
        ("conversation shown again", CANDIDATE, "2 messages shown again"),
    ]


@pytest.mark.parametrize("name", ["ben", "alex"])
def test_message_of_another_mailbox_is_not_hidden(
    app: Flask, rows: Rows, visit_priya: Visitor, name: str
) -> None:
    other = visitor(app, name)

    answer = other.post(f"{FIRST}/hiding")

    assert answer.status_code == 403
    assert "Only owners of a mailbox that has this message can hide it." in words(answer)
    assert "Hide this conversation" not in other.text(FEED)
    assert raw(rows)["hidden_conversations"].count == 0


@pytest.mark.parametrize("name", ["ben", "alex"])
def test_another_person_does_not_show_it_again(
    app: Flask, rows: Rows, visit_priya: Visitor, name: str
) -> None:
    hidden.copy_for(rows, "first", name)
    visit_priya.post(f"{FIRST}/hiding")

    assert visitor(app, name).post(f"{FIRST}/showing").status_code == 404
    assert visitor(app, name).post(f"{FEED}/messages/answer/showing").status_code == 404
    assert raw(rows)["hidden_conversations"].count == 1


@pytest.mark.parametrize("act", ["hiding", "showing"])
def test_unknown_messages_and_limited_people_are_refused(
    app: Flask, visit_priya: Visitor, act: str
) -> None:
    assert visit_priya.post(f"{FEED}/messages/nothing/{act}").status_code == 404
    assert visit_priya.post(f"/candidates/mei/messages/first/{act}").status_code == 404
    assert visit_priya.post(f"/candidates/nobody/messages/first/{act}").status_code == 404
    assert visitor(app, "kim").post(f"{FIRST}/{act}").status_code == 403


def test_hidden_twice_by_one_person_is_one_conversation(rows: Rows, visit_priya: Visitor) -> None:
    visit_priya.post(f"{FIRST}/hiding")
    visit_priya.post(f"{FEED}/messages/answer/hiding")

    assert raw(rows)["hidden_conversations"].count == 1


@claims(ConversationFlash.STILL_HIDDEN)
def test_two_holders_both_have_to_show_it_again(
    app: Flask, rows: Rows, visit_priya: Visitor
) -> None:
    """Each of them sees it, since each mailbox has its copies."""
    for own_id in ("first", "answer"):
        hidden.copy_for(rows, own_id, "alex")
    alex, ben = visitor(app, "alex"), visitor(app, "ben")
    visit_priya.post(f"{FIRST}/hiding")
    seen_by_alex = alex.text(FEED)
    alex.post(f"{FIRST}/hiding")

    again = words(visit_priya.post(f"{FIRST}/showing", follow_redirects=True))
    by_alex_alone = ben.text(FEED)
    alex.post(f"{FIRST}/showing")

    assert "Hidden by Priya Kaur Hide this conversation" in seen_by_alex
    assert "You no longer hide 2 messages. 2 messages stay hidden by a colleague." in again
    assert "Hidden by Alex Berg" in again
    assert SECRET not in by_alex_alone
    assert SECRET in ben.text(FEED)


def test_owner_whose_copy_is_deleted_may_still_hide_it(
    app: Flask, rows: Rows, visit_priya: Visitor
) -> None:
    raw(rows).execute("update message_copies set gone_at = '2026-11-24T14:00:00Z'")

    assert visit_priya.post(f"{FIRST}/hiding").status_code == 303
    assert SECRET not in visitor(app, "ben").text(FEED)
    assert SECRET in visit_priya.text(FEED)


def test_person_comes_back_to_where_they_were(
    rows: Rows, visit_priya: Visitor, now: datetime
) -> None:
    for number in range(30):
        messages.keep(rows, Message(f"more{number}", minutes_ago=number), now=now)
    place = "2026-11-24T13:40:00Z~01234567-0123-0123-0123-012345678901"

    top = visit_priya.post(f"{FIRST}/hiding").location
    older = visit_priya.post(f"{FIRST}/showing?after={place}").location
    whole = visit_priya.post(f"{FIRST}/hiding?whole=1").location

    assert top == f"{FEED}#message-first"
    assert older == f"{FEED}?after={place}#message-first"
    assert whole == FIRST
    assert f"{FIRST}/showing?whole=1" in visit_priya.get(FIRST).text
    assert f"/hiding?after={place}" in visit_priya.get(f"{FEED}?after={place}").text
    assert visit_priya.post(f"{FIRST}/hiding?after=//evil.example").status_code == 404
