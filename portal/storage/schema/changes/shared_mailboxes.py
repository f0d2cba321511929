"""Shared mailboxes that were added as sources of mail, and the people who decide for them."""

from portal.storage.schema.engines import Statements, replaced_view

# How it is known that a mailbox is nobody's own: `microsoft` by its purpose, `directory` by its
# entry there, `admin` by an administrator's word.
OWNERS: Statements = (
    """
    create table mailbox_sources (
        account_id text primary key references users (id) on delete cascade,
        known_by text not null check (known_by in ('microsoft', 'directory', 'admin')),
        added_by text not null,
        added_at text not null
    )
    """,
    """
    create table mailbox_owners (
        account_id text not null references mailbox_sources (account_id) on delete cascade,
        user_id text not null references users (id) on delete cascade,
        added_by text not null,
        added_at text not null,
        primary key (account_id, user_id)
    )
    """,
    "create index mailbox_owners_by_user on mailbox_owners (user_id)",
    # The people who take a mailbox's decisions: each their own, owners those of a shared one.
    """
    create view mailbox_deciders as
    select id as account_id, id as user_id from people
    union all select account_id, user_id from mailbox_owners
    """,
)

# Whether its owners had sync off when it was removed: adding it again leaves their choice alone.
SYNC_CHOICES: Statements = (
    "alter table mailbox_sources add column was_off integer not null default 0",
)

# As before, and no mailbox that a member reads: Microsoft refuses to tell of another's mail.
POLLED_MAILBOXES: Statements = (
    replaced_view(
        "notifiable_people",
        "select r.user_id, r.tenant_id from readable_people r "
        "where not exists (select 1 from email_opt_outs o where o.user_id = r.user_id) "
        "and not exists (select 1 from absent_mailboxes a where a.user_id = r.user_id) "
        "and not exists (select 1 from polled_mailboxes p where p.user_id = r.user_id)",
    ),
)

# The owners of each mailbox, once each: what a local account owned is the person's it became.
OWNERSHIPS: Statements = (
    """
    create view mailbox_ownerships as
    select o.account_id, s.successor_id as user_id, o.added_by, o.added_at
    from mailbox_owners o join user_successors s on s.user_id = o.user_id
    where s.successor_id = o.user_id or not exists (select 1 from mailbox_owners x
        where x.account_id = o.account_id and x.user_id = s.successor_id)
    """,
    replaced_view(
        "mailbox_deciders",
        "select id as account_id, id as user_id from people "
        "union all select account_id, user_id from mailbox_ownerships",
    ),
)
