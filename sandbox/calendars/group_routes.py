"""Group calendars: for people alone, read by all where the group is public, changed by members.

https://learn.microsoft.com/graph/api/group-list-events
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, g, request

from sandbox import odata, quirks
from sandbox.access import NO_ACCESS, needs
from sandbox.calendars import calendar_resource, change_routes, event_routes, group_access, owners
from sandbox.calendars.owners import Owner
from sandbox.database import current_state
from sandbox.directory import store as people
from sandbox.errors import GraphError, item_not_found
from sandbox.groups import resource
from sandbox.groups.routes import require_group

bp = Blueprint("group_calendars", __name__, url_prefix="/v1.0/groups/<reference>")
READ = ("Group.Read.All", "Group.ReadWrite.All")
READ_ONE = ("Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite", *READ)
WRITE = ("Group.ReadWrite.All",)
WRITE_ONE = ("Calendars.ReadWrite", *WRITE)

Rule = TypeVar("Rule", bound=Callable[..., Any])


def below_calendar(path: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[Rule], Rule]:
    """Route a view below the group, and below its calendar."""

    def decorate(function: Rule) -> Rule:
        for prefix in ("", "/calendar"):
            bp.add_url_rule(f"{prefix}/{path}", view_func=function, methods=methods)
        return function

    return decorate


@bp.get("/calendar")
@needs(delegated=READ)
def calendar(reference: str) -> Response:
    odata.refuse_unknown_options({"$select"})
    owner = readable(reference)
    names = odata.selected(calendar_resource.MEMBERS, kind="calendar")
    shown = odata.project(
        calendar_resource.calendar(current_state(), owner), names or calendar_resource.MEMBERS
    )
    return odata.entity(shown, context=f"{owner.path}/calendar{odata.selection(names)}/$entity")


@below_calendar("calendarView")
@needs(delegated=READ)
def calendar_view(reference: str) -> Response:
    return event_routes.view(readable(reference))


@below_calendar("events")
@needs(delegated=READ)
def list_events(reference: str) -> Response:
    return event_routes.listed(readable(reference))


@below_calendar("events/<event_id>")
@needs(delegated=READ_ONE)
def one_event(reference: str, event_id: str) -> Response:
    return event_routes.one(readable(reference), event_id)


@below_calendar("events/<event_id>/instances")
@needs(delegated=READ)
def list_instances(reference: str, event_id: str) -> Response:
    return event_routes.of_series(readable(reference), event_id)


@below_calendar("events", methods=("POST",))
@needs(delegated=WRITE)
def add_event(reference: str) -> Response:
    owner = _written(reference)
    return change_routes.add(owner, more=_with_writer(owner))


@below_calendar("events/<event_id>", methods=("PATCH", "DELETE"))
@needs(delegated=WRITE_ONE)
def change_event(reference: str, event_id: str) -> Response:
    act = change_routes.remove if request.method == "DELETE" else change_routes.change
    return act(_written(reference), event_id)


@below_calendar("events/<event_id>/cancel", methods=("POST",))
@needs(delegated=WRITE_ONE)
def cancel_event(reference: str, event_id: str) -> Response:
    return change_routes.cancel(_written(reference), event_id)


def readable(reference: str) -> Owner:
    """Find the calendar to read. Only a public group shows it to people outside the group."""
    item = _require_mailbox(reference)
    if not group_access.may_read(current_state(), item, g.caller.oid):
        raise GraphError(403, "ErrorAccessDenied", NO_ACCESS)
    return owners.of_group(item)


def _written(reference: str) -> Owner:
    """Find the calendar to change, for its members and owners."""
    item = _require_mailbox(reference)
    if not group_access.may_write(current_state(), item, g.caller.oid):
        raise GraphError(403, "ErrorAccessDenied", NO_ACCESS)
    return owners.of_group(item)


def _require_mailbox(reference: str) -> dict[str, Any]:
    item = require_group(reference)
    if "Unified" not in item["groupTypes"]:
        raise GraphError(404, "ErrorInvalidGroup", f"The requested group '{reference}' is invalid.")
    if not resource.has_mailbox(item):
        raise item_not_found()
    return item


def _with_writer(owner: Owner) -> dict[str, Any]:
    """Add the group and the writer to the attendees of a new event, while the quirk is on."""
    state = current_state()
    writer = people.person(state, g.caller.oid)
    if writer is None or not quirks.GROUP_ADDS_WRITER.is_on(state):
        return {}
    given = odata.json_body().get("attendees") or []
    known = {str(one.get("emailAddress", {}).get("address")).lower() for one in given}
    added = [owner.contact, owners.of_person(writer).contact]
    more = [one for one in added if one["emailAddress"]["address"].lower() not in known]
    return {"attendees": [*given, *more]}
