"""Propose candidates for deletion whom nobody has been in contact with for a long time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.candidates import store as candidates
from portal.email import removal
from portal.errors import NotFound
from portal.privacy_settings import store
from portal.privacy_settings.models import Silent
from portal.storage import settings
from portal.storage.rows import Rows
from portal.wording import counted

KEY = "retention_months"
MONTH = timedelta(days=365.25 / 12)
CHOICES = (0, 3, 6, 12, 24, 36)


def months(rows: Rows) -> int:
    """How many months without contact a candidate is kept. 0 proposes nobody."""
    return int(settings.setting(rows, KEY) or 0)


def set_months(act: Act, wanted: int) -> None:
    with act.rows.write():
        before = months(act.rows)
        if wanted == before:
            return
        settings.save_setting(act.rows, KEY, str(wanted))
        act.record(Action.RETENTION_CHANGED, "candidates", old=_told(before), new=_told(wanted))


def _told(count: int) -> str:
    return counted(count, "month") if count else "off"


def proposed(rows: Rows, *, now: datetime) -> list[Silent]:
    """The candidates without contact since then, the longest silent first."""
    count = months(rows)
    return store.silent(rows, since=now - count * MONTH) if count else []


def delete(act: Act, candidate_ids: Iterable[str]) -> int:
    """Delete those of these candidates who are still proposed; how many were deleted."""
    still = {each.candidate_id for each in proposed(act.rows, now=act.now)}
    wanted = [each for each in dict.fromkeys(candidate_ids) if each in still]
    return sum(_delete(act, each) for each in wanted)


def _delete(act: Act, candidate_id: str) -> bool:
    """Delete one candidate. False if another administrator has deleted them a moment ago."""
    with act.rows.write():
        try:
            candidate = candidates.candidate(act.rows, candidate_id)
        except NotFound:
            return False
        removal.delete_candidate(act, candidate)
    return True
