"""Mailboxes and their aliases and folders, messages and their copies, searches."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table mailboxes (
        id text primary key,
        user_id text not null unique references users (id) on delete cascade,
        is_syncing integer not null check (is_syncing in (0, 1)),
        stage text not null
            check (stage in ('waiting', 'addresses', 'folders', 'headers', 'following')),
        due_at text not null,
        claimed_until text,
        claimed_by text,
        last_attempt_at text,
        poll_seconds integer not null,
        folders_cursor text,
        total_count integer not null,
        read_count integer not null,
        kept_count integer not null,
        first_sync_started_at text,
        first_sync_finished_at text,
        addresses_read_at text,
        last_success_at text,
        failure text,
        failed_at text,
        failure_count integer not null,
        is_throttled integer not null default 0 check (is_throttled in (0, 1)),
        candidates_seen_at text
    )
    """,
    "create index mailboxes_by_due on mailboxes (due_at)",
    """
    create table aliases (
        id text primary key,
        user_id text not null references users (id) on delete cascade,
        address text not null,
        folded text not null,
        is_primary integer not null check (is_primary in (0, 1)),
        is_included integer not null check (is_included in (0, 1)),
        included_from text,
        found_at text not null,
        gone_at text,
        seen_in_mail_at text,
        unique (user_id, folded)
    )
    """,
    """
    create table folders (
        mailbox_id text not null references mailboxes (id) on delete cascade,
        graph_id text not null,
        parent_id text,
        name text not null,
        is_left_out integer not null check (is_left_out in (0, 1)),
        cursor text,
        stage text not null check (stage in ('walking', 'following')),
        total_count integer not null,
        read_count integer not null,
        walks_again integer not null default 0 check (walks_again in (0, 1)),
        gone_at text,
        primary key (mailbox_id, graph_id)
    )
    """,
    """
    create table messages (
        id text primary key,
        internet_message_id text not null,
        sender_address text not null,
        sender_name text not null,
        recipients text not null,
        subject text not null,
        body text not null,
        is_cut integer not null check (is_cut in (0, 1)),
        sent_at text not null,
        created_at text not null,
        unique (internet_message_id, sender_address)
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
        primary key (mailbox_id, graph_id)
    )
    """,
    "create index message_copies_by_message on message_copies (message_id)",
    "create index message_copies_by_time on message_copies (mailbox_id, received_at)",
    """
    create table attachments (
        id text primary key,
        message_id text not null references messages (id) on delete cascade,
        mailbox_id text not null references mailboxes (id) on delete cascade,
        graph_message_id text not null,
        graph_id text not null,
        name text not null,
        content_type text not null,
        size integer not null
    )
    """,
    "create index attachments_by_message on attachments (message_id)",
    """
    create table searches (
        id text primary key,
        mailbox_id text not null references mailboxes (id) on delete cascade,
        address text not null,
        folded text not null,
        candidate_id text references candidates (id) on delete cascade,
        alias_id text references aliases (id) on delete cascade,
        cursor text,
        stage text not null check (stage in ('searching', 'walking', 'finished')),
        read_count integer not null,
        kept_count integer not null,
        asked_at text not null,
        due_at text not null,
        claimed_until text,
        claimed_by text,
        last_attempt_at text,
        finished_at text,
        failure text,
        failed_at text,
        failure_count integer not null,
        is_throttled integer not null default 0 check (is_throttled in (0, 1))
    )
    """,
    "create index searches_by_due on searches (due_at) where finished_at is null",
    "create index searches_by_mailbox on searches (mailbox_id, candidate_id)",
    "create index searches_unfinished on searches (stage, address) where finished_at is null",
    """
    create table left_out (
        mailbox_id text not null references mailboxes (id) on delete cascade,
        day text not null,
        reason text not null,
        alias_id text not null,
        count integer not null,
        primary key (mailbox_id, day, reason, alias_id)
    )
    """,
    """
    create table text_failures (
        mailbox_id text not null references mailboxes (id) on delete cascade,
        graph_id text not null,
        count integer not null,
        last_failed_at text not null,
        primary key (mailbox_id, graph_id)
    )
    """,
    # Addresses that were not there yet when the first sync of a mailbox began.
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
    # People who turned their email sync off.
    "create view email_opt_outs as select user_id from mailboxes where is_syncing = 0",
    """
    create view syncable_mailboxes as
    select b.id, b.user_id, b.last_success_at from mailboxes b
    where b.is_syncing = 1
    and exists (select 1 from readable_people r where r.user_id = b.user_id)
    """,
    # Somebody who turned their sync off keeps only what their own connection tells.
    """
    create view notifiable_people as select r.user_id, r.tenant_id from readable_people r
    where r.is_connected = 1
    or not exists (select 1 from email_opt_outs o where o.user_id = r.user_id)
    """,
    """
    create view received_mail as
    select b.user_id, c.received_at from mailboxes b join message_copies c on c.mailbox_id = b.id
    """,
    """
    create view ignored_mail as
    select b.user_id, l.day from mailboxes b join left_out l on l.mailbox_id = b.id
    """,
    # Mail as feeds show it: messages, where they lie, and which files they bring.
    """
    create view kept_messages as
    select id, sender_name, sender_address, recipients, subject, body, is_cut, sent_at
    from messages
    """,
    # `alias` is the address that brought the copy, unless it is the primary one.
    """
    create view copies_in_mailboxes as
    select c.message_id, b.user_id, c.web_link, a.address as alias,
        case when c.gone_at is null then 0 else 1 end as is_gone, c.received_at, c.graph_id
    from message_copies c join mailboxes b on b.id = c.mailbox_id
    left join aliases a on a.id = c.alias_id and a.is_primary = 0
    """,
    # Two mailboxes hold the same attachments: those of the first copy are listed.
    """
    create view listed_attachments as
    select t.id, t.message_id, t.name, t.content_type, t.size from attachments t
    where (t.mailbox_id, t.graph_message_id) = (select f.mailbox_id, f.graph_message_id
        from attachments f where f.message_id = t.message_id
        order by f.mailbox_id, f.graph_message_id limit 1)
    """,
)
