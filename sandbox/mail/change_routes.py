"""Changes to messages below /me and /users/{id}: update, move, copy, delete."""

from flask import Blueprint, Response

from sandbox import odata, subscriptions
from sandbox.access import mailbox_of, needs
from sandbox.database import Row, current_state
from sandbox.errors import GraphError
from sandbox.mail import changes, message_view, store
from sandbox.mail.lookup import require_folder, require_message
from sandbox.mailbox_paths import below_mailbox, key, where

bp = Blueprint("mail_changes", __name__, url_prefix="/v1.0")
WRITE = ("Mail.ReadWrite",)


def message_answer(owner: Row, row: Row, status: int = 200) -> Response:
    context = odata.context_address(f"{where(owner)}/messages/$entity")
    return odata.answer({"@odata.context": context, **message_view.full(row)}, status)


def made_answer(owner: Row, row: Row) -> Response:
    """Answer 201 with the message and its address."""
    answer = message_answer(owner, row, 201)
    place = f"{where(owner)}/messages{key(message_view.message_id(row))}"
    answer.headers["Location"] = f"{current_state().base_url}/v1.0/{place}"
    return answer


@below_mailbox(bp, "messages/<message_id>", methods=("PATCH",))
@needs(delegated=WRITE, application=WRITE)
def change_message(user: str | None, message_id: str) -> Response:
    owner, state = mailbox_of(user), current_state()
    row = require_message(owner, message_id)
    changes.change(state, owner, row, odata.json_body())
    return message_answer(owner, require_message(owner, row["immutable_id"]))


@below_mailbox(bp, "messages/<message_id>/move", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def move_message(user: str | None, message_id: str) -> Response:
    owner = mailbox_of(user)
    row = require_message(owner, message_id)
    target = require_folder(owner, str(odata.json_body().get("destinationId", "")))
    if target["id"] != row["folder_id"]:
        changes.move(row, target["id"])
    return made_answer(owner, require_message(owner, row["immutable_id"]))


@below_mailbox(bp, "messages/<message_id>/copy", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def copy_message(user: str | None, message_id: str) -> Response:
    """Copy a message. The copy has ids of its own."""
    owner, state = mailbox_of(user), current_state()
    row = require_message(owner, message_id)
    target = require_folder(owner, str(odata.json_body().get("destinationId", "")))
    with state.write():
        made = store.save_message(
            state,
            target,
            store.content_of(state, row),
            is_read=bool(row["is_read"]),
            is_draft=bool(row["is_draft"]),
        )
    subscriptions.announce(state, "created", made)
    return made_answer(owner, made)


@below_mailbox(bp, "messages/<message_id>", methods=("DELETE",))
@needs(delegated=WRITE, application=WRITE)
def delete_message(user: str | None, message_id: str) -> Response:
    owner = mailbox_of(user)
    changes.discard(owner, require_message(owner, message_id))
    return Response(status=204)


@below_mailbox(bp, "translateExchangeIds", methods=("POST",))
@needs(delegated=("User.Read", "Mail.Read"), application=("Mail.Read",))
def translate_ids(user: str | None) -> Response:
    owner = mailbox_of(user)
    asked = odata.json_body()
    names = {"restid": "volatile_id", "restimmutableentryid": "immutable_id"}
    column = names.get(str(asked.get("targetIdType", "")).lower())
    ids = asked.get("inputIds")
    if column is None or not isinstance(ids, list) or len(ids) > 1000:
        raise GraphError(400, "ErrorInvalidRequest", "The ids cannot be translated so.")
    value = []
    for source in ids:
        row = store.message(current_state(), owner["id"], str(source))
        if row:
            value.append({"sourceId": source, "targetId": row[column]})
    context = odata.context_address("Collection(microsoft.graph.convertIdResult)")
    return odata.answer({"@odata.context": context, "value": value})
