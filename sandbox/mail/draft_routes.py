"""Drafts below /me and /users/{id}: new messages, replies, and their attachments."""

from flask import Blueprint, Response, request

from sandbox import odata, subscriptions
from sandbox.access import mailbox_of, needs
from sandbox.database import Row, current_state
from sandbox.errors import GraphError
from sandbox.mail import changes, delivery, drafts, message_view, store
from sandbox.mail.change_routes import made_answer
from sandbox.mail.lookup import require_folder, require_message
from sandbox.mailbox_paths import below_mailbox, key, where
from sandbox.mime import replies, requests

bp = Blueprint("mail_drafts", __name__, url_prefix="/v1.0")
WRITE = ("Mail.ReadWrite",)


@below_mailbox(bp, "messages", "mailFolders/<folder_id>/messages", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def create_draft(user: str | None, folder_id: str = "drafts") -> Response:
    """Create a draft, which Exchange keeps in any folder."""
    owner, state = mailbox_of(user), current_state()
    place = require_folder(owner, folder_id)
    if request.mimetype == "text/plain":
        return _draft_of_mime(owner, place, requests.mime())
    row = drafts.create(state, owner, odata.json_body(), place=place)
    return made_answer(owner, require_message(owner, row["immutable_id"]))


def _draft_of_mime(owner: Row, place: Row, raw: bytes) -> Response:
    state = current_state()
    with state.write():
        row = delivery.save_raw(state, place, raw, state.now(), is_read=True, is_draft=True)
    subscriptions.announce(state, "created", row)
    return made_answer(owner, require_message(owner, row["immutable_id"]))


@below_mailbox(
    bp, "messages/<message_id>/<any(createReply, createReplyAll):action>", methods=("POST",)
)
@needs(delegated=WRITE, application=WRITE)
def create_reply(user: str | None, message_id: str, action: str) -> Response:
    owner = mailbox_of(user)
    original = require_message(owner, message_id)
    message = requests.reply(owner, original, to_all=action == "createReplyAll")
    # Unlike other drafts, a reply has a From at once, as recorded answers show.
    message.setdefault("from", {"emailAddress": {"address": owner["mail"]}})
    row = drafts.create(current_state(), owner, message, replies.thread_of(original))
    return made_answer(owner, require_message(owner, row["immutable_id"]))


@below_mailbox(bp, "messages/<message_id>/attachments", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def add_attachment(user: str | None, message_id: str) -> Response:
    """Add an attachment to a draft."""
    owner, state = mailbox_of(user), current_state()
    row = require_message(owner, message_id)
    if not row["is_draft"]:
        raise GraphError(400, "ErrorInvalidRequest", "Attachments are added to drafts only.")
    before = drafts.attachments(state, row)
    changes.change(state, owner, row, {"attachments": [*before, odata.json_body()]})
    fresh = store.message(state, owner["id"], row["immutable_id"]) or row
    item = message_view.attachments(fresh)[-1]
    context = f"{where(owner)}/messages{key(message_id)}/attachments/$entity"
    return odata.answer({"@odata.context": odata.context_address(context), **item}, 201)
