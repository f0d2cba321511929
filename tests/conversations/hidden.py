"""Conversations that Priya hid."""

from collections.abc import Iterable

from portal.conversations import store
from portal.storage.rows import Rows
from tests.support.builders import LONG_AGO, insert


def hide(rows: Rows, message_ids: Iterable[str], *, by: str = "priya", name: str = "c1") -> str:
    """Hide messages as one conversation. Returns its id."""
    insert(rows, "hidden_conversations", {"id": name, "hidden_by": by, "hidden_at": LONG_AGO})
    with rows.write():
        store.add_hidden(rows, [(name, each) for each in message_ids])
    return name


def hidden(rows: Rows, name: str = "c1") -> set[str]:
    """The Message-IDs of a hidden conversation."""
    sql = "select internet_message_id from hidden_messages where conversation_id = ?"
    return set(rows.all(str, sql, [name]))


def hidden_subjects(rows: Rows) -> list[str]:
    """The subjects of stored messages that are hidden, one for each row."""
    sql = "select m.subject from hidden_mail h join messages m on m.id = h.message_id order by 1"
    return rows.all(str, sql)
