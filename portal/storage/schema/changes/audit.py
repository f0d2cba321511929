"""Changes of the audit log after the first migration."""

from portal.storage.schema.engines import Statements

# An entry about a candidate keeps their id, also after they were deleted, and no name.
CANDIDATES: Statements = (
    "alter table audit_log add column candidate_id text",
    "create index audit_log_by_action on audit_log (action, at)",
)
