"""Copies on panelists' own calendars that have another time than the interview."""

from collections.abc import Iterator
from datetime import datetime

from portal.interviews.findings import seen
from portal.interviews.findings.models import Finding, FindingKind
from portal.interviews.microsoft import comparison
from portal.interviews.microsoft.models import Known
from portal.interviews.microsoft.next_step import LAST_PROOF
from portal.interviews.models import Event, Told
from portal.interviews.told.copies import Copies
from portal.storage.rows import Rows


def keep(rows: Rows, known: Known, event: Event, copies: Copies, now: datetime) -> None:
    """Keep whose own copy has another time. Belongs inside write().

    Not within ten minutes of an invitation, nor for somebody whom the ledger says to have the old
    time: those copies are late, or the mail that tells was not sent.
    """
    if comparison.is_elsewhere(known.interview, event) or _may_be_late(event, now):
        return
    several = [*_others(known, event, copies)]
    seen.keep(rows, event, several, (FindingKind.OWN_COPY,), among=copies, now=now)


def _may_be_late(event: Event, now: datetime) -> bool:
    return event.invited_at is not None and now < event.invited_at + LAST_PROOF


def _others(known: Known, event: Event, copies: Copies) -> Iterator[Finding]:
    one = known.interview
    for each in comparison.told_by(known, event):
        copy = copies.get(each.user_id or "")
        if copy is None or copy.times in (_told(each), (one.starts_at, one.ends_at)):
            continue
        yield Finding(
            one.id,
            event.id,
            FindingKind.OWN_COPY,
            subject=each.user_id or "",
            now_text=each.name,
            starts_at=copy.starts_at,
            ends_at=copy.ends_at,
        )


def _told(told: Told) -> tuple[datetime, datetime]:
    return told.starts_at, told.ends_at
