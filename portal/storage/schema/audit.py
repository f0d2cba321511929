"""The audit log. Triggers keep it append-only."""

from portal.storage.schema.engines import PerEngine, Statements

REFUSAL = "the audit log is append-only"
IN_SQLITE = tuple(
    f"create trigger audit_log_refuses_{change} before {change} on audit_log "
    f"begin select raise(abort, '{REFUSAL}'); end"
    for change in ("update", "delete")
)
IN_POSTGRES = (
    "create function refuse_change_of_audit_log() returns trigger language plpgsql as "
    f"$$ begin raise exception '{REFUSAL}'; end $$",
    "create trigger audit_log_refuses_changes before update or delete or truncate on audit_log "
    "for each statement execute function refuse_change_of_audit_log()",
)

STATEMENTS: Statements = (
    """
    create table audit_log (
        id text primary key,
        at text not null,
        actor_id text,
        actor_name text not null,
        action text not null,
        target text not null,
        tenant_id text,
        peer text,
        request_id text,
        result text not null,
        old_value text,
        new_value text
    )
    """,
    "create index audit_log_by_time on audit_log (at)",
    PerEngine(sqlite=IN_SQLITE, postgres=IN_POSTGRES),
)
