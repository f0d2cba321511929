"""Fill a database with the messages of one mailbox and the people of a directory."""

import secrets
from typing import Any

from bench.product import TENANT, only_mailbox
from portal.clock import text, utc_now
from portal.services import Services
from portal.storage.rows import Rows

COUNT = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)"
AT = "strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + i * 30, 'unixepoch')"
MESSAGES = f"""
{COUNT} insert into messages (id, internet_message_id, sender_address, sender_name, recipients,
    subject, body, is_cut, sent_at, created_at)
select lower(hex(randomblob(16))), '<' || hex(randomblob(12)) || '@mail.example>',
    'candidate' || (i % 100) || '@mail.example', 'Candidate', :recipients,
    'About the position, part ' || i, :body, 0, {AT}, :now from n
"""  # noqa: S608  # put together from constants
COPIES = """
insert into message_copies (mailbox_id, graph_id, message_id, folder_id, web_link, received_at,
    account_id)
select :mailbox, hex(randomblob(40)), id, 'inbox-id', 'https://outlook.office365.com/owa/', sent_at,
    (select user_id from mailboxes where id = :mailbox)
from messages where id not in (select message_id from message_copies)
"""
ENTRIES = """
insert into feed_entries (id, candidate_id, kind, subject_id, happened_at, created_at)
select lower(hex(randomblob(16))), c.id, 'email', m.id, m.sent_at, :now from messages m
join (select id, row_number() over () - 1 as n, count(*) over () as total from candidates) c
on c.n = m.rowid % c.total
where m.id not in (select subject_id from feed_entries)
"""
PEOPLE = f"""
{COUNT} insert into users (id, tenant_id, object_id, address, folded_address, display_name, role,
    source, is_enabled, created_at)
select lower(hex(randomblob(16))), :tenant, lower(hex(randomblob(16))),
    'person' || i || '@bench.example', 'person' || i || '@bench.example',
    'Person ' || i, 'member', 'directory', 1, :now from n
"""  # noqa: S608  # put together from constants
RECIPIENTS = '[{"name":"Owner","address":"owner@bench.example","kind":"to"}]'


def fill(services: Services, *, messages: int, people: int = 0) -> None:
    """Add messages with candidates to the only mailbox, and people; keys are random."""
    rows = services.rows
    values = {
        "mailbox": only_mailbox(rows),
        "recipients": RECIPIENTS,
        "body": "Dear owner, this is about the position. " + secrets.token_hex(150),
        "tenant": TENANT,
        "now": text(utc_now()),
    }
    # Random keys touch every page: with a small cache each would be written many times.
    rows.execute("pragma cache_size = -2000000")
    _insert(rows, MESSAGES, messages, values)
    _insert(rows, COPIES, None, values)
    _insert(rows, ENTRIES, None, values)
    if people:
        _insert(rows, PEOPLE, people, values)
    rows.execute("pragma cache_size = -2000")  # SQLite's default
    rows.execute("pragma wal_checkpoint(truncate)")
    rows.execute("analyze")


def _insert(rows: Rows, sql: str, count: int | None, values: dict[str, Any]) -> None:
    with rows.write():
        rows.execute(sql.replace("i < ?", f"i < {count}"), values)
