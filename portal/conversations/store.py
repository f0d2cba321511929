"""All SQL for links between messages and for hidden conversations. Everything is a Message-ID."""

from collections.abc import Collection, Iterable, Mapping

from portal.storage.rows import Rows

# Every link of the threads that these messages are in.
LINKS_AROUND = """
with recursive connected (id) as (
    select internet_message_id from message_links where internet_message_id in :ids
    union
    select linked_id from message_links where linked_id in :ids
    union
    select case when l.linked_id = c.id then l.internet_message_id else l.linked_id end
    from connected c join message_links l on l.linked_id = c.id or l.internet_message_id = c.id
)
select internet_message_id, linked_id from message_links
where internet_message_id in (select id from connected)
"""


def add_links(rows: Rows, links: Mapping[str, Collection[str]]) -> None:
    """Save what each message refers to. Belongs inside write(), as all changes here."""
    rows.many(
        "insert into message_links (internet_message_id, linked_id) values (?, ?) "
        "on conflict do nothing",
        [(own, other) for own, others in links.items() for other in others if other != own],
    )


def links_around(rows: Rows, message_ids: Collection[str]) -> list[tuple[str, str]]:
    """Each link of the threads of these messages, in either direction: pairs of both ids."""
    return rows.all(tuple, LINKS_AROUND, {"ids": [*message_ids]})


def is_any_hidden(rows: Rows) -> bool:
    return bool(rows.value(int, "select 1 from hidden_conversations limit 1"))


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


def add_hidden(rows: Rows, parts: Iterable[tuple[str, str]]) -> None:
    """Add messages to hidden conversations: pairs of both ids."""
    rows.many(
        "insert into hidden_messages (conversation_id, internet_message_id) values (?, ?) "
        "on conflict do nothing",
        [*parts],
    )
