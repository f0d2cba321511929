"""Mail that tells people what needs them: its rounds, and who was told or saw it when."""

from portal.storage.schema.engines import Statements

# One row: a worker at a time finds what needs people. A person gets one mail a day, which stays
# open as long as it may still be withdrawn.
ALERTS: Statements = (
    """
    create table alert_rounds (
        id text primary key check (id = 'alerts'),
        due_at text not null,
        claimed_until text,
        claimed_by text,
        last_attempt_at text,
        last_success_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0
    )
    """,
    """
    create table alert_mails (
        user_id text not null references users (id) on delete cascade,
        day text not null,
        queued_at text not null,
        outbox_id text,
        is_open integer not null default 1,
        primary key (user_id, day)
    )
    """,
    """
    create table alert_openings (
        user_id text not null references users (id) on delete cascade,
        path text not null,
        opened_at text not null,
        primary key (user_id, path)
    )
    """,
    """
    create table alert_opt_outs (
        user_id text primary key references users (id) on delete cascade,
        since text not null
    )
    """,
)
