"""Changes to a stored message: its members, its folder, its deletion."""

from typing import Any

import orjson

from sandbox import subscriptions
from sandbox.database import Row, State, current_state
from sandbox.errors import GraphError, item_not_found
from sandbox.mail import drafts, extended_properties, folders, message_resource, message_view, store

# The members of a sent or received message that may be changed.
LASTING = {"isRead", "categories", "flag", "importance", "inferenceClassification"}


def change(state: State, owner: Row, row: Row, changes: dict[str, Any]) -> None:
    """Set members of a message, and notify subscribers."""
    unknown = set(changes) - {*message_view.MEMBERS, "attachments", extended_properties.MEMBER}
    if unknown:
        raise GraphError(
            400,
            "RequestBodyRead",
            f"The property '{min(unknown)}' does not exist on type 'microsoft.graph.message'.",
        )
    columns: dict[str, Any] = {}
    if "isRead" in changes:
        columns["is_read"] = int(bool(changes["isRead"]))
    if properties := extended_properties.of_message(changes):
        columns["properties"] = extended_properties.changed(row, properties)
    columned = ("isRead", extended_properties.MEMBER)
    others = {name: value for name, value in changes.items() if name not in columned}
    if row["is_draft"] and set(others) - LASTING:
        columns |= drafts.revised(state, owner, row, others)
    elif set(others) - LASTING:
        raise GraphError(
            400, "ErrorInvalidPropertySet", "Some properties can be set on drafts only."
        )
    else:
        columns["item"] = orjson.dumps(orjson.loads(row["item"]) | others).decode()
    with state.write():
        store.change_message(state, row, **_touched(state, row, columns))
        store.note_change(state, row["folder_id"], row["immutable_id"], "updated")
    subscriptions.announce(state, "updated", row)


def _touched(state: State, row: Row, columns: dict[str, Any]) -> dict[str, Any]:
    item = orjson.loads(columns.get("item") or row["item"])
    item["lastModifiedDateTime"] = message_resource.stamp(state.now())
    return columns | {"item": orjson.dumps(item).decode()}


def move(row: Row, folder_id: str, **columns: Any) -> None:
    """Move a message to another folder. Delta reports it deleted here and created there."""
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
    subscriptions.announce(state, "deleted", row)
    subscriptions.announce(state, "created", moved)


def discard(owner: Row, row: Row) -> None:
    """Move a message to Deleted Items, or delete it permanently from there."""
    state = current_state()
    bin_ = folders.by_id(state, owner["id"], "deleteditems")
    if bin_ is None:
        raise item_not_found()
    if row["folder_id"] == bin_["id"]:
        with state.write():
            store.remove_message(state, row)
        subscriptions.announce(state, "deleted", row)
    else:
        move(row, bin_["id"])
