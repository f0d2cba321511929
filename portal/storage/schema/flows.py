"""Flows: round trips to a sign-in service and back."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table flows (
        state_hash text primary key,
        session_hash text not null,
        kind text not null,
        user_id text references users (id) on delete cascade,
        invitation_id text references invitations (id),
        verifier text not null,
        nonce text not null,
        wished_endpoint text not null,
        wished_arguments text not null,
        started_at text not null,
        used_at text
    )
    """,
    "create index flows_by_session on flows (session_hash)",
    """
    create view unfinished_connects as
    select f.user_id, f.started_at from flows f
    where f.kind = 'connect' and f.used_at is null and not exists (
        select 1 from flows o where o.user_id = f.user_id and o.kind = 'connect'
        and (o.started_at > f.started_at
             or (o.started_at = f.started_at and o.used_at is not null))
    )
    """,
)
