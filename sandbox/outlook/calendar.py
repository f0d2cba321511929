"""Outlook's calendar: a week of a person, or of a group that the person has open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox import quirks
from sandbox.calendars import (
    copies,
    event_input,
    group_access,
    instances,
    meetings,
    owners,
    zones,
)
from sandbox.calendars.instances import Instance
from sandbox.calendars.owners import Owner
from sandbox.database import Row, State, current_state
from sandbox.directory import store as people
from sandbox.errors import GraphError
from sandbox.groups import references, resource
from sandbox.groups import store as groups
from sandbox.mime import header_text

bp = Blueprint("outlook_calendar", __name__)
WEEK = timedelta(days=7)
ANSWERS = {"accept": "accepted", "tentative": "tentativelyAccepted", "decline": "declined"}
REPEATS = ("", "daily", "weekly")
PLACES = ("/outlook/<reference>/calendar", "/outlook/<reference>/calendar/<group>")


@dataclass(frozen=True)
class Desk:
    """A person at a calendar: their own, or a group's."""

    state: State
    person: Row
    owner: Owner
    group: dict[str, Any] | None

    @property
    def may_write(self) -> bool:
        return self.group is None or group_access.may_write(
            self.state, self.group, self.person["id"]
        )

    def address(self, **query: Any) -> str:
        group = self.group["displayName"] if self.group else None
        return url_for("outlook_calendar.read", reference=self.person["upn"], group=group, **query)


def _desk(reference: str, group: str | None, *, writes: bool = False) -> Desk:
    state = current_state()
    person = people.person(state, reference)
    if person is None or not person["has_mailbox"]:
        abort(404)
    if group is None:
        return Desk(state, person, owners.of_person(person), None)
    item = references.group(state, group)
    if item is None or not resource.has_mailbox(item):
        abort(404)
    desk = Desk(state, person, owners.of_group(item), item)
    if not group_access.may_read(state, item, person["id"]) or (writes and not desk.may_write):
        abort(403, f"{person['display_name']} cannot do that in {item['displayName']}.")
    return desk


@bp.get(PLACES[0], defaults={"group": None})
@bp.get(PLACES[1])
def read(reference: str, group: str | None) -> str:
    desk = _desk(reference, group)
    monday = _monday(desk.state, request.args.get("week"))
    zone = desk.state.setting("timeZone")
    start, end = (_moment(day, "00:00", zone) for day in (monday, monday + WEEK))
    found = instances.between(desk.state, desk.owner.id, start, end)
    lines = [_line(one, zone) for one in found]
    return render_template(
        "calendar.html",
        desk=desk,
        zone=zone,
        monday=monday,
        earlier=monday - WEEK,
        later=monday + WEEK,
        days=[(day, list(rows)) for day, rows in groupby(lines, lambda line: line["day"])],
        groups=_groups(desk.state, desk.person),
        statuses=event_input.CHOICES["showAs"],
        done=request.args.get("done"),
    )


def _monday(state: State, text: str | None) -> date:
    try:
        day = date.fromisoformat(text) if text else state.now().date()
        return day - timedelta(days=day.weekday())
    except (OverflowError, ValueError):
        abort(400, "week is a date such as 2026-11-27.")


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
        "attendees": [
            (one["emailAddress"]["address"], one["status"]["response"])
            for one in item["attendees"]
        ],
        "response": item["responseStatus"]["response"],
        "organizer": item["organizer"]["emailAddress"]["name"],
        **{name: item[name] for name in (
            "subject", "showAs", "isAllDay", "isCancelled", "isOrganizer", "sensitivity",
        )},
    }  # fmt: skip  # a member to a line


@bp.post(f"{PLACES[0]}/events", defaults={"group": None})
@bp.post(f"{PLACES[1]}/events")
def add(reference: str, group: str | None) -> Response:
    desk = _desk(reference, group, writes=True)
    form = request.form
    addresses = [address for _, address in header_text.addresses_in([form.get("attendees", "")])]
    asked: dict[str, Any] = {
        "subject": form.get("subject", ""),
        "showAs": form.get("show_as", "busy"),
        "sensitivity": "private" if form.get("private") else "normal",
        "attendees": [{"emailAddress": {"address": address}} for address in addresses],
        **_times(desk.state, is_all_day=bool(form.get("all_day"))),
    }
    if form.get("repeats") in REPEATS[1:]:
        asked["recurrence"] = _repeated(form["repeats"], _day())
    _tried(lambda: meetings.add(desk.state, desk.owner, asked))
    return _back(desk, "Added.")


def _repeated(kind: str, day: date) -> dict[str, Any]:
    days = {"daysOfWeek": [f"{day:%A}".lower()]} if kind == "weekly" else {}
    return {"pattern": {"type": kind, "interval": 1, **days}, "range": {"type": "noEnd"}}


@bp.post(f"{PLACES[0]}/events/<event_id>/times", defaults={"group": None})
@bp.post(f"{PLACES[1]}/events/<event_id>/times")
def move(reference: str, group: str | None, event_id: str) -> Response:
    """Move an event, as one drags it. The update need not be sent."""
    desk = _desk(reference, group, writes=True)
    found = _event(desk, event_id)
    asked = _times(desk.state, is_all_day=found.item["isAllDay"])
    is_sent = "unsent" not in request.form
    _tried(lambda: meetings.change(desk.state, desk.owner, found, asked, is_sent=is_sent))
    return _back(desk, "Moved." if is_sent else "Moved. The attendees were not told.")


@bp.post(f"{PLACES[0]}/events/<event_id>/status", defaults={"group": None})
@bp.post(f"{PLACES[1]}/events/<event_id>/status")
def show_as(reference: str, group: str | None, event_id: str) -> Response:
    desk = _desk(reference, group, writes=True)
    asked = {"showAs": request.form.get("show_as")}
    found = _event(desk, event_id)
    _tried(lambda: meetings.change(desk.state, desk.owner, found, asked, is_sent=False))
    return _back(desk, "Changed.")


@bp.post(f"{PLACES[0]}/events/<event_id>/deletion", defaults={"group": None})
@bp.post(f"{PLACES[1]}/events/<event_id>/deletion")
def delete(reference: str, group: str | None, event_id: str) -> Response:
    """Delete an event. An organizer thereby cancels it for everybody."""
    desk = _desk(reference, group, writes=True)
    found = _event(desk, event_id)
    meetings.drop(desk.state, desk.owner, found)
    is_meeting = found.item["isOrganizer"] and found.item["attendees"]
    return _back(desk, "Canceled." if is_meeting else "Deleted.")


@bp.post(f"{PLACES[0]}/events/<event_id>/answer")
def answer(reference: str, event_id: str) -> Response:
    desk = _desk(reference, None)
    found, chosen = _event(desk, event_id), request.form.get("answer", "")
    if chosen not in ANSWERS or found.item["isOrganizer"]:
        abort(400, "An attendee accepts or declines.")
    with desk.state.write():
        copies.answer(
            desk.state,
            found.row,
            ANSWERS[chosen],
            is_sent=True,
            keeps_declined=quirks.DECLINED_STAY.is_on(desk.state),
        )
    return _back(desk, "Answered.")


def _event(desk: Desk, event_id: str) -> Instance:
    return instances.find(desk.state, desk.owner.id, event_id) or abort(404)


def _times(state: State, *, is_all_day: bool) -> dict[str, Any]:
    """Read the times of a form, in the tenant's zone. An end before the start is the next day's."""
    zone, day = state.setting("timeZone"), _day()
    if is_all_day:
        start, end = (datetime.combine(one, time()) for one in (day, day + timedelta(days=1)))
    else:
        start, end = (datetime.combine(day, _hour(name)) for name in ("start", "end"))
        end += timedelta(days=1) if end < start else timedelta()
    return {
        "isAllDay": is_all_day,
        "start": zones.written(start, zone),
        "end": zones.written(end, zone),
    }


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(400, "day is a date such as 2026-11-27.")


def _hour(name: str) -> time:
    try:
        return time.fromisoformat(request.form.get(name, ""))
    except ValueError:
        abort(400, f"{name} is a time such as 09:00.")


def _moment(day: date, hour: str, zone: str) -> datetime:
    local = datetime.combine(day, time.fromisoformat(hour), zones.zone(zone))
    return local.astimezone(UTC)


def _tried(act: Callable[[], Any]) -> None:
    try:
        act()
    except GraphError as error:
        abort(400, str(error))


def _back(desk: Desk, done: str) -> Response:
    return redirect(desk.address(week=request.form.get("week"), done=done), 303)
