"""Forwarded invitations: the organizer's event has another attendee, whom the forwarder told."""

from typing import Any

from sandbox.calendars import changes, copies, owners
from sandbox.calendars.instances import of_row
from sandbox.database import Row, State
from sandbox.errors import GraphError
from sandbox.meetings import later
from sandbox.meetings.store import REQUEST, Mail, organizers, record


def forward(state: State, copy: Row, sender: str, to: list[dict[str, Any]]) -> None:
    """Forward the invitation of a copy to people, who may already have it.

    The organizer's event gets those who are new. The other attendees hear nothing.
    """
    row = organizers(state, copy["ical_uid"])
    owner = owners.by_id(state, row["owner"]) if row else None
    if row is None or owner is None:
        raise GraphError(404, "ErrorItemNotFound", "The organizer has deleted this meeting.")
    meeting = of_row(row)
    present = {one["emailAddress"]["address"].lower() for one in meeting.item["attendees"]}
    added = [one for one in to if one["emailAddress"]["address"].lower() not in present]
    told = [one["emailAddress"]["address"] for one in to]
    with state.write():
        if added:
            attendees = [*meeting.item["attendees"], *added]
            item = changes.item_after(state, meeting, {"attendees": attendees})
            meeting = changes.save(state, meeting, item)
            copies.send(state, owner, meeting.row, to={address.lower() for address in told})
        for address in told:
            record(state, REQUEST, meeting, Mail(address, sender=sender))
            later.expect_answer(state, meeting.row["ical_uid"], address)
