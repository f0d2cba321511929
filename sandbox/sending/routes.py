"""Requests that send, below /me and /users/{id}: a new message, an answer, a draft."""

from flask import Blueprint, Response, request

from sandbox import odata
from sandbox.access import mailbox_of, needs, writer_at
from sandbox.database import current_state
from sandbox.errors import GraphError
from sandbox.mail import changes, folders
from sandbox.mail.lookup import require_message
from sandbox.mailbox_paths import below_mailbox
from sandbox.mime import builder, replies, requests
from sandbox.sending import limits, submission, submitted_drafts, switches
from sandbox.sending.distribution import Outgoing

bp = Blueprint("sending", __name__, url_prefix="/v1.0")
SEND = ("Mail.Send",)


@below_mailbox(bp, "sendMail", methods=("POST",))
@needs(delegated=SEND, application=SEND)
def send_mail(user: str | None) -> Response:
    owner, state = mailbox_of(user), current_state()
    limits.require_size()
    if request.mimetype == "text/plain":
        raw = builder.complete(state, owner, requests.mime(), writer_at(owner))
        submission.submit(state, owner, Outgoing(raw))
        return Response(status=202)
    asked = odata.json_body()
    message = asked.get("message")
    if not isinstance(message, dict):
        raise GraphError(400, "ErrorInvalidRequest", "The message is missing.")
    mail = submission.composed(state, owner, message, writer_at(owner))
    submission.submit(state, owner, mail, save=asked.get("saveToSentItems") is not False)
    return Response(status=202)


@below_mailbox(bp, "messages/<message_id>/<any(reply, replyAll):action>", methods=("POST",))
@needs(delegated=SEND, application=SEND)
def reply(user: str | None, message_id: str, action: str) -> Response:
    owner, state = mailbox_of(user), current_state()
    limits.require_size()
    original = require_message(owner, message_id)
    adds = switches.of_mailbox(state, owner["id"]).reply_adds_recipients
    message = requests.reply(owner, original, to_all=action == "replyAll", adds_recipients=adds)
    thread = replies.thread_of(original)
    mail = submission.composed(state, owner, message, writer_at(owner), thread)
    submission.submit(state, owner, mail)
    return Response(status=202)


@below_mailbox(bp, "messages/<message_id>/send", methods=("POST",))
@needs(delegated=SEND, application=SEND)
def send_draft(user: str | None, message_id: str) -> Response:
    owner, state = mailbox_of(user), current_state()
    row = require_message(owner, message_id)
    if not row["is_draft"]:
        raise GraphError(400, "ErrorInvalidRequest", "The message is not a draft.")
    sent = folders.by_id(state, owner["id"], "sentitems")
    columns = submitted_drafts.send(state, owner, row, writer_at(owner))
    changes.move(row, sent["id"] if sent else row["folder_id"], **columns)
    return Response(status=202)
