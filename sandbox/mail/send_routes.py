"""New messages below /me and /users/{id}: drafts, replies, sending."""

import base64
import binascii
from typing import Any

from flask import Blueprint, Response, request

from sandbox import odata, subscriptions
from sandbox.access import mailbox_of, needs, writer_at
from sandbox.database import Row, current_state
from sandbox.errors import GraphError
from sandbox.mail import changes, delivery, distribution, drafts, folders, message_view, store
from sandbox.mail.change_routes import made_answer
from sandbox.mail.lookup import require_folder, require_message
from sandbox.mailbox_paths import below_mailbox, key, where
from sandbox.mime import builder, replies

bp = Blueprint("mail_sending", __name__, url_prefix="/v1.0")
WRITE = ("Mail.ReadWrite",)
SEND = ("Mail.Send",)


@below_mailbox(bp, "sendMail", methods=("POST",))
@needs(delegated=SEND, application=SEND)
def send_mail(user: str | None) -> Response:
    owner, state = mailbox_of(user), current_state()
    if request.mimetype == "text/plain":
        _send(owner, builder.complete(state, owner, _mime(), writer_at(owner)))
        return Response(status=202)
    asked = odata.json_body()
    if not isinstance(asked.get("message"), dict):
        raise GraphError(400, "ErrorInvalidRequest", "The message is missing.")
    raw = builder.build(state, owner, asked["message"], writer=writer_at(owner))
    _send(owner, raw, save=asked.get("saveToSentItems") is not False)
    return Response(status=202)


def _mime() -> bytes:
    """Decode MIME, which is sent as base64 in one or several lines."""
    try:
        return base64.b64decode(b"".join(request.get_data().split()), validate=True)
    except binascii.Error as error:
        raise GraphError(
            400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."
        ) from error


def _send(owner: Row, raw: bytes, *, save: bool = True) -> None:
    recipients = distribution.recipients_of(raw)
    if not recipients:
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
    distribution.send(current_state(), owner, raw, save=save, recipients=recipients)


@below_mailbox(bp, "messages", "mailFolders/<folder_id>/messages", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def create_draft(user: str | None, folder_id: str = "drafts") -> Response:
    """Create a draft, which Exchange keeps in any folder."""
    owner, state = mailbox_of(user), current_state()
    place = require_folder(owner, folder_id)
    if request.mimetype == "text/plain":
        return _draft_of_mime(owner, place, _mime())
    row = drafts.create(state, owner, odata.json_body(), place=place)
    return made_answer(owner, require_message(owner, row["immutable_id"]))


def _draft_of_mime(owner: Row, place: Row, raw: bytes) -> Response:
    state = current_state()
    with state.write():
        row = delivery.save_raw(state, place, raw, state.now(), is_read=True, is_draft=True)
    subscriptions.announce(state, "created", row)
    return made_answer(owner, require_message(owner, row["immutable_id"]))


@below_mailbox(bp, "messages/<message_id>/send", methods=("POST",))
@needs(delegated=SEND, application=SEND)
def send_draft(user: str | None, message_id: str) -> Response:
    owner, state = mailbox_of(user), current_state()
    row = require_message(owner, message_id)
    if not row["is_draft"]:
        raise GraphError(400, "ErrorInvalidRequest", "The message is not a draft.")
    sent = folders.by_id(state, owner["id"], "sentitems")
    columns = drafts.send(state, owner, row, writer_at(owner))
    changes.move(row, sent["id"] if sent else row["folder_id"], **columns)
    return Response(status=202)


@below_mailbox(
    bp, "messages/<message_id>/<any(createReply, createReplyAll):action>", methods=("POST",)
)
@needs(delegated=WRITE, application=WRITE)
def create_reply(user: str | None, message_id: str, action: str) -> Response:
    owner = mailbox_of(user)
    original = require_message(owner, message_id)
    message = _reply(owner, original, to_all=action == "createReplyAll")
    # Unlike other drafts, a reply has a From at once, as recorded answers show.
    message.setdefault("from", {"emailAddress": {"address": owner["mail"]}})
    row = drafts.create(current_state(), owner, message, replies.thread_of(original))
    return made_answer(owner, require_message(owner, row["immutable_id"]))


@below_mailbox(bp, "messages/<message_id>/<any(reply, replyAll):action>", methods=("POST",))
@needs(delegated=SEND, application=SEND)
def reply(user: str | None, message_id: str, action: str) -> Response:
    owner, state = mailbox_of(user), current_state()
    original = require_message(owner, message_id)
    message = _reply(owner, original, to_all=action == "replyAll")
    thread = replies.thread_of(original)
    _send(owner, builder.build(state, owner, message, writer=writer_at(owner), thread=thread))
    return Response(status=202)


def _reply(owner: Row, original: Row, *, to_all: bool) -> dict[str, Any]:
    asked = odata.json_body() if request.get_data() else {}
    message, comment = asked.get("message") or {}, asked.get("comment")
    if not isinstance(message, dict):
        raise GraphError(400, "ErrorInvalidRequest", "The message must be an object.")
    if comment is not None and message.get("body"):
        raise GraphError(400, "ErrorInvalidRequest", "Comment and message body cannot both be set.")
    answer = replies.reply(owner, original, to_all=to_all)
    quoted = answer.pop("quoted")
    answer["body"] = {"contentType": "text", "content": f"{comment or ''}\n\n{quoted}"}
    return answer | message


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
