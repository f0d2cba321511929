"""Conversations as they are hidden and shown again."""

from datetime import datetime

import pytest

from portal.audit.models import AuditedCandidate
from portal.conversations import store, visibility
from portal.conversations.models import HiddenConversation, Hide, ShownAgain
from portal.conversations.threads import threads_of
from portal.errors import NotFound
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed import hidden
from tests.email_feed.hidden import message_id
from tests.support.raw_rows import raw

IDS = {message_id("first"), message_id("answer")}


@pytest.fixture
def team(rows: Rows, now: datetime) -> Rows:
    hidden.hire(rows, now)
    hidden.keep_mail(rows, now)
    return rows


def test_messages_are_parted_into_conversations(rows: Rows) -> None:
    """A link connects in either direction, also through messages that were never kept."""
    with rows.write():
        store.add_links(rows, {"<b@x>": ["<a@x>"], "<c@x>": ["<lost@x>"], "<d@x>": ["<lost@x>"]})

    parts = threads_of(rows, ["<a@x>", "<c@x>", "<d@x>", "<alone@x>"])

    assert sorted(sorted(part) for part in parts) == [
        ["<a@x>", "<b@x>"],
        ["<alone@x>"],
        ["<c@x>", "<d@x>", "<lost@x>"],
    ]
    assert threads_of(rows, []) == []


def test_count_is_of_the_whole_conversation(team: Rows) -> None:
    counts = visibility.kept_counts(team, [message_id("first"), message_id("open")], viewer="priya")

    assert counts == {**dict.fromkeys(IDS, 2), message_id("open"): 1}


def test_count_leaves_out_what_a_colleague_hid(team: Rows, now: datetime) -> None:
    hidden.hide(team, now)
    hidden.copy_for(team, "first", "ben")

    assert visibility.kept_counts(team, IDS, viewer="ben") == dict.fromkeys(IDS, 1)


def test_hidden_again_it_takes_in_what_came_since(team: Rows, now: datetime) -> None:
    hidden.hide(team, now)
    messages.keep(team, Message("late"), now=now)
    with team.write():
        store.add_links(team, {message_id("late"): [message_id("answer")]})

    count = hidden.hide(team, now, own_id="late")

    assert count == 3
    assert raw(team)["hidden_conversations"].count == 1


def test_shown_again_by_somebody_else_is_not_found(team: Rows, now: datetime) -> None:
    hidden.hide(team, now)

    with pytest.raises(NotFound):
        visibility.show_again(
            hidden.act(team, now, "ben"), IDS, by=["ben"], candidate=AuditedCandidate("rosa")
        )
    assert visibility.show_again(
        hidden.act(team, now), IDS, by=["priya"], candidate=AuditedCandidate("rosa")
    ) == ShownAgain(messages=2, still_hidden=0)


def test_people_who_hid_it_are_named_once(team: Rows, now: datetime) -> None:
    hidden.hide(team, now)
    hidden.hide(team, now, by="alex")
    with team.write():
        store.hide(team, HiddenConversation("left", None, now), [message_id("first")])

    found = store.hides_of(team, ["first", "open"], viewer="priya")

    assert found["first"] == [
        Hide("alex", "Alex Berg"),
        Hide("priya", "Priya Kaur", is_own=True),
        Hide(None, ""),
    ]
    assert "open" not in found
