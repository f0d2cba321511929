"""/calendarView/delta below /me, /users/{id} and /groups/{id}.

https://learn.microsoft.com/graph/api/event-delta
"""

from flask import Blueprint, Response

from sandbox import odata
from sandbox.access import needs
from sandbox.calendars import event_view, group_routes
from sandbox.calendars.delta import rounds
from sandbox.calendars.event_routes import READ, owner_at
from sandbox.calendars.owners import Owner
from sandbox.mailbox_paths import below_mailbox

bp = Blueprint("calendar_delta", __name__, url_prefix="/v1.0")


@below_mailbox(
    bp,
    "calendarView/delta",
    "calendarView/delta()",
    "calendars/<calendar_id>/calendarView/delta",
    "calendars/<calendar_id>/calendarView/delta()",
)
@needs(delegated=READ, application=READ)
def delta_of_person(user: str | None, calendar_id: str | None = None) -> Response:
    return _page(owner_at(user, calendar_id))


@bp.get("/groups/<reference>/calendarView/delta")
@bp.get("/groups/<reference>/calendarView/delta()")
@needs(delegated=group_routes.READ)
def delta_of_group(reference: str) -> Response:
    return _page(group_routes.readable(reference))


def _page(owner: Owner) -> Response:
    return event_view.with_preferences(odata.answer(rounds.page(owner)))
