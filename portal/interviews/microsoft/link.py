"""The Teams link of an interview: Microsoft's own on the event, or that of a meeting beside it."""

from collections.abc import Callable
from dataclasses import replace

from portal import clock
from portal.errors import PortalError
from portal.graph.errors import Gone, MailboxMissing, PermissionMissing, Refused
from portal.graph.links import kept_link
from portal.group_calendars.roster.pool import REFUSALS as REFUSED_TOKENS
from portal.interviews import access
from portal.interviews.access import Calendar
from portal.interviews.microsoft import calendar_events, failures
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.create import as_written
from portal.interviews.microsoft.models import Do, Known, Next
from portal.interviews.microsoft.texts import Text, text
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Event, Interview, Step

# Seconds between two reads. Microsoft may put the link there some seconds after the event.
PAUSES = (1, 1, 2, 4, 7)
REFUSALS = (Refused, PermissionMissing, Gone, MailboxMissing)


def secure(work: Work, known: Known, found: Next) -> None:
    """Find the link or make one. Without it nobody is invited, and the event is deleted."""
    one, event = known.interview, found.of
    seen = access.read(work.services, one, event, lambda each: wait(work, each, event))
    if seen.join_url:
        _save(work, event, seen, seen.join_url)
        return
    try:
        join_url = _meeting(work, one)
    except REFUSALS as refusal:
        failures.give_up(work, known, Next(Do.GIVE_UP, reason=_no_link(one, refusal)))
        return
    words = text(known, event.role, join_url=join_url, base_url=work.services.config.base_url)
    written = access.write(work.services, one, event, _put(event, words))
    _save(work, event, written, join_url)


def wait(work: Work, calendar: Calendar, event: Event) -> Found:
    """Read the event until it has a link, or says that it gets none."""
    graph_id = event.graph_id or ""
    seen = calendar_events.read(calendar, graph_id)
    for seconds in PAUSES:
        if seen.join_url or not seen.is_online:
            break
        work.extend()
        work.pause(seconds)
        seen = calendar_events.read(calendar, graph_id)
    return seen


def _meeting(work: Work, one: Interview) -> str:
    """The link of the organizer's online meeting, the same one each time."""
    try:
        graph = access.meetings(work.services, one)
        answer = graph.post("onlineMeetings/createOrGet", wanted(one))
    except REFUSED_TOKENS as refusal:
        raise access.explained(one.organizer_name, refusal, calendar="Microsoft Teams") from refusal
    found = kept_link(answer.get("joinWebUrl"))
    if not found:
        raise Refused("")
    return found


def wanted(one: Interview) -> dict[str, str]:
    """The body of createOrGet, which gives the organizer the same meeting each time.

    https://learn.microsoft.com/graph/api/onlinemeeting-createorget
    """
    number = f"-{one.generation}" if one.generation > 1 else ""
    return {
        "externalId": f"{one.id}{number}",
        "subject": one.title,
        "startDateTime": clock.text(one.starts_at),
        "endDateTime": clock.text(one.ends_at),
    }


def _no_link(one: Interview, refusal: PortalError) -> str:
    """Why there is no link, as far as the organizer's connection is the reason."""
    if isinstance(refusal, PermissionMissing):
        return f"There is no Teams link, so Portal invited nobody. {refusal}"
    return (
        "Microsoft gave this interview no Teams link, so Portal invited nobody. "
        f"{one.organizer_name} may have no license for Teams. "
        "Choose another organizer or another place."
    )


def _put(event: Event, words: Text) -> Callable[[Calendar], Found]:
    return lambda calendar: calendar_events.put_link(calendar, event.graph_id or "", words)


def _save(work: Work, event: Event, found: Found, join_url: str) -> None:
    linked = replace(as_written(event, found), step=Step.LINKED, join_url=join_url)
    work.save(linked, interview=lambda one: _linked(one, event, join_url))


def _linked(one: Interview, event: Event, join_url: str) -> Interview:
    """The interview with its link, unless a page wants new events by now."""
    return replace(one, join_url=join_url) if one.generation == event.generation else one
