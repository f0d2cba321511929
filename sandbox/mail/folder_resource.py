"""The mailFolder resource of Graph."""

from typing import Any

from sandbox.database import Row, State
from sandbox.mail import folders, store

MEMBERS = (
    "id", "displayName", "parentFolderId", "childFolderCount", "unreadItemCount",
    "totalItemCount", "sizeInBytes", "isHidden",
)  # fmt: skip  # one to a line says no more


def shown(state: State, folder: Row) -> dict[str, Any]:
    total, unread, size = store.counts(state, folder["id"])
    inside = folders.children(state, folder["oid"], folder["id"], with_hidden=False)
    return {
        "id": folder["id"],
        "displayName": folder["name"],
        "parentFolderId": folder["parent_id"] or folder["id"],
        "childFolderCount": len(inside),
        "unreadItemCount": unread,
        "totalItemCount": total,
        "sizeInBytes": size,
        "isHidden": bool(folder["is_hidden"]),
    }
