"""Links between messages, and hidden conversations, as they are kept."""

import pytest

from portal.conversations import store
from portal.storage.rows import Rows
from tests.conversations.hidden import hide
from tests.support import builders

THREAD = {
    ("<answer@x>", "<first@x>"),
    ("<answer@x>", "<never-kept@x>"),
    ("<last@x>", "<answer@x>"),
}


@pytest.mark.parametrize("start", ["<first@x>", "<answer@x>", "<last@x>", "<never-kept@x>"])
def test_thread_is_found_from_any_of_its_messages(rows: Rows, start: str) -> None:
    with rows.write():
        store.add_links(rows, {"<answer@x>": ["<first@x>", "<never-kept@x>"]})
        store.add_links(rows, {"<last@x>": ["<answer@x>", "<last@x>"], "<other@x>": ["<else@x>"]})

    found = store.links_around(rows, [start])

    assert sorted(found) == sorted(THREAD)


def test_message_without_links_has_none_around_it(rows: Rows) -> None:
    assert store.links_around(rows, ["<alone@x>"]) == []


def test_messages_name_their_hidden_conversations(rows: Rows) -> None:
    builders.user(rows, "priya")
    assert not store.is_any_hidden(rows)

    hide(rows, ["<a@x>", "<b@x>"])
    with rows.write():
        store.add_hidden(rows, [("c1", "<late@x>"), ("c1", "<a@x>")])

    assert store.is_any_hidden(rows)
    assert store.hidden_among(rows, ["<late@x>", "<a@x>", "<z@x>"]) == {
        "<late@x>": {"c1"},
        "<a@x>": {"c1"},
    }
