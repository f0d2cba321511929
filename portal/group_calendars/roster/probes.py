"""Prove that a group calendar opens to a person, by a read with their own token."""

from datetime import datetime, timedelta

from portal import clock
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, GraphError, MailboxFenced, Throttled, Unavailable
from portal.graph.links import segment
from portal.group_calendars.roster.models import Probe, Scheduler
from portal.group_calendars.roster.pool import REFUSALS, Pool

HOUR = timedelta(hours=1)
FENCED = (
    "Microsoft refuses this calendar to them, although they connected. It opens to members of the "
    "group, some minutes after they were added."
)
NO_CALENDAR = (
    "Microsoft does not find the calendar of this group. That of a new group needs some minutes."
)


def probe(pool: Pool, person: Scheduler) -> None:
    """Read one hour of the calendar as this person and keep the outcome.

    Raises what would meet everybody: throttling, and Microsoft failing. The outcome of a failure
    is kept first, so that one person's does not hold up the others.
    """
    if person.lacks:
        pool.save(person, Probe.WAITING)
        return
    try:
        read_hour(pool.client(person.user_id), pool.group_id, clock.utc_now())
    except Throttled:
        raise
    except REFUSALS as refusal:
        is_fenced = isinstance(refusal, MailboxFenced)
        pool.save(person, Probe.REFUSED, FENCED if is_fenced else str(refusal))
    except GraphError as failure:
        is_missing = isinstance(failure, Gone)
        pool.save(person, Probe.UNKNOWN, NO_CALENDAR if is_missing else str(failure))
        if isinstance(failure, Unavailable):
            raise
    else:
        pool.save(person, Probe.READY)


def read_hour(graph: GraphClient, group_id: str, start: datetime) -> None:
    """https://learn.microsoft.com/graph/api/group-list-calendarview"""
    query = {
        "startDateTime": clock.text(start),
        "endDateTime": clock.text(start + HOUR),
        "$select": "id",
        "$top": "1",
    }
    graph.get(f"/groups/{segment(group_id)}/calendarView", query=query)
