"""Control of mailboxes: rights, copies of sent mail and conversion, as JSON below /_sandbox."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.database import Row, State, current_state
from sandbox.directory.control import require_person
from sandbox.errors import ControlRefused
from sandbox.rights import applicants, conversion, store
from sandbox.rights.store import Copies

bp = Blueprint("rights_control", __name__, url_prefix="/_sandbox")
COPY_AS = "messageCopyForSentAsEnabled"
COPY_ON_BEHALF = "messageCopyForSendOnBehalfEnabled"


@bp.get("/mailboxes/<reference>/rights")
def rights(reference: str) -> Response:
    """Say who has which right, and which copies the mailbox keeps."""
    state = current_state()
    return jsonify(_shown(state, require_person(state, reference)))


@bp.patch("/mailboxes/<reference>/rights")
def change_rights(reference: str) -> Response:
    """Change rights and copies. A list of people replaces all who had that right."""
    state = current_state()
    mailbox = require_person(state, reference)
    asked = dict(request.get_json(force=True))
    unknown = set(asked) - {*store.NAMES, COPY_AS, COPY_ON_BEHALF}
    if unknown:
        raise ControlRefused(f"Not a right in a mailbox: {sorted(unknown)}.")
    holders = {
        name: [require_person(state, one)["id"] for one in asked[name]]
        for name in store.NAMES
        if name in asked
    }
    present = store.copies(state, mailbox["id"])
    kept = Copies(
        bool(asked.get(COPY_AS, present.of_send_as)),
        bool(asked.get(COPY_ON_BEHALF, present.of_send_on_behalf)),
    )
    with state.write():
        for name, people in holders.items():
            store.set_holders(state, mailbox["id"], name, people)
        store.set_copies(state, mailbox["id"], kept)
    return jsonify(_shown(state, mailbox))


def _shown(state: State, mailbox: Row) -> dict[str, Any]:
    found = store.holders(state, mailbox["id"])
    kept = store.copies(state, mailbox["id"])
    people = {name: [row["upn"] for row in found if row["name"] == name] for name in store.NAMES}
    return {**people, COPY_AS: kept.of_send_as, COPY_ON_BEHALF: kept.of_send_on_behalf}


@bp.post("/mailboxes/<reference>/conversion")
def convert(reference: str) -> Response:
    """Convert a mailbox: {"to": "shared"} or {"to": "user"}. Answers whether it opens."""
    state = current_state()
    mailbox = require_person(state, reference)
    try:
        with state.write():
            conversion.convert(state, mailbox, str(request.get_json(force=True).get("to")))
    except ValueError as error:
        raise ControlRefused(str(error)) from error
    row = require_person(state, mailbox["id"])
    return jsonify(purpose=row["purpose"], hasMailbox=bool(row["has_mailbox"]))


@bp.post("/mailboxes/<reference>/applicants")
def add_applicants(reference: str) -> Response:
    """Fill a mailbox with a month of applications, and let Priya and Alex open it."""
    state = current_state()
    return jsonify(messages=applicants.seed(state, require_person(state, reference)))
