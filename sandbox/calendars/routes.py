"""/calendar, /calendars and /calendar/getSchedule below /me and /users/{id}.

https://learn.microsoft.com/graph/api/calendar-get
https://learn.microsoft.com/graph/api/calendar-getschedule
"""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response

from sandbox import odata
from sandbox.access import mailbox_of, needs
from sandbox.calendars import calendar_resource, event_view, schedule, zones
from sandbox.calendars.event_routes import READ, owner_at
from sandbox.calendars.schedule import Window
from sandbox.database import current_state
from sandbox.errors import GraphError
from sandbox.mailbox_paths import below_mailbox

bp = Blueprint("calendars", __name__, url_prefix="/v1.0")
MAX_SCHEDULES = 20
MAX_SPAN = timedelta(days=62)


@below_mailbox(bp, "calendar", "calendars/<calendar_id>")
@needs(delegated=READ, application=READ)
def default_calendar(user: str | None, calendar_id: str | None = None) -> Response:
    odata.refuse_unknown_options({"$select"})
    owner = owner_at(user, calendar_id)
    names = odata.selected(calendar_resource.MEMBERS, kind="calendar")
    context = f"{owner.path}/calendar{odata.selection(names)}/$entity"
    shown = odata.project(
        calendar_resource.calendar(current_state(), owner), names or calendar_resource.MEMBERS
    )
    return odata.entity(shown, context=context)


@below_mailbox(bp, "calendars")
@needs(delegated=READ, application=READ)
def calendars(user: str | None) -> Response:
    odata.refuse_unknown_options({"$select", "$top", "$skip", "$count"})
    owner = owner_at(user)
    names = odata.selected(calendar_resource.MEMBERS, kind="calendar")
    found = odata.project(
        calendar_resource.calendar(current_state(), owner), names or calendar_resource.MEMBERS
    )
    context = f"{owner.path}/calendars{odata.selection(names)}"
    return odata.page([found], context=context, size=odata.top(default=10, limit=999), mark="$skip")


@below_mailbox(bp, "calendar/getSchedule", methods=("POST",))
@needs(delegated=READ, application=READ)
def free_busy(user: str | None) -> Response:
    owner, state = mailbox_of(user), current_state()
    asked = odata.json_body()
    addresses = _addresses(asked)
    window = _window(asked)
    zone = zones.preferred()
    found = [
        schedule.of_address(state, address, window, owner=owner, zone=zone) for address in addresses
    ]
    context = odata.context_address("Collection(microsoft.graph.scheduleInformation)")
    return event_view.with_preferences(odata.answer({"@odata.context": context, "value": found}))


def _addresses(asked: dict[str, Any]) -> list[str]:
    found = asked.get("schedules")
    if not isinstance(found, list) or not found or not all(isinstance(a, str) for a in found):
        raise GraphError(400, "ErrorInvalidParameter", "The parameter 'schedules' is missing.")
    number = max(len(found), schedule.entities(current_state(), found))
    if number > MAX_SCHEDULES:
        raise GraphError(
            400,
            "ErrorMailboxDataArrayTooBig",
            "There are too many target users in the EmailAddress array. The allowed size ="
            f" {MAX_SCHEDULES}; the actual size = {number}.",
        )
    return found


def _window(asked: dict[str, Any]) -> Window:
    start = zones.moment(asked.get("startTime"), "startTime")
    end = zones.moment(asked.get("endTime"), "endTime")
    if end <= start:
        raise GraphError(
            400,
            "ErrorInvalidTimeInterval",
            "The time duration specified for FreeBusyViewOptions.TimeWindow is invalid.",
        )
    if end - start > MAX_SPAN:
        raise GraphError(
            400,
            "ErrorTimeIntervalTooBig",
            "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too"
            f" long. The allowed limit = {MAX_SPAN.days} days; the actual limit ="
            f" {(end - start).days} days.",
        )
    return Window(start, end, _minutes(asked, end - start))


def _minutes(asked: dict[str, Any], span: timedelta) -> int:
    """Read availabilityViewInterval, also as text, as Microsoft's own example sends it."""
    text = str(asked.get("availabilityViewInterval") or 30)
    minutes = int(text) if text.isascii() and text.isdigit() else 0
    if not 5 <= minutes <= 1440 or timedelta(minutes=minutes) > span:
        raise GraphError(
            400,
            "ErrorInvalidMergedFreeBusyInterval",
            "The specified merged free/busy interval is not valid. Specify an interval that is"
            " less than the free/busy time window and between 5 and 1440 minutes.",
        )
    return minutes
