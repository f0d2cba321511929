"""Links between messages that answer each other, and the conversations that are hidden."""

from portal.storage.schema.engines import Statements, replaced_view

# Everything is known by Message-ID, so that a conversation stays hidden after its messages were
# deleted here and come again. Its owner may leave: then nobody can show it again.
CONVERSATIONS: Statements = (
    """
    create table message_links (
        internet_message_id text not null,
        linked_id text not null,
        primary key (internet_message_id, linked_id)
    )
    """,
    "create index message_links_by_linked on message_links (linked_id)",
    """
    create table hidden_conversations (
        id text primary key,
        hidden_by text references users (id) on delete set null,
        hidden_at text not null
    )
    """,
    """
    create table hidden_messages (
        conversation_id text not null references hidden_conversations (id) on delete cascade,
        internet_message_id text not null,
        primary key (conversation_id, internet_message_id)
    )
    """,
    "create index hidden_messages_by_id on hidden_messages (internet_message_id)",
    """
    create view hidden_message_ids as
    select h.internet_message_id, c.id as conversation_id, c.hidden_by
    from hidden_messages h join hidden_conversations c on c.id = h.conversation_id
    """,
)

# The one rule about hidden mail: `mail_hidden_from` has the messages that a person may not see.
# A person sees what their own mailbox holds, and what they alone hid.
HIDDEN_FROM: Statements = (
    """
    create view mail_hidden_from as
    select h.message_id, p.id as user_id
    from hidden_mail h join people p on h.hidden_by is null or h.hidden_by <> p.id
    where not exists (select 1 from mail_holders o
        where o.message_id = h.message_id and o.user_id = p.id)
    """,
)

# As before, where an account hides: a person's own, or a shared mailbox for all of its owners.
# What an owner hid that only a shared mailbox holds becomes that mailbox's.
HIDDEN_BY_ACCOUNTS: Statements = (
    """
    update hidden_conversations set hidden_by = (select min(c.account_id) from hidden_mail h
        join copies_in_mailboxes c on c.message_id = h.message_id
        join accounts a on a.id = c.account_id
        where h.conversation_id = hidden_conversations.id and a.is_shared = 1)
    where hidden_by is not null and exists (select 1 from hidden_mail h
        join copies_in_mailboxes c on c.message_id = h.message_id
        join accounts a on a.id = c.account_id
        where h.conversation_id = hidden_conversations.id and a.is_shared = 1)
    and not exists (select 1 from hidden_mail h
        join copies_in_mailboxes c on c.message_id = h.message_id
        where h.conversation_id = hidden_conversations.id
        and c.account_id = hidden_conversations.hidden_by)
    """,
    replaced_view(
        "mail_hidden_from",
        """
        select h.message_id, p.id as user_id
        from hidden_mail h join people p on not exists (select 1 from mailbox_deciders d
            where d.account_id = h.hidden_by and d.user_id = p.id)
        where not exists (select 1 from mail_holders o
            where o.message_id = h.message_id and o.user_id = p.id)
        """,
    ),
)
