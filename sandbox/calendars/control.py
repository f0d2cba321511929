"""Control of calendars for tests: JSON below /_sandbox. A group's calendar goes by its name."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.calendars import changes, control_input, instances, meetings, owners, store
from sandbox.calendars.instances import Instance
from sandbox.calendars.meetings import Telling
from sandbox.calendars.owners import Owner
from sandbox.database import State, current_state
from sandbox.directory import store as people
from sandbox.errors import ControlRefused, GraphError
from sandbox.groups import references

bp = Blueprint("calendars_control", __name__, url_prefix="/_sandbox")


@bp.post("/mailboxes/<reference>/events")
def add_events(reference: str) -> Response:
    """Add one event, or those of a list, as `control_input` describes them."""
    state, asked = current_state(), request.get_json(force=True)
    owner = _owner(state, reference)
    many = asked if isinstance(asked, list) else [asked]
    made = [control_input.rows(state, owner, one) for one in many]
    with state.write():
        store.save(state, [row for rows in made for row in rows])
    for rows in made:
        changes.announce(state, "created", rows[0])
    shown = [_shown(instances.of_row(rows[0])) for rows in made]
    return jsonify(value=shown) if isinstance(asked, list) else jsonify(shown[0])


def _owner(state: State, reference: str) -> Owner:
    person = people.person(state, reference)
    if person is not None:
        return owners.of_person(person)
    group = references.group(state, reference)
    if group is None:
        raise ControlRefused(f"Nobody is called {reference}.", 404)
    return owners.of_group(group)


def _shown(found: Instance) -> dict[str, Any]:
    item = found.item
    return {
        "id": found.id,
        "iCalUId": found.row["ical_uid"],
        "type": found.kind,
        "start": store.stamp(found.starts_at),
        "end": store.stamp(found.ends_at),
        "subject": item["subject"],
        "showAs": item["showAs"],
        "location": item["location"]["displayName"],
        "isPrivate": item["sensitivity"] == "private",
        "response": item["responseStatus"]["response"],
        "isCancelled": item["isCancelled"],
    }


@bp.get("/mailboxes/<reference>/events")
def events(reference: str) -> Response:
    state = current_state()
    rows = store.of_owner(state, _owner(state, reference).id)
    found = sorted(map(instances.of_row, rows), key=lambda one: one.order)
    return jsonify(value=[_shown(one) for one in found])


@bp.patch("/mailboxes/<reference>/events/<event_id>")
def change_event(reference: str, event_id: str) -> Response:
    """Change an event as in Outlook. With `isSent` false, its attendees are not told."""
    state, asked = current_state(), dict(request.get_json(force=True))
    owner = _owner(state, reference)
    found = _require(state, owner, event_id)
    is_sent = asked.pop("isSent", True)
    try:
        item = control_input.changed(found.item, asked)
    except GraphError as error:
        raise ControlRefused(str(error)) from error
    with state.write():
        changed = meetings.save(state, owner, found, item, Telling(frozenset(asked), is_sent))
    return jsonify(_shown(changed))


@bp.delete("/mailboxes/<reference>/events/<event_id>")
def remove_event(reference: str, event_id: str) -> Response:
    state = current_state()
    owner = _owner(state, reference)
    found = _require(state, owner, event_id)
    meetings.drop(state, owner, found)
    return jsonify(ok=True)


def _require(state: State, owner: Owner, event_id: str) -> Instance:
    found = instances.find(state, owner.id, event_id)
    if found is None:
        raise ControlRefused("There is no such event.", 404)
    return found
