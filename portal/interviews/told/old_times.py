"""The people who may have the old time of an interview that moved. Pure."""

from collections.abc import Mapping
from datetime import datetime

from portal.interviews.microsoft import attendees
from portal.interviews.microsoft.models import Known
from portal.interviews.models import Attends, Event, Goal, State, Told
from portal.interviews.told.models import Fate


def old_times(known: Known, fates: Mapping[str, Fate], *, now: datetime) -> list[Told]:
    """Those who were last told another time, and those whose mail about the new one failed.

    None while Portal still changes the events or reads their own copies: that may tell them.
    """
    one = known.interview
    is_settled = one.state is State.SCHEDULED and one.goal is Goal.SCHEDULED
    if not is_settled or one.starts_at <= now:
        return []
    return [
        each
        for event in known.present
        if event.copies_due_at is None
        for each in known.ledger
        if attendees.is_of(each, event, known) and _may_have_old(known, each, fates)
    ]


def _may_have_old(known: Known, told: Told, fates: Mapping[str, Fate]) -> bool:
    one = known.interview
    is_other = (told.starts_at, told.ends_at) != (one.starts_at, one.ends_at)
    is_person = told.role is not Attends.ROOM
    return is_person and (is_other or fates.get(told.folded) is Fate.FAILED)


def reads_at(known: Known) -> datetime | None:
    """When Portal next reads the panel's copies of an event that was moved. None if not at all."""
    waits = [each.copies_due_at for each in known.present if _is_read(each)]
    return min((at for at in waits if at is not None), default=None)


def _is_read(event: Event) -> bool:
    return event.copies_due_at is not None and event.moved_at is not None
