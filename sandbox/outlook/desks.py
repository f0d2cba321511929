"""Desks of the small Outlook: a person at a calendar, and the forms that they fill in there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from sandbox import acts
from sandbox.calendars import group_access, instances, owners, zones
from sandbox.calendars.instances import Instance
from sandbox.calendars.owners import Owner
from sandbox.database import Row, State, current_state
from sandbox.directory import store as people
from sandbox.errors import GraphError
from sandbox.groups import references, resource
from sandbox.meetings.store import Times
from sandbox.mime import header_text
from sandbox.outlook import edits

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

    @property
    def zone(self) -> str:
        """The zone of all times on the pages."""
        return str(self.state.setting("timeZone"))

    @property
    def addresses(self) -> list[str]:
        return [self.owner.address] if self.group else people.addresses_of(self.person)

    def address(self, page: str = "outlook_calendar.read", **query: Any) -> str:
        group = self.group["displayName"] if self.group else None
        return url_for(page, reference=self.person["upn"], group=group, **query)

    def event(self, event_id: str) -> Instance:
        return instances.find(self.state, self.owner.id, event_id) or abort(404)


def desk(reference: str, group: str | None, *, writes: bool = False) -> Desk:
    """Open a calendar as a person does. What they may not do there is refused."""
    state = current_state()
    person = people.person(state, reference)
    if person is None or not person["has_mailbox"]:
        abort(404)
    acts.by_person(person)
    if group is None:
        return Desk(state, person, owners.of_person(person), None)
    item = references.group(state, group)
    if item is None or not resource.has_mailbox(item):
        abort(404)
    found = Desk(state, person, owners.of_group(item), item)
    if not group_access.may_read(state, item, person["id"]) or (writes and not found.may_write):
        abort(403, f"{person['display_name']} cannot do that in {item['displayName']}.")
    return found


def attendees(state: State, text: str) -> list[dict[str, Any]]:
    """Read the people of a form, separated by commas. A room is a resource, as Outlook adds it."""
    found = dict.fromkeys(address for _, address in header_text.addresses_in([text]))
    return [edits.attendee(state, address) for address in found]


def event_times(zone: str, *, is_all_day: bool) -> dict[str, Any]:
    """Read the times of a form as an event has them."""
    start, end = _local_times(is_all_day=is_all_day)
    return {
        "isAllDay": is_all_day,
        "start": zones.written(start, zone),
        "end": zones.written(end, zone),
    }


def times(zone: str) -> Times:
    """Read the times of a form."""
    start, end = _local_times(is_all_day=False)
    return moment(start, zone), moment(end, zone)


def _local_times(*, is_all_day: bool) -> Times:
    """Read the local times of a form. An end before the start is the next day's."""
    on = day()
    if is_all_day:
        return datetime.combine(on, time()), datetime.combine(on + timedelta(days=1), time())
    start, end = (datetime.combine(on, _hour(name)) for name in ("start", "end"))
    return start, end + (timedelta(days=1) if end < start else timedelta())


def day() -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(400, "day is a date such as 2026-11-27.")


def _hour(name: str) -> time:
    try:
        return time.fromisoformat(request.form.get(name, ""))
    except ValueError:
        abort(400, f"{name} is a time such as 09:00.")


def moment(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=zones.zone(zone)).astimezone(UTC)


def tried(act: Callable[[], Any]) -> None:
    """Do what a form asks. Exchange's refusal becomes a page."""
    try:
        act()
    except GraphError as error:
        abort(400, str(error))


def back(desk: Desk, done: str) -> Response:
    """Return to the week, or to the invitations if the form stands there."""
    if "invitations" in request.form:
        return redirect(desk.address("outlook_invitations.read", done=done), 303)
    return redirect(desk.address(week=request.form.get("week"), done=done), 303)
