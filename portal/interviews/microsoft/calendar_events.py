"""Events of one calendar at Microsoft: search by our mark, add, read, invite, delete."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal import clock
from portal.addresses import fold
from portal.availability import zones
from portal.graph.errors import Gone, Unavailable
from portal.graph.links import kept_link, segment
from portal.interviews.access import Calendar
from portal.interviews.microsoft.texts import Text
from portal.interviews.models import Event, Interview

Attendee = dict[str, Any]
# Its value is the id of our row, so a lost event is found again.
MARK = "String {9f6c3a54-3b1e-4f7e-9a41-5d0c7f4f2a11} Name PortalEvent"
SELECTED = (
    "id,iCalUId,webLink,subject,start,end,isAllDay,isCancelled,type,isOnlineMeeting,"
    "onlineMeeting,location,attendees,lastModifiedDateTime"
)
SINGLE = "singleInstance"
GARBLED = "Microsoft's answer about an event could not be read."
MOST_COPIES = "10"


@dataclass(frozen=True)
class Found:
    """An event as Microsoft has it."""

    graph_id: str
    ical_uid: str
    web_link: str
    starts_at: datetime
    ends_at: datetime
    is_online: bool
    join_url: str
    place: str
    attendees: tuple[Attendee, ...] = field(repr=False)
    etag: str
    modified_at: datetime | None
    subject: str | None = None
    is_all_day: bool = False
    is_series: bool = False
    is_cancelled: bool = False

    @property
    def addresses(self) -> set[str]:
        """The folded addresses of everybody invited."""
        return {address_of(each) for each in self.attendees}


def address_of(attendee: Attendee) -> str:
    return fold(str((attendee.get("emailAddress") or {}).get("address") or ""))


def found_in(answer: dict[str, Any]) -> Found:
    """Read an event. Raises Unavailable for one that lacks what is always there."""
    try:
        return Found(
            graph_id=str(answer["id"]),
            ical_uid=str(answer.get("iCalUId") or ""),
            web_link=kept_link(answer.get("webLink")),
            starts_at=_time(answer["start"]),
            ends_at=_time(answer["end"]),
            is_online=bool(answer.get("isOnlineMeeting")),
            join_url=kept_link((answer.get("onlineMeeting") or {}).get("joinUrl")),
            place=str((answer.get("location") or {}).get("displayName") or ""),
            attendees=tuple(answer.get("attendees") or ()),
            etag=str(answer.get("@odata.etag") or ""),
            modified_at=clock.moment_or_none(answer.get("lastModifiedDateTime")),
            subject=answer.get("subject"),
            is_all_day=bool(answer.get("isAllDay")),
            is_series=answer.get("type") not in (None, SINGLE),
            is_cancelled=bool(answer.get("isCancelled")),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unavailable(GARBLED) from error


def _time(given: dict[str, Any]) -> datetime:
    """A time of an answer, which is in UTC unless we ask for another zone."""
    return clock.moment(str(given["dateTime"])).replace(microsecond=0)


def by_mark(calendar: Calendar, event_id: str) -> list[Found]:
    """Every event that has our mark with this value."""
    condition = (
        f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq '{event_id}')"
    )
    query = {"$filter": condition, "$select": SELECTED, "$top": MOST_COPIES}
    answer = calendar.graph.get(calendar.path, query=query)
    return [found_in(each) for each in answer.get("value") or ()]


def read(calendar: Calendar, graph_id: str) -> Found:
    query = {"$select": SELECTED}
    return found_in(calendar.graph.get(_path(calendar, graph_id), query=query))


def add(calendar: Calendar, one: Interview, event: Event, text: Text, *, is_teams: bool) -> Found:
    """Add an event without attendees. Repeated with the same id, it adds no second one."""
    body = {
        "transactionId": event.id,
        "subject": text.subject,
        "body": _body(text),
        "location": text.location,
        **times(one),
        "singleValueExtendedProperties": [{"id": MARK, "value": event.id}],
    }
    if is_teams:
        body |= {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    return found_in(calendar.graph.post(calendar.path, body))


def times(one: Interview) -> dict[str, Any]:
    """Start and end in the zone of the interview, by its Windows name.

    In UTC where an hour comes twice: without an offset, a time would mean the first of them.
    """
    name = zones.windows(one.zone)
    if name and _comes_twice(ZoneInfo(one.zone), one.starts_at, one.ends_at):
        name = None
    local = ZoneInfo(one.zone if name else "UTC")
    return {
        each: {
            "dateTime": at.astimezone(local).replace(tzinfo=None).isoformat(),
            "timeZone": name or "UTC",
        }
        for each, at in (("start", one.starts_at), ("end", one.ends_at))
    }


def _comes_twice(zone: ZoneInfo, *moments: datetime) -> bool:
    """Whether clocks of the zone show one of these times twice, as at the end of summer."""
    several = [each.astimezone(zone) for each in moments]
    return any(
        each.replace(fold=0).utcoffset() != each.replace(fold=1).utcoffset() for each in several
    )


def put_link(calendar: Calendar, graph_id: str, text: Text) -> Found:
    """Write text and place. Only for an event without a Teams block, which this would remove."""
    body = {"body": _body(text), "location": text.location}
    return found_in(calendar.graph.patch(_path(calendar, graph_id), body))


def invite(calendar: Calendar, graph_id: str, attendees: Iterable[Attendee]) -> Found:
    """Replace the attendees. Microsoft tells those who are new, and those who are gone."""
    return found_in(
        calendar.graph.patch(_path(calendar, graph_id), {"attendees": [*attendees]}),
    )


def change(calendar: Calendar, graph_id: str, body: dict[str, Any]) -> Found:
    """Change times, place or attendees. A body or a Teams flag would remove the link."""
    return found_in(calendar.graph.patch(_path(calendar, graph_id), body))


def cancel(calendar: Calendar, graph_id: str, comment: str) -> None:
    """Cancel a meeting. Its attendees get the comment; one that is gone is as good."""
    try:
        calendar.graph.post(f"{_path(calendar, graph_id)}/cancel", {"comment": comment})
    except Gone:
        return


def delete(calendar: Calendar, graph_id: str) -> None:
    """Delete an event. One that is gone is as good."""
    try:
        calendar.graph.delete(_path(calendar, graph_id))
    except Gone:
        return


def _body(text: Text) -> dict[str, str]:
    return {"contentType": "HTML", "content": text.html}


def _path(calendar: Calendar, graph_id: str) -> str:
    return f"{calendar.path}/{segment(graph_id)}"
