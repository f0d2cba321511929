"""Strangers in conversations with candidates, about whom a mailbox's owner is asked."""

from portal.storage.schema.engines import Statements

SUGGESTIONS: Statements = (
    """
    create table conversations_in_mailboxes (
        account_id text not null references users (id) on delete cascade,
        conversation_id text not null,
        message_id text not null references messages (id) on delete cascade,
        primary key (account_id, conversation_id, message_id)
    )
    """,
    "create index conversations_by_message on conversations_in_mailboxes (message_id)",
    """
    create table suggested_addresses (
        account_id text not null references users (id) on delete cascade,
        candidate_id text not null references candidates (id) on delete cascade,
        folded text not null,
        address text not null,
        name text not null,
        seen_at text not null,
        declined_at text,
        primary key (account_id, candidate_id, folded)
    )
    """,
    "create index suggested_addresses_by_candidate on suggested_addresses (candidate_id)",
)
