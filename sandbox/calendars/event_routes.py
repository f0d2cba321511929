"""Events below /me and /users/{id}: lists, single events, instances and the calendar view.

https://learn.microsoft.com/graph/api/user-list-calendarview
"""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, g

from sandbox import odata, quirks
from sandbox.access import mailbox_of, needs
from sandbox.calendars import calendar_resource, event_view, instances, owners, store, versions
from sandbox.calendars.owners import Owner
from sandbox.database import current_state
from sandbox.errors import GraphError, item_not_found, malformed_id
from sandbox.mailbox_paths import below_mailbox

bp = Blueprint("calendar_events", __name__, url_prefix="/v1.0")
READ = ("Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite")
WINDOW = {"startdatetime", "enddatetime"}
LONGEST = timedelta(days=1825)
# A view cannot select these.
UNSELECTED = frozenset({"createdDateTime", "lastModifiedDateTime"})


def owner_at(user: str | None, calendar_id: str | None = None) -> Owner:
    """Find the owner of a calendar. Each person has one, which has an id as well."""
    row = mailbox_of(user)
    is_another = g.caller.kind == "person" and row["id"] != g.caller.oid
    owner = owners.of_person(row, is_opened_by_another=is_another)
    if calendar_id is not None and calendar_id != calendar_resource.calendar_id(owner):
        raise item_not_found() if calendar_resource.is_id(calendar_id) else malformed_id()
    return owner


@below_mailbox(bp, "calendarView", "calendar/calendarView", "calendars/<calendar_id>/calendarView")
@needs(delegated=READ, application=READ)
def calendar_view(user: str | None, calendar_id: str | None = None) -> Response:
    return view(owner_at(user, calendar_id))


@below_mailbox(bp, "events", "calendar/events", "calendars/<calendar_id>/events")
@needs(delegated=READ, application=READ)
def list_events(user: str | None, calendar_id: str | None = None) -> Response:
    return listed(owner_at(user, calendar_id))


@below_mailbox(
    bp,
    "events/<event_id>",
    "calendar/events/<event_id>",
    "calendars/<calendar_id>/events/<event_id>",
)
@needs(delegated=READ, application=READ)
def one_event(user: str | None, event_id: str, calendar_id: str | None = None) -> Response:
    return one(owner_at(user, calendar_id), event_id)


@below_mailbox(bp, "events/<event_id>/instances", "calendar/events/<event_id>/instances")
@needs(delegated=READ, application=READ)
def list_instances(user: str | None, event_id: str) -> Response:
    return of_series(owner_at(user), event_id)


def view(owner: Owner) -> Response:
    """Answer what happens in the window of the request, each occurrence for itself."""
    odata.refuse_unknown_options(event_view.LIST_OPTIONS | WINDOW)
    start, end = window()
    versions.begin_read(current_state(), owner.id)
    found = instances.between(current_state(), owner.id, start, end)
    return event_view.page(owner, found, path="calendarView", unselected=UNSELECTED)


def listed(owner: Owner) -> Response:
    """Answer single events and series, never occurrences."""
    odata.refuse_unknown_options(event_view.LIST_OPTIONS)
    versions.begin_read(current_state(), owner.id)
    found = [instances.of_row(row) for row in store.listed(current_state(), owner.id)]
    return event_view.page(owner, found, path="events")


def one(owner: Owner, event_id: str) -> Response:
    odata.refuse_unknown_options(event_view.ONE_OPTIONS)
    answers_deleted = quirks.DELETED_ANSWER.is_on(current_state())
    read = store.event_or_lately_deleted if answers_deleted else store.event
    versions.begin_read(current_state(), owner.id)
    if versions.shown_at(current_state(), versions.OF_EVENTS):
        read = store.stale_event
    return event_view.one(owner, event_view.require(owner, event_id, read=read))


def of_series(owner: Owner, event_id: str) -> Response:
    """Answer the occurrences and exceptions of a series. Another event has none."""
    odata.refuse_unknown_options(event_view.LIST_OPTIONS | WINDOW)
    start, end = window()
    series = event_view.require(owner, event_id)
    if series.kind != store.MASTER:
        raise GraphError(
            400,
            "ErrorInvalidRequest",
            "Your request can't be completed. You cannot get the instances of an event that is no"
            " series.",
        )
    found = instances.of_series(current_state(), series.row, start, end)
    return event_view.page(owner, found, path=f"events('{event_id}')/instances")


def window() -> tuple[datetime, datetime]:
    """Read the window of a view. Both ends are required, and are in UTC without an offset."""
    texts = [odata.option(name) for name in ("startdatetime", "enddatetime")]
    if not all(texts):
        raise GraphError(
            400,
            "ErrorInvalidParameter",
            "This request requires a time window specified by the query string parameters"
            " StartDateTime and EndDateTime.",
        )
    start, end = (_moment(text or "") for text in texts)
    if end < start:
        raise GraphError(400, "ErrorInvalidParameter", "EndDateTime is earlier than StartDateTime.")
    if end - start > LONGEST:
        raise GraphError(
            400,
            "ErrorCalendarViewRangeTooBig",
            f"The requested view range is too big. It should be less than {LONGEST.days} days.",
        )
    return start, end


def _moment(text: str) -> datetime:
    try:
        # An unescaped plus sign of an offset arrives as a space.
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise GraphError(
            400, "ErrorInvalidParameter", f"The value '{text}' of the time window is no time."
        ) from error
