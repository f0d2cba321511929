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
)
