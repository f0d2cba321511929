"""All SQL for links between messages and for hidden conversations. Everything is a Message-ID."""

from collections.abc import Collection, Iterable, Mapping

from portal.conversations.models import HiddenConversation, Hide
from portal.storage.groups import grouped, grouped_sets
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
KEPT_IN = """
select m.message_id from hidden_mail m where m.conversation_id in :ids
and not exists (select 1 from sent_messages s where s.message_id = m.message_id)
and not exists (select 1 from mail_hidden_from h
    where h.message_id = m.message_id and h.user_id = :viewer)
union
select m.outbox_id from hidden_sent_mail m where m.conversation_id in :ids
and not exists (select 1 from sent_mail_hidden_from h
    where h.outbox_id = m.outbox_id and h.user_id = :viewer)
"""
KEPT_COUNTS = """
select internet_message_id, count(*) from (
    select m.internet_message_id from kept_message_ids m where m.internet_message_id in :ids
    and not exists (select 1 from sent_messages s where s.message_id = m.message_id)
    and not exists (select 1 from mail_hidden_from h
        where h.message_id = m.message_id and h.user_id = :viewer)
    union all
    select m.internet_message_id from sent_message_ids m where m.internet_message_id in :ids
    and not exists (select 1 from sent_mail_hidden_from h
        where h.outbox_id = m.outbox_id and h.user_id = :viewer)
) c group by internet_message_id
"""
HIDES = """
select h.own_id, h.hidden_by, coalesce(a.display_name, ''),
    case when exists (select 1 from mailbox_deciders d
        where d.account_id = h.hidden_by and d.user_id = :viewer) then 1 else 0 end
from (
    select message_id as own_id, hidden_by from hidden_mail where message_id in :ids
    union
    select outbox_id, hidden_by from hidden_sent_mail where outbox_id in :ids
) h left join accounts a on a.id = h.hidden_by
order by a.display_name is null, a.display_name, h.hidden_by
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
    found = rows.all(
        tuple,
        "select internet_message_id, conversation_id from hidden_messages "
        "where internet_message_id in :ids",
        {"ids": [*message_ids]},
    )
    return grouped_sets(found)


def add_hidden(rows: Rows, parts: Iterable[tuple[str, str]]) -> None:
    """Add messages to hidden conversations: pairs of both ids."""
    rows.many(
        "insert into hidden_messages (conversation_id, internet_message_id) values (?, ?) "
        "on conflict do nothing",
        [*parts],
    )


def hide(rows: Rows, conversation: HiddenConversation, message_ids: Iterable[str]) -> None:
    rows.execute(
        "insert into hidden_conversations (id, hidden_by, hidden_at) values (?, ?, ?)",
        [conversation.id, conversation.hidden_by, conversation.hidden_at],
    )
    add_hidden(rows, ((conversation.id, each) for each in message_ids))


def show_again(rows: Rows, conversation_ids: Collection[str]) -> int:
    """Forget these conversations. Returns how many were forgotten."""
    return rows.execute(
        "delete from hidden_conversations where id in :ids", {"ids": [*conversation_ids]}
    )


def hidden_by(
    rows: Rows, accounts: Collection[str], message_ids: Collection[str]
) -> dict[str, set[str]]:
    """The conversations of each of these messages that one of these accounts hid."""
    found = rows.all(
        tuple,
        "select internet_message_id, conversation_id from hidden_message_ids "
        "where hidden_by in :accounts and internet_message_id in :ids",
        {"accounts": [*accounts], "ids": [*message_ids]},
    )
    return grouped_sets(found)


def kept_in(rows: Rows, conversation_ids: Collection[str], *, viewer: str) -> list[str]:
    """Our ids of received and sent messages in hidden conversations that the viewer may see.

    A sent message whose copy was found is named once, as a sent one.
    """
    return rows.all(str, KEPT_IN, {"ids": [*conversation_ids], "viewer": viewer})


def kept_counts(rows: Rows, message_ids: Collection[str], *, viewer: str) -> dict[str, int]:
    """How many messages that the viewer may see are kept with each of these Message-IDs."""
    found = rows.all(tuple, KEPT_COUNTS, {"ids": [*message_ids], "viewer": viewer})
    return dict(found)


def hides_of(rows: Rows, own_ids: Collection[str], *, viewer: str) -> dict[str, list[Hide]]:
    """The accounts that hid each of these received or sent messages, by our ids."""
    found = rows.all(tuple, HIDES, {"ids": [*own_ids], "viewer": viewer})
    return grouped(
        (own_id, Hide(account_id, name, is_own=bool(is_own)))
        for own_id, account_id, name, is_own in found
    )
