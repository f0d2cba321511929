"""Facts about interviews for candidates' pages."""

from datetime import datetime

from portal.candidates.feed import Appointments
from portal.interviews.effects import deletions, effect_store
from portal.storage.rows import Rows


def coming(rows: Rows, candidate_id: str, now: datetime) -> int:
    """How many interviews with a candidate have not ended, and are not to be cancelled."""
    return len(effect_store.of_candidate(rows, candidate_id, now=now))


APPOINTMENTS = Appointments(coming=coming, cancel_all=deletions.cancel_all)
