"""/onlineMeetings below /me and /users/{id}, for people alone.

An application would need a policy of Teams besides its permission, and is refused.
https://learn.microsoft.com/graph/api/onlinemeeting-createorget
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, request

from sandbox import odata
from sandbox.access import needs, require_user
from sandbox.database import Row, current_state
from sandbox.errors import GraphError
from sandbox.mailbox_paths import below_mailbox, where
from sandbox.meetings import online_meetings
from sandbox.meetings.online_meetings import Times

bp = Blueprint("online_meetings", __name__, url_prefix="/v1.0")
WRITE = ("OnlineMeetings.ReadWrite",)
READ = ("OnlineMeetings.Read", *WRITE)
USUAL_LENGTH = timedelta(hours=1)


@below_mailbox(bp, "onlineMeetings", methods=("POST",))
@needs(delegated=WRITE)
def add(user: str | None) -> Response:
    organizer, asked = _organizer(user), odata.json_body()
    return _added(organizer, asked)


@below_mailbox(bp, "onlineMeetings/createOrGet", methods=("POST",))
@needs(delegated=WRITE)
def add_once(user: str | None) -> Response:
    """Answer the meeting of an external id: a new one, or the known one as it is."""
    organizer, asked, state = _organizer(user), odata.json_body(), current_state()
    if not asked.get("externalId"):
        raise _invalid("externalId is required.")
    with state.write():
        known = online_meetings.by_external_id(state, organizer["id"], asked["externalId"])
        return _answer(known, organizer) if known else _added(organizer, asked)


@below_mailbox(bp, "onlineMeetings/<meeting_id>", methods=("GET", "PATCH"))
def one(user: str | None, meeting_id: str) -> Response:
    return (_change if request.method == "PATCH" else _read)(user, meeting_id)


@needs(delegated=READ)
def _read(user: str | None, meeting_id: str) -> Response:
    odata.refuse_unknown_options({"$select"})
    organizer = _organizer(user)
    return _answer(_require(organizer, meeting_id), organizer)


@needs(delegated=WRITE)
def _change(user: str | None, meeting_id: str) -> Response:
    organizer, asked = _organizer(user), odata.json_body()
    row = _require(organizer, meeting_id)
    known = {"startDateTime": row["starts_at"], "endDateTime": row["ends_at"]}
    times, subject = _times(known | asked), asked.get("subject", row["subject"])
    return _answer(online_meetings.change(current_state(), row, times, subject), organizer)


def _organizer(user: str | None) -> Row:
    """Find the organizer, who can be nobody else than the caller."""
    row = require_user(g.caller.oid)
    if user is not None and require_user(user)["id"] != row["id"]:
        raise GraphError(403, "Forbidden", "The meeting belongs to somebody else.")
    return row


def _require(organizer: Row, meeting_id: str) -> Row:
    row = online_meetings.by_id(current_state(), organizer["id"], meeting_id)
    if row is None:
        raise GraphError(404, "NotFound", "The meeting was not found.")
    return row


def _added(organizer: Row, asked: dict[str, Any]) -> Response:
    row = online_meetings.add(
        current_state(),
        organizer["id"],
        _times(asked),
        subject=asked.get("subject"),
        external_id=asked.get("externalId"),
    )
    return _answer(row, organizer, status=201)


def _times(asked: dict[str, Any]) -> Times:
    """Read the times. An hour from now is the usual one; an end needs a start."""
    start, end = (_moment(asked.get(name)) for name in ("startDateTime", "endDateTime"))
    if end and not start:
        raise _invalid("startDateTime is required with endDateTime.")
    start = start or current_state().now()
    end = end or start + USUAL_LENGTH
    if end < start:
        raise _invalid("endDateTime is before startDateTime.")
    return start, end


def _moment(given: Any) -> datetime | None:
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise _invalid(f"'{given}' is no time.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _invalid(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def _answer(row: Row, organizer: Row, *, status: int = 200) -> Response:
    context = odata.context_address(f"{where(organizer)}/onlineMeetings/$entity")
    found = online_meetings.shown(row, organizer)
    names = odata.selected(tuple(found), kind="onlineMeeting")
    return odata.answer({"@odata.context": context, **odata.project(found, names or found)}, status)
