"""All SQL for interviews as due work."""

from datetime import datetime

from portal.interviews.models import Proof
from portal.storage.claims import Claim, Claims, Fence
from portal.storage.rows import Rows
from portal.worker.queue import Listing

IS_ENABLED = "exists (select 1 from enabled_platforms p where p.name = 'microsoft-365')"
CLAIMS = Claims(Fence("interview_work", "w", may_work=IS_ENABLED), restart="is_throttled = 0")
LISTING = Listing(
    about="i.candidate_name",
    joins="join interviews i on i.id = w.id",
    stage="i.state",
    last_success_at="w.last_success_at",
    off_because=f"case when not {IS_ENABLED} then 'Microsoft 365 is not enabled' end",
)
NOT_SEEN = (
    "(select count(*) from interview_events e where e.interview_id = w.id "  # noqa: S608  # a constant
    f"and e.generation = i.generation and e.proof = '{Proof.NOT_SEEN}')"
)
NO_FAILURE = "failure = null, failed_at = null, failure_count = 0, is_throttled = 0"


def rest(rows: Rows, claim: Claim, *, due_at: datetime, now: datetime) -> None:
    """Give a claim back until a proof is due. Belongs inside write()."""
    also = f", due_at = ?, last_success_at = ?, {NO_FAILURE}"
    CLAIMS.fence.release(rows, claim, also, due_at, now)


def forget_failure(rows: Rows, claim: Claim) -> None:
    """Let the next failure wait as short as the first. Belongs inside write()."""
    sql = f"update interview_work set {NO_FAILURE} where id = ? and claimed_by = ?"  # noqa: S608  # a constant
    rows.execute(sql, [claim.row_id, claim.by])


def end(rows: Rows, claim: Claim) -> None:
    """Forget the work on an interview that agrees with Microsoft. Belongs inside write()."""
    rows.execute(
        "delete from interview_work where id = ? and claimed_by = ?", [claim.row_id, claim.by]
    )
