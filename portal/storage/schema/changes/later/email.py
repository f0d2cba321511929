"""Later changes of the tables of email: whose each copy is."""

from portal.storage.schema.engines import Statements, replaced_view

# The account that a copy belongs to: that of the address that brought it. What a member sent as a
# shared mailbox lies in the member's mailbox and belongs to the shared one.
ACCOUNTS_OF_COPIES: Statements = (
    "alter table message_copies add column account_id text references users (id) on delete cascade",
    "update message_copies set account_id = coalesce("
    "(select a.user_id from aliases a where a.id = message_copies.alias_id), "
    "(select b.user_id from mailboxes b where b.id = message_copies.mailbox_id))",
    "create index message_copies_by_account on message_copies (account_id, message_id)",
    replaced_view(
        "mail_holders",
        "select c.message_id, d.user_id from message_copies c "
        "join mailbox_deciders d on d.account_id = c.account_id where c.gone_at is null",
    ),
    # `user_id` has the mailbox in which a copy lies, `account_id` the one that it belongs to.
    replaced_view(
        "copies_in_mailboxes",
        """
        select c.message_id, b.user_id, c.web_link, a.address as alias,
            case when c.gone_at is not null or f.gone_at is not null then 'gone'
                when f.left_out_as = 'junkemail' then 'junk'
                when f.left_out_as in ('deleteditems', 'recoverableitemsdeletions') then 'deleted'
                else 'kept' end as place,
            c.received_at, c.graph_id, c.account_id
        from message_copies c join mailboxes b on b.id = c.mailbox_id
        left join aliases a on a.id = c.alias_id and a.is_primary = 0
        left join folders f on f.mailbox_id = c.mailbox_id and f.graph_id = c.folder_id
        """,
    ),
    replaced_view(
        "attachments_in_mailboxes",
        "select t.id, t.message_id, c.account_id as user_id, t.graph_message_id, t.name, "
        "t.content_type, t.size, t.kind from attachments t join message_copies c "
        "on c.mailbox_id = t.mailbox_id and c.graph_id = t.graph_message_id",
    ),
    # What was kept on behalf of a shared mailbox is decided again by the next walk.
    "update mailboxes set walked_at = '1970-01-01T00:00:00Z'",
    "update searches set cursor = null where address = '' and finished_at is null",
)

# Mailboxes whose sync fails although it may run. One that Exchange keeps closed is left out.
FAILING_MAILBOXES: Statements = (
    """
    create view failing_mailboxes as
    select b.user_id as account_id, a.address, a.is_shared, b.failed_at
    from mailboxes b join accounts a on a.id = b.user_id
    join readable_people r on r.user_id = b.user_id
    where b.is_syncing = 1 and b.failure is not null and b.is_throttled = 0
    and b.absent_since is null
    and not exists (select 1 from email_opt_outs o where o.user_id = b.user_id)
    and (r.is_connected = 1
        or not exists (select 1 from closed_mailboxes x where x.user_id = b.user_id))
    """,
)

# The messages that lie in each mailbox, by the account that they belong to.
HELD: Statements = (
    "create view held_messages as select account_id, message_id from message_copies "
    "where gone_at is null",
)
