"""One page where an administrator manages people, licenses and the consent of applications."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox import seed
from sandbox.database import Row, State, current_state
from sandbox.directory import licenses
from sandbox.directory import store as people
from sandbox.entra import applications, sign_in, store
from sandbox.mail import folders

bp = Blueprint("admin_center", __name__)
SHOWN = 200
PLACES = ("room", "equipment")
# For each button: the columns that change, and the sentence shown afterwards.
ACTS: dict[str, tuple[dict[str, Any], str]] = {
    "disable": ({"account_enabled": 0}, "{} can no longer sign in."),
    "enable": ({"account_enabled": 1}, "{} can sign in again."),
    "unlicense": ({}, "{} has no mailbox any more."),
    "license": ({}, "{} has a mailbox."),
    "delete": ({}, "{} is deleted and can be restored."),
    "restore": ({"deleted_at": None}, "{} is back."),
}


@bp.get("/admin-center")
def overview() -> str:
    state = current_state()
    shown = people.page(state, start=0, limit=SHOWN)
    return render_template(
        "admin_center.html",
        people=[one for one in shown if one["purpose"] not in PLACES],
        rooms=[one for one in shown if one["purpose"] in PLACES],
        deleted=state.rows("select * from users where deleted_at is not null limit ?", (SHOWN,)),
        sends_from_alias=bool(state.setting("sendFromAlias")),
        is_large=bool(state.setting("isLarge")),
        applications=[_with_scopes(state, one) for one in applications.applications(state)],
        done=request.args.get("done"),
        problem=request.args.get("problem"),
    )


def _with_scopes(state: State, application: Row) -> Row:
    everyone = store.consents(state, application["client_id"]).get(store.EVERYONE, [])
    return {**application, "scopes": everyone}


@bp.post("/admin-center/people")
def add_person() -> Response:
    """Add a member with a mailbox."""
    state = current_state()
    name = request.form.get("display_name", "").strip()
    local = request.form.get("local", "").strip().lower()
    upn = f"{local}@{state.setting('domain')}"
    if not name or not local or "@" in local or people.person(state, upn):
        return _back(problem=f"Give a name, and an address that is free: {upn} is not.")
    with state.write():
        row = people.add_user(state, upn=upn, display_name=name)
        folders.create_mailbox(state, row["id"])
    return _back(done=f"{name} is there, with the address {upn}.")


@bp.post("/admin-center/enlarge")
def enlarge() -> Response:
    """Make it an organization of 80 people."""
    seed.enlarge(current_state())
    return _back(done="The organization has 80 people.")


@bp.post("/admin-center/mail-flow")
def change_mail_flow() -> Response:
    """Turn sending from aliases on or off."""
    is_on = request.form.get("act") == "on"
    current_state().set_setting("sendFromAlias", is_on)
    return _back(done=f"Sending from aliases is {'on' if is_on else 'off'}.")


@bp.post("/admin-center/people/<oid>")
def change_person(oid: str) -> Response:
    state = current_state()
    act = request.form.get("act", "")
    row = people.person(state, oid, is_deleted=act == "restore")
    if row is None or act not in ACTS:
        abort(404)
    columns, sentence = ACTS[act]
    if act == "delete":
        columns = {"deleted_at": state.now().strftime("%Y-%m-%dT%H:%M:%SZ")}
    elif act == "license":
        columns = people.with_mailbox(row)
    elif act == "unlicense":
        columns = licenses.exchanged(row, {}) | {"has_mailbox": 0}
    with state.write():
        people.change(state, row["id"], dict(columns))
        if columns.get("has_mailbox"):
            folders.create_mailbox(state, row["id"])
    return _back(done=sentence.format(row["display_name"]))


@bp.post("/admin-center/applications/<client_id>/consent")
def change_consent(client_id: str) -> Response:
    """Grant what the registration asks for, withdraw all of it, or withdraw one role."""
    state = current_state()
    application = applications.application(state, client_id) or abort(404)
    act, name = request.form.get("act", ""), application["display_name"]
    if act == "grant":
        with state.write():
            sign_in.grant_registration(state, client_id)
        return _back(done=f"{name} has what it asks for.")
    if act in application["roles"]:
        applications.revoke_roles(state, client_id, [act])
        return _back(done=f"{name} no longer has {act}.")
    if act != "withdraw":
        abort(404)
    scopes = set(_with_scopes(state, application)["scopes"])
    with state.write():
        applications.revoke_roles(state, client_id, application["roles"])
        store.revoke(state, client_id, store.EVERYONE, scopes)
    return _back(done=f"The consent for {name} is withdrawn.")


def _back(*, done: str | None = None, problem: str | None = None) -> Response:
    return redirect(url_for("admin_center.overview", done=done, problem=problem), 303)
