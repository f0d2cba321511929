"""Outlook's pages: choose a person, read and answer their mail, write from outside."""

import email.message
import email.policy
import email.utils
from typing import Any

import orjson
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.database import Row, State, current_state
from sandbox.directory import store as people
from sandbox.errors import GraphError
from sandbox.groups import addresses
from sandbox.mail import changes, delivery, folders, store
from sandbox.mime import builder, header_text, replies
from sandbox.mime.builder import Thread
from sandbox.outlook import identities
from sandbox.outlook.invitations import addresses_outside
from sandbox.places import store as places
from sandbox.sending import distribution, ledger
from sandbox.sending.distribution import Outgoing

bp = Blueprint("outlook", __name__)
SHOWN = 100
SHOWN_PEOPLE = 200
CANDIDATES = (
    ("Rosa Ortega", "rosa.ortega@mail.example"),
    ("Jonas Weber", "jonas.weber@mail.example"),
    ("Amina Diallo", "amina.diallo@mail.example"),
)


@bp.get("/")
def choose() -> str:
    owners = [
        row for row in people.page(current_state(), start=0, limit=SHOWN_PEOPLE) if _is_read(row)
    ]
    outside = [address for _, address in CANDIDATES]
    outside += [one for one in addresses_outside(current_state()) if one not in outside]
    rooms = [room for room in places.rooms(current_state()) if room["emailAddress"]]
    return render_template("choose.html", owners=owners, outside=outside, rooms=rooms)


def _is_read(row: Row) -> bool:
    """Whether a person reads this mailbox, as with no room."""
    return bool(row["has_mailbox"]) and row["purpose"] in ("user", "shared")


def _owner(reference: str) -> Row:
    row = people.person(current_state(), reference)
    if row is None or not row["has_mailbox"]:
        abort(404)
    return row


def _person(owner: Row) -> Row:
    """Find the person who has the mailbox open: its owner, or a person with full access."""
    name = request.values.get("by")
    person = people.person(current_state(), name) if name else owner
    if person is None:
        abort(404)
    opened = [row["id"] for row in identities.opened_by(current_state(), person)]
    if owner["id"] not in (person["id"], *opened):
        abort(403, f"{person['display_name']} has no full access to {owner['display_name']}.")
    return person


@bp.get("/outlook/<reference>")
def read(reference: str) -> str:
    owner = _owner(reference)
    state, person = current_state(), _person(owner)
    folder = folders.by_id(state, owner["id"], request.args.get("folder", "inbox")) or abort(404)
    rows = store.of_mailbox(state, owner["id"], folder["id"])[:SHOWN]
    opened = store.message(state, owner["id"], request.args.get("message", ""))
    if opened and not opened["is_read"]:
        # Opening a message marks it as read, as in Outlook; mail programs do so on a GET.
        changes.change(state, owner, opened, {"isRead": True})
    return render_template(
        "outlook.html",
        owner=owner,
        folder=folder,
        folders=_visible(state, owner),
        messages=[_line(row) for row in rows],
        opened=_line(opened) if opened else None,
        conversation=_conversation(state, opened) if opened else [],
        person=person,
        by=_opened_as(owner, person),
        identities=identities.identities(state, owner, person),
        shared=identities.opened_by(state, person),
        done=request.args.get("done"),
    )


def _conversation(state: State, opened: Row) -> list[dict[str, Any]]:
    """List the conversation of the open message, each one with its folder."""
    item = orjson.loads(opened["item"])
    names = {row["id"]: row["name"] for row in folders.all_of(state, opened["oid"])}
    rows = store.of_conversation(state, opened["oid"], item["conversationId"])
    return [_line(row) | {"folder": names[row["folder_id"]]} for row in rows]


def _visible(state: State, owner: Row) -> list[Row]:
    hidden = (
        "msgfolderroot",
        "outbox",
        "conversationhistory",
        "syncissues",
        "recoverableitemsdeletions",
    )
    return [row for row in folders.all_of(state, owner["id"]) if row["well_known"] not in hidden]


def _line(row: Row) -> dict[str, Any]:
    item: dict[str, Any] = orjson.loads(row["item"])
    return item | {
        "id": row["immutable_id"],
        "folder_id": row["folder_id"],
        "is_read": bool(row["is_read"]),
        "text": row["text_body"],
        "sender": (item.get("from") or {}).get("emailAddress", {"name": "", "address": ""}),
        "recipients": [one["emailAddress"] for one in item["toRecipients"]],
        "copied": [one["emailAddress"] for one in item["ccRecipients"]],
    }


@bp.post("/outlook/<reference>/messages/<message_id>/reply")
def reply(reference: str, message_id: str) -> Response:
    owner, state = _owner(reference), current_state()
    original = store.message(state, owner["id"], message_id) or abort(404)
    draft = replies.reply(owner, original, to_all=False)
    text = f"{request.form.get('text', '')}\n\n{draft.pop('quoted')}"
    draft["body"] = {"contentType": "text", "content": text}
    return _sent(owner, draft, replies.thread_of(original))


@bp.post("/outlook/<reference>/messages")
def write(reference: str) -> Response:
    owner = _owner(reference)
    to = header_text.addresses_in([request.form.get("to", "")])
    draft = {
        "subject": request.form.get("subject", ""),
        "body": {"contentType": "text", "content": request.form.get("text", "")},
        "toRecipients": [{"emailAddress": {"name": n, "address": a}} for n, a in to],
    }
    return _sent(owner, draft)


def _sent(owner: Row, draft: dict[str, Any], thread: Thread | None = None) -> Response:
    """Send as the form says, and keep the copy where the person wants it."""
    state, person = current_state(), _person(owner)
    address, writer = identities.chosen(state, owner, person, request.form.get("from", ""))
    draft["from"] = {"emailAddress": {"address": address}}
    try:
        raw = builder.build(state, owner, draft, writer=writer, thread=thread)
        keeper = owner if request.form.get("copy") == "mailbox" else person
        distribution.send(state, keeper, Outgoing(raw))
    except GraphError as error:
        abort(400, str(error))
    return _back(keeper, person, "Sent.", folder="sentitems")


def _opened_as(owner: Row, person: Row) -> str | None:
    """Name the person who has another's mailbox open."""
    return None if person["id"] == owner["id"] else str(person["upn"])


def _back(owner: Row, person: Row, done: str, *, folder: str) -> Response:
    by = _opened_as(owner, person)
    target = url_for("outlook.read", reference=owner["upn"], by=by, folder=folder, done=done)
    return redirect(target, 303)


@bp.post("/outlook/<reference>/messages/<message_id>/place")
def move(reference: str, message_id: str) -> Response:
    """Delete a message, or move it to the chosen folder."""
    owner, state = _owner(reference), current_state()
    person = _person(owner)
    row = store.message(state, owner["id"], message_id) or abort(404)
    target = request.form.get("folder", "deleteditems")
    if target == "deleteditems":
        changes.discard(owner, row)
        return _back(owner, person, "Deleted.", folder="inbox")
    folder = folders.by_id(state, owner["id"], target) or abort(404)
    changes.move(row, folder["id"])
    return _back(owner, person, f"Moved to {folder['name']}.", folder=folder["id"])


@bp.get("/outside")
def outside() -> str:
    state = current_state()
    known = [
        (row["display_name"], address)
        for row in people.page(state, start=0, limit=SHOWN_PEOPLE)
        if _is_read(row)
        for address in people.addresses_of(row)
    ]
    return render_template(
        "outside.html",
        known=known,
        candidates=CANDIDATES,
        received=[row | {"answer": _answering(row["subject"])} for row in ledger.outside(state)],
        done=request.args.get("done"),
        values=request.args,
    )


def _answering(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


@bp.post("/outside")
def write_from_outside() -> Response | tuple[str, int]:
    """Deliver a message from an outside sender to people of the tenant."""
    state = current_state()
    senders = header_text.addresses_in([request.form.get("from", "")])
    to = header_text.addresses_in([request.form.get("to", "")])
    receivers = addresses.with_members(state, [one for _, one in to], is_from_outside=True)
    owners = [(address, people.owner_of(state, address)) for address in receivers]
    if len(senders) != 1 or "@" not in senders[0][1] or not owners:
        return _page_with_problem(
            "Write one sender like Rosa Ortega <rosa.ortega@mail.example>, and to whom."
        )
    unknown = [address for address, owner in owners if owner is None]
    if unknown:
        return _page_with_problem(f"Nobody here takes mail for {', '.join(unknown)}.")
    raw = _message_from_outside(senders[0], to)
    for owner in {owner["upn"] for _, owner in owners if owner}:
        delivery.deliver(state, owner, raw)
    done = f"Delivered to {request.form.get('to')}."
    return redirect(url_for("outlook.outside", done=done, sender=request.form["from"]), 303)


def _page_with_problem(problem: str) -> tuple[str, int]:
    known: list[Any] = []
    page = render_template(
        "outside.html",
        known=known,
        candidates=CANDIDATES,
        received=[],
        problem=problem,
        values=request.form,
        done=None,
    )
    return page, 422


def _message_from_outside(sender: header_text.Address, to: list[header_text.Address]) -> bytes:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = email.utils.formataddr(sender)
    message["To"] = ", ".join(email.utils.formataddr(one) for one in to)
    message["Subject"] = header_text.one_line(request.form.get("subject", ""))
    message["Date"] = email.utils.format_datetime(current_state().now())
    message["Message-ID"] = email.utils.make_msgid(domain=sender[1].partition("@")[2])
    reference = request.form.get("in_reply_to")
    if reference:
        message["In-Reply-To"] = message["References"] = header_text.one_line(reference)
    message.set_content(header_text.clean(request.form.get("text", "")))
    return message.as_bytes()
