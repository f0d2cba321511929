"""Outlook's calendar: a week of a person, or of a group that the person has open."""

from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from sandbox.calendars import event_input, instances, meetings, zones
from sandbox.calendars.instances import Instance
from sandbox.database import Row, State
from sandbox.groups import resource
from sandbox.groups import store as groups
from sandbox.meetings.store import PROPOSED
from sandbox.outlook import desks, edits
from sandbox.outlook.desks import PLACES, desk
from sandbox.places import store as places

bp = Blueprint("outlook_calendar", __name__)
WEEK = timedelta(days=7)


@bp.get(PLACES[0], defaults={"group": None})
@bp.get(PLACES[1])
def read(reference: str, group: str | None) -> str:
    at = desk(reference, group)
    monday = _monday(at.state, request.args.get("week"))
    start, end = (
        desks.moment(datetime.combine(day, time()), at.zone) for day in (monday, monday + WEEK)
    )
    found = instances.between(at.state, at.owner.id, start, end)
    lines = [_line(one, at.zone) for one in found]
    return render_template(
        "calendar.html",
        desk=at,
        monday=monday,
        earlier=monday - WEEK,
        later=monday + WEEK,
        days=[(day, list(rows)) for day, rows in groupby(lines, lambda line: line["day"])],
        groups=_groups(at.state, at.person),
        rooms=_rooms(at.state),
        statuses=event_input.CHOICES["showAs"],
        done=request.args.get("done"),
    )


def _monday(state: State, text: str | None) -> date:
    try:
        day = date.fromisoformat(text) if text else state.now().date()
        return day - timedelta(days=day.weekday())
    except (OverflowError, ValueError):
        abort(400, "week is a date such as 2026-11-27.")


def _rooms(state: State) -> list[dict[str, Any]]:
    return [room for room in places.rooms(state) if room["emailAddress"]]


def _groups(state: State, person: Row) -> list[dict[str, Any]]:
    """List the groups with a calendar that a person is in, or owns."""
    ids = groups.groups_of(state, person["id"], is_transitive=False)
    ids += groups.owned(state, person["id"])
    found = [item for _, item in groups.objects_by_ids(state, ids).values()]
    return sorted(filter(resource.has_mailbox, found), key=lambda item: str(item["displayName"]))


def _line(found: Instance, zone: str) -> dict[str, Any]:
    """Describe an event for the page, in the tenant's zone. A whole day has its own date."""
    item = found.item
    if item["isAllDay"]:
        start, end = (zones.local_time(item[name], name)[0] for name in ("start", "end"))
    else:
        there = zones.zone(zone)
        start, end = (moment.astimezone(there) for moment in (found.starts_at, found.ends_at))
    return {
        "id": found.id,
        "kind": found.kind,
        "day": start.date(),
        "start": start.strftime("%H:%M"),
        "end": end.strftime("%H:%M"),
        "attendees": [_attendee(one, zone) for one in item["attendees"]],
        "response": item["responseStatus"]["response"],
        "organizer": item["organizer"]["emailAddress"]["name"],
        "place": item["location"]["displayName"],
        "link": (item["onlineMeeting"] or {}).get("joinUrl"),
        **{name: item[name] for name in (
            "subject", "showAs", "isAllDay", "isCancelled", "isOrganizer", "sensitivity",
            "allowNewTimeProposals",
        )},
    }  # fmt: skip  # a member to a line


def _attendee(one: dict[str, Any], zone: str) -> dict[str, str | None]:
    proposed = one.get(PROPOSED)
    start, end = (
        zones.moment(proposed[name], name).astimezone(zones.zone(zone)) if proposed else None
        for name in ("start", "end")
    )
    return {
        "address": one["emailAddress"]["address"],
        "response": one["status"]["response"],
        "proposed": f"{start:%Y-%m-%d %H:%M} to {end:%H:%M}" if start and end else None,
    }


@bp.post(f"{PLACES[0]}/events", defaults={"group": None})
@bp.post(f"{PLACES[1]}/events")
def add(reference: str, group: str | None) -> Response:
    at = desk(reference, group, writes=True)
    form = request.form
    asked: dict[str, Any] = {
        "subject": form.get("subject", ""),
        "showAs": form.get("show_as", "busy"),
        "sensitivity": "private" if form.get("private") else "normal",
        "location": {"displayName": form.get("place", "")},
        "isOnlineMeeting": "teams" in form,
        "attendees": desks.attendees(at.state, form.get("attendees", "")),
        **desks.event_times(at.zone, is_all_day=bool(form.get("all_day"))),
    }
    if form.get("repeats") in edits.REPEATS:
        asked["recurrence"] = edits.repeated(form["repeats"], desks.day())
    desks.tried(lambda: meetings.add(at.state, at.owner, asked))
    return desks.back(at, "Added.")


@bp.post(f"{PLACES[0]}/events/<event_id>/times", defaults={"group": None})
@bp.post(f"{PLACES[1]}/events/<event_id>/times")
def move(reference: str, group: str | None, event_id: str) -> Response:
    """Move an event, as one drags it. The update need not be sent. A copy moves alone."""
    at = desk(reference, group, writes=True)
    found = at.event(event_id)
    asked = desks.event_times(at.zone, is_all_day="all_day" in request.form)
    is_sent = "unsent" not in request.form
    desks.tried(lambda: meetings.change(at.state, at.owner, found, asked, is_sent=is_sent))
    if not found.item["isOrganizer"]:
        return desks.back(at, "Moved on this calendar alone.")
    return desks.back(at, "Moved." if is_sent else "Moved. The attendees were not told.")


@bp.post(f"{PLACES[0]}/events/<event_id>/status", defaults={"group": None})
@bp.post(f"{PLACES[1]}/events/<event_id>/status")
def show_as(reference: str, group: str | None, event_id: str) -> Response:
    at = desk(reference, group, writes=True)
    asked = {"showAs": request.form.get("show_as")}
    found = at.event(event_id)
    desks.tried(lambda: meetings.change(at.state, at.owner, found, asked, is_sent=False))
    return desks.back(at, "Changed.")


@bp.post(f"{PLACES[0]}/events/<event_id>/deletion", defaults={"group": None})
@bp.post(f"{PLACES[1]}/events/<event_id>/deletion")
def delete(reference: str, group: str | None, event_id: str) -> Response:
    """Delete an event. An organizer thereby cancels it, and an attendee declines, if wanted."""
    at = desk(reference, group, writes=True)
    found, form = at.event(event_id), request.form
    is_organizer = found.item["isOrganizer"]
    is_sent = "unsent" not in form if is_organizer else "declined" in form
    comment = form.get("comment", "")
    meetings.drop(at.state, at.owner, found, comment=comment, is_sent=is_sent)
    if not is_organizer:
        return desks.back(at, "Deleted and declined." if is_sent else "Deleted.")
    if not found.item["attendees"]:
        return desks.back(at, "Deleted.")
    return desks.back(at, "Canceled." if is_sent else "Deleted. The attendees were not told.")
