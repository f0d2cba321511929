"""One page for a mailbox: rights in it, copies of sent mail, and what it is for."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.database import Row, current_state
from sandbox.directory import store as people
from sandbox.rights import conversion, store
from sandbox.rights.store import Copies

bp = Blueprint("admin_center_mailboxes", __name__, url_prefix="/admin-center/mailboxes")
SHOWN_PEOPLE = 200
WORDS = {
    store.FULL_ACCESS: "Full access",
    store.SEND_AS: "Send As",
    store.SEND_ON_BEHALF: "Send on Behalf",
}
KINDS = {"shared": "shared mailbox", "user": "person's mailbox"}


def _mailbox(oid: str) -> Row:
    return people.person(current_state(), oid) or abort(404)


@bp.get("/<oid>")
def mailbox(oid: str) -> str:
    state, row = current_state(), _mailbox(oid)
    others = [
        person
        for person in people.page(state, start=0, limit=SHOWN_PEOPLE)
        if person["purpose"] == "user" and person["id"] != row["id"]
    ]
    return render_template(
        "admin_center_mailbox.html",
        mailbox=row,
        rights=[(name, words, _holders(row, name)) for name, words in WORDS.items()],
        others=others,
        copies=store.copies(state, row["id"]),
        kind=KINDS.get(row["purpose"], row["purpose"]),
        targets=[(to, words) for to, words in KINDS.items() if to != row["purpose"]],
        done=request.args.get("done"),
        problem=request.args.get("problem"),
    )


def _holders(mailbox: Row, name: str) -> list[Row]:
    return [row for row in store.holders(current_state(), mailbox["id"]) if row["name"] == name]


@bp.post("/<oid>/rights")
def change_right(oid: str) -> Response:
    """Give or take away one right of one person."""
    state, row = current_state(), _mailbox(oid)
    person = people.person(state, request.form.get("person", "")) or abort(404)
    name, act = request.form.get("right", ""), request.form.get("act")
    if name not in WORDS or act not in ("give", "take"):
        abort(404)
    with state.write():
        change = store.grant if act == "give" else store.take
        change(state, row["id"], person["id"], name)
    verb = "now has" if act == "give" else "no longer has"
    return _back(row, done=f"{person['display_name']} {verb} {WORDS[name]}.")


@bp.post("/<oid>/copies")
def change_copies(oid: str) -> Response:
    row, form = _mailbox(oid), request.form
    store.set_copies(
        current_state(), row["id"], Copies("of_send_as" in form, "of_send_on_behalf" in form)
    )
    return _back(row, done="The copies are saved.")


@bp.post("/<oid>/conversion")
def convert(oid: str) -> Response:
    row, purpose = _mailbox(oid), request.form.get("to", "")
    try:
        with current_state().write():
            conversion.convert(current_state(), row, purpose)
    except ValueError as error:
        return _back(row, problem=str(error))
    return _back(row, done=f"It is now a {KINDS[purpose]}.")


def _back(row: Row, **said: Any) -> Response:
    return redirect(url_for("admin_center_mailboxes.mailbox", oid=row["id"], **said), 303)
