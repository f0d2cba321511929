"""Links between messages, and hidden conversations, as they are kept."""

from datetime import UTC, datetime

import pytest

from portal.conversations import store
from portal.conversations.models import HiddenConversation
from portal.storage.rows import Rows
from tests.support import builders

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("start", ["<first@x>", "<answer@x>", "<last@x>", "<never-kept@x>"])
def test_conversation_is_found_from_any_of_its_messages(rows: Rows, start: str) -> None:
    with rows.write():
        store.add_links(rows, {"<answer@x>": ["<first@x>", "<never-kept@x>"]})
        store.add_links(rows, {"<last@x>": ["<answer@x>", "<last@x>"], "<other@x>": ["<else@x>"]})

    assert store.connected(rows, start) == {
        "<first@x>",
        "<never-kept@x>",
        "<answer@x>",
        "<last@x>",
    }


def test_message_without_links_is_a_conversation(rows: Rows) -> None:
    assert store.connected(rows, "<alone@x>") == {"<alone@x>"}


def _hide(rows: Rows, conversation_id: str, by: str, *ids: str) -> None:
    with rows.write():
        store.hide(rows, HiddenConversation(conversation_id, by, NOW), ids)


def test_only_the_person_who_hid_it_shows_it_again(rows: Rows) -> None:
    priya, ben = builders.user(rows, "priya"), builders.user(rows, "ben")
    _hide(rows, "c1", priya, "<a@x>", "<b@x>")

    with rows.write():
        assert store.show_again(rows, ["c1"], hidden_by=ben) == 0
        store.add_hidden(rows, [("c1", "<late@x>"), ("c1", "<a@x>")])
    assert store.hidden_among(rows, ["<late@x>", "<a@x>", "<z@x>"]) == {
        "<late@x>": {"c1"},
        "<a@x>": {"c1"},
    }
    with rows.write():
        assert store.show_again(rows, ["c1"], hidden_by=priya) == 1
    assert store.hidden_among(rows, ["<late@x>", "<a@x>"]) == {}
