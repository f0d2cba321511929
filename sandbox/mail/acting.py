"""Messages below /me and /users/{id}: what is written, moved and sent."""

import base64
import binascii
from typing import Any

import orjson
from flask import Response, request

from sandbox import odata
from sandbox.access import mailbox_of, needs
from sandbox.database import Row, current_state
from sandbox.errors import GraphFault
from sandbox.mail import delivery, folders, mime, outgoing, resource, store, view
from sandbox.mail.routes import below_mailbox, folder_of, message_of, not_found, where

WRITE = ("Mail.ReadWrite",)
SEND = ("Mail.Send",)


def body() -> dict[str, Any]:
    """The JSON of a request, member names without regard to the case of their first letter."""
    try:
        found = orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError as error:
        raise GraphFault(
            400,
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type"
            " header is set and payload is of valid JSON format.",
        ) from error
    if not isinstance(found, dict):
        raise GraphFault(400, "BadRequest", "The request body must be an object.")
    return {key[:1].lower() + key[1:]: value for key, value in found.items()}


@below_mailbox("sendMail", "microsoft.graph.sendMail", methods=("POST",))
@needs(delegated=SEND, application=SEND)
def send_mail(user: str | None) -> Response:
    owner = mailbox_of(user)
    state = current_state()
    if request.mimetype == "text/plain":
        raw, save = _mime(), True
    else:
        asked = body()
        if "message" not in asked:
            raise GraphFault(400, "ErrorInvalidRequest", "The message is missing.")
        raw = outgoing.raw_of(state, owner, asked["message"])
        save = bool(asked.get("saveToSentItems", True))
    _send(owner, raw, save=save)
    return Response(status=202)


def _mime() -> bytes:
    try:
        return base64.b64decode(request.get_data(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise GraphFault(
            400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."
        ) from error


def _send(owner: Row, raw: bytes, *, save: bool = True) -> None:
    recipients = outgoing.recipients_of(raw)
    if not recipients:
        raise GraphFault(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
    outgoing.send(current_state(), owner, raw, save=save, recipients=recipients)


@below_mailbox("messages", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def create_draft(user: str | None) -> Response:
    owner = mailbox_of(user)
    asked = body()
    row = _draft(owner, outgoing.raw_of(current_state(), owner, asked))
    if "from" not in asked:
        row = _without_sender(owner, row)
    return _shown(owner, row, 201)


def _without_sender(owner: Row, row: Row) -> Row:
    """A draft bears no sender until it is sent, as recorded answers show."""
    item = orjson.loads(row["item"])
    bare = {name: value for name, value in item.items() if name not in ("from", "sender")}
    store.change_message(current_state(), row, item=orjson.dumps(bare).decode())
    return message_of(owner, row["immutable_id"])


def _draft(owner: Row, raw: bytes) -> Row:
    state = current_state()
    identity = delivery.deliver(state, owner["upn"], raw, folder="drafts", is_read=True)
    row = message_of(owner, identity)
    store.change_message(state, row, is_draft=1)
    return message_of(owner, identity)


def _shown(owner: Row, row: Row, status: int = 200) -> Response:
    item = {k: v for k, v in view.full(row).items() if k not in view.DEFAULT_WITHOUT}
    context = odata.context_address(f"{where(owner)}/messages/$entity")
    return odata.answer({"@odata.context": context, **item}, status)


@below_mailbox("messages/<message_id>", methods=("PATCH",))
@needs(delegated=WRITE, application=WRITE)
def change_message(user: str | None, message_id: str) -> Response:
    owner = mailbox_of(user)
    row = message_of(owner, message_id)
    changes = body()
    item = orjson.loads(row["item"])
    columns: dict[str, Any] = {}
    if "isRead" in changes:
        columns["is_read"] = int(bool(changes.pop("isRead")))
    if changes and not row["is_draft"] and set(changes) - {"categories", "flag", "importance"}:
        raise GraphFault(
            400, "ErrorInvalidPropertySet", "Some properties can be set on drafts only."
        )
    known = {name: value for name, value in changes.items() if name in item}
    if "body" in known:
        columns["text_body"] = _text(known["body"])
    columns["item"] = orjson.dumps(item | known).decode()
    state = current_state()
    with state.write():
        store.change_message(state, row, **columns)
        store.note_change(state, row["folder_id"], row["immutable_id"], "updated")
    delivery.announce(state, owner["id"], "updated", row)
    return _shown(owner, message_of(owner, row["immutable_id"]))


def _text(content: dict[str, Any]) -> str:
    text = mime.clean(str(content.get("content") or ""))
    return mime.text_of(text) if content.get("contentType", "").lower() == "html" else text


@below_mailbox("messages/<message_id>/send", methods=("POST",))
@needs(delegated=SEND, application=SEND)
def send_draft(user: str | None, message_id: str) -> Response:
    owner = mailbox_of(user)
    row = message_of(owner, message_id)
    if not row["is_draft"]:
        raise GraphFault(400, "ErrorInvalidRequest", "The message is not a draft.")
    state = current_state()
    item = orjson.loads(row["item"])
    raw = outgoing.raw_of(state, owner, item | {"internetMessageHeaders": _own_headers(row)})
    outgoing.send(state, owner, raw, save=False, recipients=outgoing.recipients_of(raw))
    sent = folders.by_id(state, owner["id"], "sentitems")
    bears = resource.message(
        mime.parse(raw), received_at=state.now(), is_draft=False, rewrite=delivery.rewriting(state)
    )
    columns = {"is_draft": 0, "raw": raw, "item": orjson.dumps(bears).decode()}
    move(owner, row, sent["id"] if sent else row["folder_id"], **columns)
    return Response(status=202)


def _own_headers(row: Row) -> list[dict[str, Any]]:
    kept = ("in-reply-to", "references")
    headers = orjson.loads(row["headers"])
    return [
        header | {"isOurs": True}
        for header in headers
        if header["name"].lower() in kept or header["name"].lower().startswith("x-")
    ]


def move(owner: Row, row: Row, folder_id: str, **columns: Any) -> None:
    """To another folder of the same mailbox: gone here, created there."""
    state = current_state()
    with state.write():
        store.note_change(state, row["folder_id"], row["immutable_id"], "deleted")
        new = store.volatile_id(row["immutable_id"], folder_id)
        store.change_message(state, row, folder_id=folder_id, volatile_id=new, **columns)
        store.note_change(state, folder_id, row["immutable_id"], "created")
    delivery.announce(state, owner["id"], "deleted", row)
    delivery.announce(state, owner["id"], "created", row | {"folder_id": folder_id})


@below_mailbox("messages/<message_id>/move", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def move_message(user: str | None, message_id: str) -> Response:
    owner = mailbox_of(user)
    row = message_of(owner, message_id)
    target = folder_of(owner, str(body().get("destinationId", "")))
    move(owner, row, target["id"])
    return _shown(owner, message_of(owner, row["immutable_id"]), 201)


@below_mailbox("messages/<message_id>", methods=("DELETE",))
@needs(delegated=WRITE, application=WRITE)
def delete_message(user: str | None, message_id: str) -> Response:
    owner = mailbox_of(user)
    discard(owner, message_of(owner, message_id))
    return Response(status=204)


def discard(owner: Row, row: Row) -> None:
    """To Deleted Items; from there, for good."""
    state = current_state()
    bin_ = folders.by_id(state, owner["id"], "deleteditems")
    if bin_ is None:
        raise not_found()
    if row["folder_id"] == bin_["id"]:
        with state.write():
            store.remove_message(state, row)
        delivery.announce(state, owner["id"], "deleted", row)
    else:
        move(owner, row, bin_["id"])


@below_mailbox("messages/<message_id>/<any(createReply, createReplyAll):action>", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def create_reply(user: str | None, message_id: str, action: str) -> Response:
    owner = mailbox_of(user)
    raw = _reply(owner, message_of(owner, message_id), to_all=action == "createReplyAll")
    return _shown(owner, _draft(owner, raw), 201)


@below_mailbox("messages/<message_id>/<any(reply, replyAll):action>", methods=("POST",))
@needs(delegated=SEND, application=SEND)
def reply(user: str | None, message_id: str, action: str) -> Response:
    owner = mailbox_of(user)
    raw = _reply(owner, message_of(owner, message_id), to_all=action == "replyAll")
    _send(owner, raw)
    return Response(status=202)


def _reply(owner: Row, original: Row, *, to_all: bool) -> bytes:
    asked = body()
    message = dict(asked.get("message") or {})
    comment = asked.get("comment")
    if comment is not None and message.get("body"):
        raise GraphFault(400, "ErrorInvalidRequest", "Comment and message body cannot both be set.")
    draft = outgoing.reply_draft(owner, original, to_all=to_all)
    text = comment or (message.get("body") or {}).get("content") or ""
    draft["body"] = {"contentType": "text", "content": f"{text}\n\n{draft.pop('quoted')}"}
    if "body" in message:
        draft["body"] = message["body"]
    extra = {k: v for k, v in message.items() if k != "internetMessageHeaders"}
    return outgoing.raw_of(current_state(), owner, draft | extra)


@below_mailbox("translateExchangeIds", methods=("POST",))
@needs(delegated=("User.Read", "Mail.Read"), application=("Mail.Read",))
def translate_ids(user: str | None) -> Response:
    owner = mailbox_of(user)
    asked = body()
    names = {"restid": "volatile_id", "restimmutableentryid": "immutable_id"}
    column = names.get(str(asked.get("targetIdType", "")).lower())
    ids = asked.get("inputIds") or []
    if column is None or len(ids) > 1000:
        raise GraphFault(400, "ErrorInvalidRequest", "The ids cannot be translated so.")
    value = []
    for source in ids:
        row = store.message(current_state(), owner["id"], source)
        if row:
            value.append({"sourceId": source, "targetId": row[column]})
    context = odata.context_address("Collection(microsoft.graph.convertIdResult)")
    return odata.answer({"@odata.context": context, "value": value})
