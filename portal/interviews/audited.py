"""The candidate of an interview in the audit log."""

from portal.audit.models import AuditedCandidate
from portal.interviews.models import Interview


def audited(one: Interview) -> AuditedCandidate:
    """By id, with the name and address that the interview has for its events."""
    return AuditedCandidate(one.candidate_id, (one.candidate_name, one.candidate_address))
