"""Changes of the tables of email after the first migration."""

from portal.storage.schema.engines import PerEngine, Statements, replaced_view

# SQLite cannot drop a constraint, and dropping a table empties those that refer to it: the three
# tables are made again, children first.
_REBUILT = (
    "create temp table copies_before as select * from message_copies",
    "create temp table attachments_before as select * from attachments",
    "create temp table messages_before as select * from messages",
    "drop table attachments",
    "drop table message_copies",
    "drop table messages",
    """
    create table messages (
        id text primary key,
        internet_message_id text not null,
        sender_address text not null, sender_name text not null, recipients text not null,
        subject text not null, body text not null,
        is_cut integer not null check (is_cut in (0, 1)),
        sent_at text not null,
        created_at text not null,
        claimed_sent_at text
    )
    """,
    """
    create table message_copies (
        mailbox_id text not null references mailboxes (id) on delete cascade,
        graph_id text not null,
        message_id text not null references messages (id) on delete cascade,
        alias_id text references aliases (id) on delete set null,
        folder_id text not null,
        web_link text not null,
        received_at text not null,
        gone_at text,
        text_digest text not null default '',
        seen_at text,
        primary key (mailbox_id, graph_id)
    )
    """,
    """
    create table attachments (
        id text primary key,
        message_id text not null references messages (id) on delete cascade,
        mailbox_id text not null references mailboxes (id) on delete cascade,
        graph_message_id text not null, graph_id text not null,
        name text not null, content_type text not null, size integer not null,
        kind text not null default 'file' check (kind in ('file', 'message', 'cloud'))
    )
    """,
    "insert into messages select *, null from messages_before",
    "insert into message_copies select *, '', null from copies_before",
    "insert into attachments select *, 'file' from attachments_before",
    "drop table copies_before",
    "drop table attachments_before",
    "drop table messages_before",
    "create index message_copies_by_message on message_copies (message_id)",
    "create index message_copies_by_time on message_copies (mailbox_id, received_at)",
    "create index attachments_by_message on attachments (message_id)",
)
_ALTERED = (
    "alter table messages drop constraint messages_internet_message_id_sender_address_key",
    "alter table messages add column claimed_sent_at text",
    "alter table message_copies add column text_digest text not null default ''",
    "alter table message_copies add column seen_at text",
    "alter table attachments add column kind text not null default 'file' "
    "check (kind in ('file', 'message', 'cloud'))",
)
# Messages that share a Message-ID, what became of copies and addresses, folders set aside.
EXACT_MESSAGES: Statements = (
    "drop view kept_messages",
    "drop view copies_in_mailboxes",
    "drop view listed_attachments",
    "drop view received_mail",
    PerEngine(sqlite=_REBUILT, postgres=_ALTERED),
    "create index messages_by_message_id on messages (internet_message_id)",
    "alter table folders add column left_out_as text",
    "alter table folders add column failure text",
    "alter table folders add column failed_at text",
    "alter table mailboxes add column walked_at text",
    "alter table mailboxes add column addresses_asked_at text",
    "alter table aliases add column change text check (change in ('made_primary', "
    "'was_primary', 'gone', 'returned', 'returned_off'))",
    "alter table aliases add column changed_at text",
    # The whole list of folders is read again, with the reason why some are left out.
    "update mailboxes set folders_cursor = null",
    """
    create view kept_messages as
    select id, sender_name, sender_address, recipients, subject, body, is_cut, sent_at,
        claimed_sent_at
    from messages
    """,
    # `alias` is the address that brought the copy, unless it is the primary one.
    """
    create view copies_in_mailboxes as
    select c.message_id, b.user_id, c.web_link, a.address as alias,
        case when c.gone_at is not null or f.gone_at is not null then 'gone'
            when f.left_out_as = 'junkemail' then 'junk'
            when f.left_out_as in ('deleteditems', 'recoverableitemsdeletions') then 'deleted'
            else 'kept' end as place,
        c.received_at, c.graph_id
    from message_copies c join mailboxes b on b.id = c.mailbox_id
    left join aliases a on a.id = c.alias_id and a.is_primary = 0
    left join folders f on f.mailbox_id = c.mailbox_id and f.graph_id = c.folder_id
    """,
    """
    create view received_mail as
    select b.user_id, c.received_at from mailboxes b join message_copies c on c.mailbox_id = b.id
    """,
    # Two mailboxes hold the same attachments: those of the first copy are listed.
    """
    create view listed_attachments as
    select t.id, t.message_id, t.name, t.content_type, t.size, t.kind from attachments t
    where (t.mailbox_id, t.graph_message_id) = (select f.mailbox_id, f.graph_message_id
        from attachments f where f.message_id = t.message_id
        order by f.mailbox_id, f.graph_message_id limit 1)
    """,
)

COUNTED_WALKS: Statements = (
    "alter table folders add column missing_count integer not null default 0",
)

# When a folder was begun to be read, and the last arrival that this reading told of, as texts.
COUNTED_ARRIVALS: Statements = (
    "alter table folders add column walk_began_at text",
    "alter table folders add column counted_until text",
)

WANTED_SEARCHES: Statements = (
    """
    create view wanted_searches as
    select b.id as mailbox_id, a.candidate_id, a.address, a.folded, a.added_at from mailboxes b
    join addresses_of_candidates a
        on a.added_at >= coalesce(b.candidates_seen_at, b.first_sync_started_at)
    left join searches s on s.mailbox_id = b.id and s.candidate_id = a.candidate_id
        and s.folded = a.folded and s.asked_at >= a.added_at
    where b.is_syncing = 1 and b.stage = 'following' and s.id is null
    and a.added_at >= (select min(coalesce(m.candidates_seen_at, m.first_sync_started_at))
        from mailboxes m where m.is_syncing = 1 and m.stage = 'following')
    """,
)

# A person's own switch says whether their mailbox is opened. Without one it is opened for those
# who recruit. After another role it is closed until the person has answered.
OPENED_MAILBOXES: Statements = (
    replaced_view(
        "email_opt_outs",
        """
        select p.id as user_id from people p left join mailboxes b on b.user_id = p.id
        where p.role_notice is not null or b.is_syncing = 0
        or (b.id is null and p.role = 'limited')
        """,
    ),
    replaced_view(
        "syncable_mailboxes",
        """
        select b.id, b.user_id, b.last_success_at from mailboxes b
        where b.is_syncing = 1
        and exists (select 1 from readable_people r where r.user_id = b.user_id)
        and not exists (select 1 from email_opt_outs o where o.user_id = b.user_id)
        """,
    ),
    replaced_view(
        "notifiable_people",
        """
        select r.user_id, r.tenant_id from readable_people r
        where not exists (select 1 from email_opt_outs o where o.user_id = r.user_id)
        """,
    ),
)

# Copies from before exact messages have no digest of their text, and one of them may show another
# message. A walk reads them again, and finds what the former form of addresses left out.
WALKED_AGAIN: Statements = (
    "update mailboxes set walked_at = '1970-01-01T00:00:00Z'",
    # A walk that runs has passed some messages already.
    "update searches set cursor = null where address = '' and finished_at is null",
)

INSIDE: Statements = (
    "create index aliases_by_address on aliases (folded)",
    "create view addresses_of_mailboxes as select folded from aliases where gone_at is null",
)

# As before, and no guest: this tenant has no mailbox of theirs.
MAILBOXES_OF_GUESTS: Statements = (
    replaced_view(
        "email_opt_outs",
        """
        select p.id as user_id from people p left join mailboxes b on b.user_id = p.id
        where p.role_notice is not null or b.is_syncing = 0
        or (b.id is null and p.role = 'limited')
        or exists (select 1 from guests g
            where g.tenant_id = p.tenant_id and g.object_id = p.object_id)
        """,
    ),
)

# As before, of accounts: of people and of shared mailboxes.
ACCOUNTS: Statements = (
    replaced_view(
        "email_opt_outs",
        """
        select p.id as user_id from accounts p left join mailboxes b on b.user_id = p.id
        where p.role_notice is not null or b.is_syncing = 0 or (b.id is null and p.role = 'limited')
        or exists (select 1 from guests g
            where g.tenant_id = p.tenant_id and g.object_id = p.object_id)
        """,
    ),
)

# Who wrote a message in another's name, and the relay that passed on what a candidate wrote.
# `agents` is JSON: the addresses in Sender and Reply-To.
SENDERS: Statements = (
    "alter table messages add column sent_by_name text not null default ''",
    "alter table messages add column sent_by_address text not null default ''",
    "alter table messages add column agents text not null default '[]'",
    "alter table messages add column through text not null default ''",
    replaced_view(
        "kept_messages",
        "select id, sender_name, sender_address, recipients, subject, body, is_cut, sent_at, "
        "claimed_sent_at, sent_by_name, sent_by_address, through from messages",
    ),
    # An old cursor lists messages without Sender and Reply-To, and mail on behalf was left out.
    "update folders set cursor = null, stage = 'walking', walks_again = 1, read_count = 0",
    "update mailboxes set read_count = 0 where first_sync_finished_at is null",
)

# A mailbox that Microsoft does not have in Exchange Online is left out and rarely tried again.
ABSENCES: Statements = (
    "alter table mailboxes add column absent_since text",
    "create view absent_mailboxes as select user_id, absent_since from mailboxes "
    "where absent_since is not null and is_syncing = 1",
    replaced_view(
        "syncable_mailboxes",
        """
        select b.id, b.user_id, b.last_success_at from mailboxes b
        where b.is_syncing = 1 and b.absent_since is null
        and exists (select 1 from readable_people r where r.user_id = b.user_id)
        and not exists (select 1 from email_opt_outs o where o.user_id = b.user_id)
        """,
    ),
    replaced_view(
        "notifiable_people",
        "select r.user_id, r.tenant_id from readable_people r "
        "where not exists (select 1 from email_opt_outs o where o.user_id = r.user_id) "
        "and not exists (select 1 from absent_mailboxes a where a.user_id = r.user_id)",
    ),
)

STATES: Statements = (
    "create view mailbox_states as select user_id, last_success_at, failure, failed_at "
    "from mailboxes",
)

# A hidden message is shown to the people whose own mailbox holds it, and to the one who hid it.
# Messages whose links were never asked for are read again by the next walk.
HIDDEN_MAIL: Statements = (
    "create view hidden_mail as select m.id as message_id, h.conversation_id, h.hidden_by "
    "from messages m join hidden_message_ids h on h.internet_message_id = m.internet_message_id",
    "create view mail_holders as select c.message_id, b.user_id from message_copies c "
    "join mailboxes b on b.id = c.mailbox_id where c.gone_at is null",
    "alter table message_copies add column has_links integer not null default 0 "
    "check (has_links in (0, 1))",
    "update mailboxes set walked_at = '1970-01-01T00:00:00Z'",
    # A walk that runs has passed some messages already.
    "update searches set cursor = null where address = '' and finished_at is null",
)

# What lies in a shared mailbox is held by the people who decide for it.
HELD_BY_OWNERS: Statements = (
    replaced_view(
        "mail_holders",
        "select c.message_id, d.user_id from message_copies c join mailboxes b "
        "on b.id = c.mailbox_id join mailbox_deciders d on d.account_id = b.user_id "
        "where c.gone_at is null",
    ),
)

# What pages need to know of messages that may be hidden, and of the files of each copy.
HIDEABLE: Statements = (
    "create view kept_message_ids as select id as message_id, internet_message_id from messages",
    "create view attachments_in_mailboxes as select t.id, t.message_id, b.user_id, "
    "t.graph_message_id, t.name, t.content_type, t.size, t.kind "
    "from attachments t join mailboxes b on b.id = t.mailbox_id",
)

# The folder Sent Items: what lies there in the name of a shared mailbox was sent by the owner.
SENT_ITEMS: Statements = (
    "alter table mailboxes add column sent_items_id text",
    "update mailboxes set folders_cursor = null",
)

# The addresses that mail may go out from, and those that an answer goes to.
SENDING_ADDRESSES: Statements = (
    "create view sending_addresses as select id as alias_id, user_id as account_id, address, "
    "folded, is_primary from aliases where gone_at is null and (is_included = 1 or is_primary = 1)",
    "create view agents_of_messages as select id as message_id, agents from messages",
)
