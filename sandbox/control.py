"""Control of the practice tenant for tests and demos: JSON below /_sandbox."""

import re
from datetime import UTC, datetime

import orjson
from flask import Blueprint, Response, jsonify, request

from sandbox import faults, quirks, seed
from sandbox.database import current_state
from sandbox.directory import control as directory_control
from sandbox.directory import seed as people_seed
from sandbox.directory import store as people
from sandbox.directory.control import require_person
from sandbox.entra import applications, keys
from sandbox.entra import control as entra_control
from sandbox.errors import ControlRefused
from sandbox.mail import delivery, folders
from sandbox.mail import store as mail

bp = Blueprint("control", __name__, url_prefix="/_sandbox")


@bp.post("/reset")
def reset() -> Response:
    """Restore the initial state. Signing keys stay, so that clients' caches remain valid."""
    state = current_state()
    with state.write():
        for table in state.tables():
            if table != "signing_keys":
                state.execute(f'delete from "{table}"')
        seed.populate(state)
    return jsonify(ok=True)


@bp.post("/enlarge")
def enlarge() -> Response:
    """Add the large organization's people and groups to what is there. Does nothing twice."""
    return jsonify(added=seed.enlarge(current_state()))


@bp.get("/state")
def present() -> Response:
    state = current_state()
    return jsonify(
        tenant=state.tenant,
        applications=[entra_control.shown(row) for row in applications.applications(state)],
        users=directory_control.shown_users(state),
        subscriptions=[
            orjson.loads(row["item"])
            for row in state.rows("select item from subscriptions where ended_at is null")
        ],
    )


@bp.post("/revoke/<reference>")
def revoke(reference: str) -> Response:
    """Revoke a person's refresh tokens and consents."""
    state = current_state()
    row = require_person(state, reference)
    with state.write():
        people.change(state, row["id"], {"revoked_at": state.now().isoformat()})
        state.execute("delete from consents where oid = ?", (row["id"],))
    return jsonify(ok=True)


@bp.patch("/tenant")
def change_tenant() -> Response:
    state = current_state()
    asked = request.get_json(force=True)
    known = {*people_seed.SETTINGS, "redirectUris", "certificates", "roles", "rotateKeys"} - {"id"}
    if set(asked) - known:
        raise ControlRefused(f"Not a switch of the tenant: {sorted(set(asked) - known)}.")
    lists = {"redirectUris": "redirect_uris", "certificates": "certificates"}
    with state.write():
        for name, value in asked.items():
            if name in lists:
                applications.change(state, applications.CLIENT_ID, lists[name], value)
            elif name == "roles":
                applications.set_roles(state, applications.CLIENT_ID, value)
            elif name == "rotateKeys":
                keys.rotate(state)
            else:
                state.set_setting(name, value)
    return jsonify(state.tenant)


@bp.get("/quirks")
def list_quirks() -> Response:
    on = quirks.turned_on(current_state())
    value = [
        {"name": quirk.name, "effect": quirk.effect, "isOn": quirk.name in on}
        for quirk in quirks.QUIRKS
    ]
    return jsonify(value=value)


@bp.post("/quirks")
def turn_quirks() -> Response:
    """Turn quirks on or off by name: {"movedBack": true}. `all` stands for each of them."""
    state = current_state()
    asked = dict(request.get_json(force=True))
    if "all" in asked:
        asked = dict.fromkeys(quirks.NAMES, asked.pop("all")) | asked
    try:
        quirks.turn(state, asked)
    except ValueError as error:
        raise ControlRefused(str(error)) from error
    return jsonify(on=quirks.turned_on(state))


@bp.post("/mailboxes/<reference>/messages")
def deliver(reference: str) -> Response:
    """Deliver one raw message to `folder`, at `receivedAt` or now. Answers its immutable id."""
    identity = delivery.deliver(
        current_state(),
        reference,
        request.get_data(),
        folder=request.args.get("folder", "Inbox"),
        received_at=_moment(request.args.get("receivedAt")),
    )
    return jsonify(id=identity)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ControlRefused("receivedAt is no time like 2026-01-09T08:00:00Z.") from error
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


@bp.post("/mailboxes/<reference>/import")
def import_mbox(reference: str) -> Response:
    count = delivery.import_mbox(
        current_state(), reference, request.get_data(), folder=request.args.get("folder", "Inbox")
    )
    return jsonify(imported=count)


@bp.post("/mailboxes/<reference>/folders")
def add_folder(reference: str) -> Response:
    """Add a folder: displayName, and parent as a name or id."""
    state = current_state()
    owner = require_person(state, reference)
    asked = request.get_json(force=True)
    parent = folders.named(state, owner["id"], asked.get("parent", "msgfolderroot"))
    if parent is None:
        raise ControlRefused("There is no such parent folder.", 404)
    return jsonify(folders.create(state, owner["id"], parent["id"], asked["displayName"]))


@bp.patch("/mailboxes/<reference>/folders/<name>")
def change_folder(reference: str, name: str) -> Response:
    """Change a folder: displayName renames it, parent moves it, deleted removes it."""
    state = current_state()
    owner = people.person(state, reference)
    folder = owner and folders.named(state, owner["id"], name)
    if not owner or not folder:
        raise ControlRefused("There is no such folder.", 404)
    asked = request.get_json(force=True)
    with state.write():
        if "displayName" in asked:
            folders.rename(state, folder, asked["displayName"])
        if "parent" in asked:
            parent = folders.named(state, owner["id"], asked["parent"])
            folders.move(state, folder, parent["id"] if parent else folder["parent_id"])
        if asked.get("deleted"):
            folders.remove(state, folder)
    return jsonify(ok=True)


@bp.delete("/mailboxes/<reference>/messages/<message_id>")
def remove_message(reference: str, message_id: str) -> Response:
    """Delete a message permanently, without moving it to Deleted Items."""
    state = current_state()
    owner = people.person(state, reference)
    row = owner and mail.message(state, owner["id"], message_id)
    if not owner or not row:
        raise ControlRefused("There is no such message.", 404)
    with state.write():
        mail.remove_message(state, row)
    return jsonify(ok=True)


@bp.post("/faults")
def add_fault() -> Response:
    plan = request.get_json(force=True)
    try:
        faults.add(current_state(), plan)
    except re.error as error:
        raise ControlRefused(f"path is no regular expression: {error}") from error
    except ValueError as error:
        raise ControlRefused(str(error)) from error
    return jsonify(ok=True)


@bp.delete("/faults")
def clear_faults() -> Response:
    faults.clear(current_state())
    return jsonify(ok=True)


@bp.get("/requests")
def requests_made() -> Response:
    rows = current_state().rows("select * from requests order by id")
    return jsonify(value=rows)


@bp.delete("/requests")
def forget_requests() -> Response:
    current_state().execute("delete from requests")
    return jsonify(ok=True)
