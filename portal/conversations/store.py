"""All SQL for links between messages and for hidden conversations. Everything is a Message-ID."""

from collections.abc import Collection, Iterable, Mapping

from portal.conversations.models import HiddenConversation
from portal.storage.rows import Rows

CONNECTED = """
with recursive connected (id) as (
    select cast(:start as text)
    union
    select case when l.linked_id = c.id then l.internet_message_id else l.linked_id end
    from connected c join message_links l on l.linked_id = c.id or l.internet_message_id = c.id
)
select id from connected
"""


def add_links(rows: Rows, links: Mapping[str, Collection[str]]) -> None:
    """Save what each message refers to. Belongs inside write(), as all changes here."""
    rows.many(
        "insert into message_links (internet_message_id, linked_id) values (?, ?) "
        "on conflict do nothing",
        [(own, other) for own, others in links.items() for other in others if other != own],
    )


def connected(rows: Rows, message_id: str) -> set[str]:
    """A message and every other that links connect with it, in either direction."""
    return set(rows.all(str, CONNECTED, {"start": message_id}))


def hidden_among(rows: Rows, message_ids: Collection[str]) -> dict[str, set[str]]:
    """The hidden conversations that each of these messages is part of."""
    found: dict[str, set[str]] = {}
    for message_id, conversation_id in rows.all(
        tuple,
        "select internet_message_id, conversation_id from hidden_messages "
        "where internet_message_id in :ids",
        {"ids": [*message_ids]},
    ):
        found.setdefault(message_id, set()).add(conversation_id)
    return found


def hide(rows: Rows, conversation: HiddenConversation, message_ids: Iterable[str]) -> None:
    rows.execute(
        "insert into hidden_conversations (id, hidden_by, hidden_at) values (?, ?, ?)",
        [conversation.id, conversation.hidden_by, conversation.hidden_at],
    )
    add_hidden(rows, ((conversation.id, each) for each in message_ids))


def add_hidden(rows: Rows, parts: Iterable[tuple[str, str]]) -> None:
    """Add messages to hidden conversations: pairs of both ids."""
    rows.many(
        "insert into hidden_messages (conversation_id, internet_message_id) values (?, ?) "
        "on conflict do nothing",
        [*parts],
    )


def show_again(rows: Rows, conversation_ids: Collection[str], *, hidden_by: str) -> int:
    """Forget these conversations if that user hid them. Returns how many were forgotten."""
    return rows.execute(
        "delete from hidden_conversations where id in :ids and hidden_by = :user",
        {"ids": [*conversation_ids], "user": hidden_by},
    )
