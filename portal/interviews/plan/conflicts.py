"""Whether each person of a panel is free at the time of an interview."""

from collections.abc import Collection
from datetime import datetime

from portal.interviews import store
from portal.interviews.models import Panelist, Subject
from portal.interviews.plan.columns import Column, Free
from portal.interviews.plan.people import times_of
from portal.interviews.plan.planned import Planned
from portal.storage.rows import Rows


def states(
    rows: Rows,
    panel: Collection[Panelist],
    starts_at: datetime,
    ends_at: datetime,
    *,
    now: datetime,
    besides: str = "",
) -> dict[str, Free]:
    """The state of each person at that time, by user id. Not known is never free.

    `besides` is the interview whose own claims do not count.
    """
    ids = [each.user_id for each in panel]
    known = times_of(rows, ids, since=starts_at, until=ends_at, now=now)
    held = [
        each
        for each in store.claims(rows, Subject.PERSON, ids, since=starts_at, until=ends_at)
        if each.interview_id != besides
    ]
    found: dict[str, Free] = {}
    for one in panel:
        claimed = tuple(
            (each.starts_at, each.ends_at) for each in held if each.subject == one.user_id
        )
        times = known.get(one.user_id)
        column = Column(
            one.user_id,
            one.name,
            Subject.PERSON,
            busy=claimed + (times.blocks(are_tentative=False, besides=None) if times else ()),
            maybe=times.blocks(are_tentative=True, besides=None) if times else (),
            known=times.known if times else None,
        )
        found[one.user_id] = column.at((starts_at, ends_at))
    return found


def busy_people(rows: Rows, found: Planned, *, now: datetime) -> list[Panelist]:
    """The people who must attend although something else is in their calendar."""
    one, required = found.interview, [each for each in found.panel if each.is_required]
    states_now = states(rows, required, one.starts_at, one.ends_at, now=now, besides=one.id)
    return [each for each in required if states_now[each.user_id] is Free.BUSY]
