"""Meetings in Outlook: the answers of attendees, forwarded invitations, and an event's details."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from sandbox import quirks
from sandbox.calendars import copies, zones
from sandbox.calendars.instances import Instance
from sandbox.database import State
from sandbox.meetings import forwards
from sandbox.meetings.store import Times
from sandbox.outlook import desks, edits
from sandbox.outlook.desks import PLACES, desk

bp = Blueprint("outlook_meetings", __name__)
# The buttons of an answer. The last two propose another time.
ANSWERS = {
    "accept": "accepted",
    "tentative": "tentativelyAccepted",
    "decline": "declined",
    "propose": "tentativelyAccepted",
    "decline_and_propose": "declined",
}
PROPOSALS = ("propose", "decline_and_propose")


@dataclass(frozen=True)
class Answer:
    """An attendee's answer of a form, and whether the organizer hears of it."""

    response: str
    comment: str
    is_sent: bool
    proposed: Times | None

    @property
    def done(self) -> str:
        if not self.is_sent:
            return "Answered. The organizer was not told."
        return "Answered. Another time is proposed." if self.proposed else "Answered."


def answer_of_form(zone: str, *, may_propose: bool) -> Answer:
    """Read the form of an answer. A proposal is always sent."""
    chosen = request.form.get("answer", "")
    is_sent = "unsent" not in request.form
    if chosen not in ANSWERS:
        abort(400, "An attendee accepts or declines.")
    if chosen not in PROPOSALS:
        return Answer(ANSWERS[chosen], request.form.get("comment", ""), is_sent, None)
    if not may_propose:
        abort(400, "The organizer of this meeting takes no proposals.")
    if not is_sent:
        abort(400, "A proposal reaches the organizer only in an answer that is sent.")
    proposed = desks.times(zone)
    return Answer(ANSWERS[chosen], request.form.get("comment", ""), is_sent, proposed)


@bp.post(f"{PLACES[0]}/events/<event_id>/answer")
def answer(reference: str, event_id: str) -> Response:
    at = desk(reference, None)
    found = _as_attendee(at, event_id)
    given = answer_of_form(at.zone, may_propose=found.item["allowNewTimeProposals"])
    with at.state.write():
        copies.answer(
            at.state,
            found.row,
            given.response,
            is_sent=given.is_sent,
            keeps_declined=quirks.DECLINED_STAY.is_on(at.state),
            comment=given.comment,
            proposed=given.proposed,
        )
    return desks.back(at, given.done)


@bp.post(f"{PLACES[0]}/events/<event_id>/forward")
def forward(reference: str, event_id: str) -> Response:
    """Forward an invitation. The organizer's event has another attendee then."""
    at = desk(reference, None)
    found = _as_attendee(at, event_id)
    to = desks.attendees(at.state, request.form.get("to", ""))
    if not to:
        abort(400, "Name somebody like rosa@mail.example.")
    desks.tried(lambda: forwards.forward(at.state, found.row, at.owner.address, to))
    names = ", ".join(one["emailAddress"]["address"] for one in to)
    return desks.back(at, f"Forwarded to {names}.")


def _as_attendee(at: desks.Desk, event_id: str) -> Instance:
    found = at.event(event_id)
    if found.item["isOrganizer"] or found.item["isCancelled"]:
        abort(400, "Only an attendee of a meeting that takes place can do that.")
    return found


@bp.post(f"{PLACES[0]}/events/<event_id>/details", defaults={"group": None})
@bp.post(f"{PLACES[1]}/events/<event_id>/details")
def change(reference: str, group: str | None, event_id: str) -> Response:
    """Change the subject, place, room or attendees, the link of Teams, or how it repeats."""
    at = desk(reference, group, writes=True)
    found = at.event(event_id)
    if not found.item["isOrganizer"]:
        abort(400, "Only the organizer can change the details of a meeting.")
    asked, link = _details(at.state, found.item), request.form.get("link")
    if not asked and link not in edits.LINKS:
        return desks.back(at, "Nothing was changed.")
    is_sent = "unsent" not in request.form
    desks.tried(lambda: edits.change(at.state, at.owner, found, asked, is_sent=is_sent, link=link))
    return desks.back(at, "Changed." if is_sent else "Changed. The attendees were not told.")


def _details(state: State, item: dict[str, Any]) -> dict[str, Any]:
    """Read what a form changes. A member as before is not named, for naming it would tell."""
    form = request.form
    present = {one["emailAddress"]["address"].lower(): one for one in item["attendees"]}
    wanted = [
        present.get(one["emailAddress"]["address"].lower(), one)
        for one in desks.attendees(state, form.get("attendees", ""))
    ]
    asked: dict[str, Any] = {}
    if form.get("subject", item["subject"]) != item["subject"]:
        asked["subject"] = form["subject"]
    if form.get("place", item["location"]["displayName"]) != item["location"]["displayName"]:
        asked["location"] = {"displayName": form["place"]}
    if "attendees" in form and wanted != item["attendees"]:
        asked["attendees"] = wanted
    if form.get("room"):
        people = asked.get("attendees", item["attendees"])
        asked |= edits.with_room(state, item | {"attendees": people}, form["room"])
    if form.get("repeats") in edits.REPEATS:
        day = zones.local_time(item["start"], "start")[0].date()
        asked["recurrence"] = edits.repeated(form["repeats"], day)
    return asked
