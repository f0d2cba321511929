"""Messages below /me and /users/{id}: what is changed, moved and deleted."""

from typing import Any

import orjson
from flask import Response, request

from sandbox import odata
from sandbox.access import mailbox_of, needs
from sandbox.database import Row, State, current_state
from sandbox.errors import GraphFault
from sandbox.mail import delivery, drafts, folders, message_resource, message_view, store
from sandbox.mail.routes import below_mailbox, folder_of, message_of, not_found, where

WRITE = ("Mail.ReadWrite",)
# What may be changed of a message that is no draft.
LASTING = {"isRead", "categories", "flag", "importance", "inferenceClassification"}


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
    return {
        key[:1].lower() + key[1:]: value
        for key, value in found.items()
        if not key.startswith("@odata.")
    }


def answer_with(owner: Row, row: Row, status: int = 200) -> Response:
    context = odata.context_address(f"{where(owner)}/messages/$entity")
    return odata.answer({"@odata.context": context, **message_view.full(row)}, status)


@below_mailbox("messages/<message_id>", methods=("PATCH",))
@needs(delegated=WRITE, application=WRITE)
def change_message(user: str | None, message_id: str) -> Response:
    owner, state = mailbox_of(user), current_state()
    row = message_of(owner, message_id)
    change(state, owner, row, body())
    return answer_with(owner, message_of(owner, row["immutable_id"]))


def change(state: State, owner: Row, row: Row, changes: dict[str, Any]) -> None:
    """Set members of a message, and tell of it."""
    unknown = set(changes) - {*message_view.MEMBERS, "attachments"}
    if unknown:
        raise GraphFault(
            400,
            "RequestBodyRead",
            f"The property '{min(unknown)}' does not exist on type 'microsoft.graph.message'.",
        )
    columns: dict[str, Any] = {}
    if "isRead" in changes:
        columns["is_read"] = int(bool(changes["isRead"]))
    others = {name: value for name, value in changes.items() if name != "isRead"}
    if row["is_draft"] and set(others) - LASTING:
        columns |= drafts.revised(state, owner, row, others)
    elif set(others) - LASTING:
        raise GraphFault(
            400, "ErrorInvalidPropertySet", "Some properties can be set on drafts only."
        )
    else:
        columns["item"] = orjson.dumps(orjson.loads(row["item"]) | others).decode()
    with state.write():
        store.change_message(state, row, **_touched(state, row, columns))
        store.note_change(state, row["folder_id"], row["immutable_id"], "updated")
    delivery.announce(state, "updated", row)


def _touched(state: State, row: Row, columns: dict[str, Any]) -> dict[str, Any]:
    item = orjson.loads(columns.get("item") or row["item"])
    item["lastModifiedDateTime"] = message_resource.stamp(state.now())
    return columns | {"item": orjson.dumps(item).decode()}


def move(row: Row, folder_id: str, **columns: Any) -> None:
    """To another folder of the same mailbox: gone here, created there."""
    state = current_state()
    moved = row | {
        "folder_id": folder_id,
        "volatile_id": store.volatile_id(row["immutable_id"], folder_id),
    }
    with state.write():
        store.note_change(state, row["folder_id"], row["immutable_id"], "deleted")
        columns = _touched(state, row, columns)
        names = {name: moved[name] for name in ("folder_id", "volatile_id")}
        store.change_message(state, row, **names, **columns)
        store.note_change(state, folder_id, row["immutable_id"], "created")
    delivery.announce(state, "deleted", row)
    delivery.announce(state, "created", moved)


@below_mailbox("messages/<message_id>/move", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def move_message(user: str | None, message_id: str) -> Response:
    owner = mailbox_of(user)
    row = message_of(owner, message_id)
    target = folder_of(owner, str(body().get("destinationId", "")))
    if target["id"] != row["folder_id"]:
        move(row, target["id"])
    return answer_with(owner, message_of(owner, row["immutable_id"]), 201)


@below_mailbox("messages/<message_id>/copy", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def copy_message(user: str | None, message_id: str) -> Response:
    """The same message once more, with ids of its own."""
    owner, state = mailbox_of(user), current_state()
    row = message_of(owner, message_id)
    target = folder_of(owner, str(body().get("destinationId", "")))
    with state.write():
        made = store.save_message(
            state,
            oid=owner["id"],
            folder_id=target["id"],
            item=orjson.loads(row["item"]),
            text=row["text_body"],
            headers=orjson.loads(row["headers"]),
            raw=store.raw(state, row),
            is_read=bool(row["is_read"]),
            is_draft=bool(row["is_draft"]),
        )
    delivery.announce(state, "created", made)
    return answer_with(owner, made, 201)


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
        delivery.announce(state, "deleted", row)
    else:
        move(row, bin_["id"])


@below_mailbox("translateExchangeIds", methods=("POST",))
@needs(delegated=("User.Read", "Mail.Read"), application=("Mail.Read",))
def translate_ids(user: str | None) -> Response:
    owner = mailbox_of(user)
    asked = body()
    names = {"restid": "volatile_id", "restimmutableentryid": "immutable_id"}
    column = names.get(str(asked.get("targetIdType", "")).lower())
    ids = asked.get("inputIds")
    if column is None or not isinstance(ids, list) or len(ids) > 1000:
        raise GraphFault(400, "ErrorInvalidRequest", "The ids cannot be translated so.")
    value = []
    for source in ids:
        row = store.message(current_state(), owner["id"], str(source))
        if row:
            value.append({"sourceId": source, "targetId": row[column]})
    context = odata.context_address("Collection(microsoft.graph.convertIdResult)")
    return odata.answer({"@odata.context": context, "value": value})
