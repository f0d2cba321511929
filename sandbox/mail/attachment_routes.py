"""Attachments of a message: the list, one of them, its content."""

from flask import Blueprint, Response

from sandbox import odata, preferences, quirks
from sandbox.access import mailbox_of, needs
from sandbox.database import current_state
from sandbox.errors import GraphError, item_not_found
from sandbox.mail import message_view
from sandbox.mail.lookup import require_message
from sandbox.mail.routes import READ_BODIES
from sandbox.mailbox_paths import below_mailbox, key, where

bp = Blueprint("mail_attachments", __name__, url_prefix="/v1.0")


@below_mailbox(bp, "messages/<message_id>/attachments")
@needs(delegated=READ_BODIES, application=READ_BODIES)
def list_attachments(user: str | None, message_id: str) -> Response:
    odata.refuse_unknown_options({"$select", "$top", "$skip", "$count"})
    owner = mailbox_of(user)
    names = message_view.selected_of_attachments()
    items = message_view.attachments(require_message(owner, message_id), names)
    context = f"{where(owner)}/messages{key(message_id)}/attachments{odata.selection(names)}"
    size = odata.top(default=100, limit=100)
    answer = odata.page(items, context=context, size=size, mark="$skip")
    answer.headers.update(preferences.applied())
    return answer


@below_mailbox(bp, "messages/<message_id>/attachments/<attachment_id>")
@needs(delegated=READ_BODIES, application=READ_BODIES)
def one_attachment(user: str | None, message_id: str, attachment_id: str) -> Response:
    odata.refuse_unknown_options({"$select"})
    owner = mailbox_of(user)
    row = require_message(owner, message_id)
    found = message_view.attachment_named(row, attachment_id)
    if found is None:
        raise item_not_found()
    item = message_view.attachment(row, *found)
    names = message_view.selected_of_attachments()
    context = (
        f"{where(owner)}/messages{key(message_id)}/attachments{odata.selection(names)}/$entity"
    )
    return odata.entity(odata.project(item, names) if names else item, context=context)


@below_mailbox(bp, "messages/<message_id>/attachments/<attachment_id>/$value")
@needs(delegated=READ_BODIES, application=READ_BODIES)
def attachment_bytes(user: str | None, message_id: str, attachment_id: str) -> Response:
    found = message_view.attachment_named(
        require_message(mailbox_of(user), message_id), attachment_id
    )
    if found is None:
        raise item_not_found()
    part = found[1]
    if part.link and quirks.REFERENCE_ATTACHMENTS.is_on(current_state()):
        raise GraphError(405, "ErrorInvalidRequest", "The OData request is not supported.")
    kind = "text/plain" if part.is_message else part.content_type
    return Response(part.content, content_type=kind)
