"""Mail that people or Portal send: its rows, attempts, recipients, files and proofs."""

from portal.storage.schema.engines import Statements, replaced_view

# `id` of a sending mailbox is the account whose Graph path takes the mail. One worker at a time
# sends through it. `knows_mark`: a search by our mark found a copy here before.
# A mail's text and recipients go with its candidate. `form_number` makes one form one mail.
# `content` of a file is base64, and null once it was dropped.
OUTBOX: Statements = (
    """
    create table sending_mailboxes (
        id text primary key references users (id) on delete cascade,
        knows_mark integer not null default 0 check (knows_mark in (0, 1)),
        refuses_mark integer not null default 0 check (refuses_mark in (0, 1)),
        throttled_until text,
        due_at text not null,
        claimed_until text,
        claimed_by text,
        last_attempt_at text,
        last_success_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1))
    )
    """,
    """
    create table outbox (
        id text primary key,
        kind text not null check (kind in ('person', 'alias_test', 'automated')),
        route text not null check (route in ('microsoft', 'smtp')),
        author_id text references users (id) on delete set null,
        author_name text not null,
        account_id text references users (id) on delete set null,
        through_id text references sending_mailboxes (id) on delete set null,
        candidate_id text references candidates (id) on delete set null,
        alias_id text references aliases (id) on delete set null,
        from_address text not null,
        from_name text not null,
        answers_message_id text references messages (id) on delete set null,
        is_in_thread integer not null default 0 check (is_in_thread in (0, 1)),
        subject text not null,
        text text not null,
        signature text not null,
        state text not null check (state in ('waiting', 'sending', 'unknown', 'accepted', 'seen',
            'asks', 'refused', 'withdrawn')),
        created_at text not null,
        free_at text not null,
        due_at text not null,
        give_up_at text,
        useless_at text,
        attempts integer not null default 0,
        looks integer not null default 0,
        failed_looks integer not null default 0,
        was_marked integer not null default 0 check (was_marked in (0, 1)),
        is_throttled integer not null default 0 check (is_throttled in (0, 1)),
        handed_at text,
        accepted_at text,
        seen_at text,
        ended_at text,
        ended_by text,
        may_have_gone integer not null default 0 check (may_have_gone in (0, 1)),
        copies_found integer not null default 0,
        graph_id text,
        web_link text not null default '',
        internet_message_id text,
        message_id text references messages (id) on delete set null,
        from_seen text,
        sender_seen text,
        failure text,
        failed_at text,
        again_of text unique references outbox (id) on delete set null,
        form_number text unique
    )
    """,
    "create index outbox_by_candidate on outbox (candidate_id, created_at)",
    "create index outbox_by_mailbox on outbox (through_id, state, due_at)",
    "create index outbox_by_message on outbox (message_id)",
    "create index outbox_by_message_id on outbox (internet_message_id)",
    """
    create table outbox_recipients (
        outbox_id text not null references outbox (id) on delete cascade,
        position integer not null,
        address text not null,
        folded text not null,
        name text not null,
        field text not null check (field in ('to', 'cc')),
        candidate_id text references candidates (id) on delete set null,
        bounce text check (bounce in ('failed', 'delayed', 'unclear')),
        status text,
        bounced_at text,
        primary key (outbox_id, folded)
    )
    """,
    "create index outbox_recipients_by_address on outbox_recipients (folded)",
    """
    create table outbox_attempts (
        outbox_id text not null references outbox (id) on delete cascade,
        number integer not null,
        through_id text not null,
        stage text not null,
        started_at text not null,
        ended_at text,
        outcome text,
        primary key (outbox_id, number)
    )
    """,
    "create index outbox_attempts_by_mailbox on outbox_attempts (through_id, started_at)",
    """
    create table outbox_files (
        id text primary key,
        outbox_id text not null references outbox (id) on delete cascade,
        position integer not null,
        name text not null,
        content_type text not null,
        size integer not null,
        content text
    )
    """,
    "create index outbox_files_by_mail on outbox_files (outbox_id)",
    # What Microsoft made of mail from an address: of its last copy seen, or of its last test.
    """
    create table alias_proofs (
        alias_id text primary key references aliases (id) on delete cascade,
        outcome text not null check (outcome in ('as_alias', 'as_primary', 'not_arrived',
            'refused')),
        from_seen text not null default '',
        sender_seen text not null default '',
        is_test integer not null check (is_test in (0, 1)),
        seen_at text not null
    )
    """,
)

# The conversation of a mail is that of its copy; before that is found, of the message it answers.
# Hiding treats it as received mail: the people who decide for the mailbox hold it.
SENT_MAIL: Statements = (
    "create index outbox_by_copy on outbox (graph_id)",
    "create view sent_messages as select id as outbox_id, message_id from outbox "
    "where message_id is not null",
    """
    create view sent_message_ids as
    select o.id as outbox_id,
        coalesce(o.internet_message_id, k.internet_message_id, 'outbox/' || o.id)
            as internet_message_id
    from outbox o left join kept_message_ids k on k.message_id = o.answers_message_id
    """,
    """
    create view sent_mail_holders as
    select o.id as outbox_id, d.user_id
    from outbox o join mailbox_deciders d on d.account_id = o.account_id
    union all
    select o.id, d.user_id from outbox o join mailbox_deciders d on d.account_id = o.through_id
    union all
    select o.id, h.user_id from outbox o join mail_holders h on h.message_id = o.message_id
    """,
    "create view hidden_sent_mail as select s.outbox_id, h.conversation_id, h.hidden_by "
    "from sent_message_ids s join hidden_message_ids h "
    "on h.internet_message_id = s.internet_message_id",
    """
    create view sent_mail_hidden_from as
    select h.outbox_id, p.id as user_id
    from hidden_sent_mail h join people p on not exists (select 1 from mailbox_deciders d
        where d.account_id = h.hidden_by and d.user_id = p.id)
    where not exists (select 1 from sent_mail_holders s
        where s.outbox_id = h.outbox_id and s.user_id = p.id)
    """,
)

# The one row is the queue to the email domain, which one worker at a time serves.
# Automated mail goes through the mailbox of `automated_senders` while there is no domain.
AUTOMATED: Statements = (
    """
    create table domain_queues (
        id text primary key check (id = 'email-domain'),
        due_at text not null,
        claimed_until text,
        claimed_by text,
        last_attempt_at text,
        last_success_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1))
    )
    """,
    """
    create table automated_senders (
        id text primary key check (id = 'automated'),
        account_id text not null references users (id) on delete cascade,
        chosen_by text not null,
        chosen_at text not null
    )
    """,
    "create index outbox_by_kind on outbox (kind, state, due_at)",
    "create index outbox_by_route on outbox (route, state, due_at)",
)

# Automated mail that a person wrote from a template marked “no reply”. Its author holds it, since
# it may lie in nobody's mailbox.
NO_REPLY: Statements = (
    "alter table outbox add column is_no_reply integer not null default 0 "
    "check (is_no_reply in (0, 1))",
    replaced_view(
        "sent_mail_holders",
        """
        select o.id as outbox_id, d.user_id
        from outbox o join mailbox_deciders d on d.account_id = o.account_id
        union all
        select o.id, d.user_id from outbox o join mailbox_deciders d on d.account_id = o.through_id
        union all
        select o.id, h.user_id from outbox o join mail_holders h on h.message_id = o.message_id
        union all
        select o.id, o.author_id from outbox o
        where o.is_no_reply = 1 and o.author_id is not null
        """,
    ),
)

# Mail that never went out, the mail of feeds that a person may not see, and mail that lies in the
# mailbox through which it went.
WENT_OUT: Statements = (
    "create view unsent_mail as select id as outbox_id from outbox "
    "where state in ('refused', 'withdrawn') and may_have_gone = 0",
    """
    create view feed_mail_hidden_from as
    select message_id as subject_id, user_id from mail_hidden_from
    union all select outbox_id, user_id from sent_mail_hidden_from
    """,
    """
    create view held_sent_mail as
    select through_id as account_id, id as outbox_id from outbox
    where state in ('accepted', 'seen') and through_id is not null
    union all
    select h.account_id, o.id from held_messages h join outbox o on o.message_id = h.message_id
    """,
)
