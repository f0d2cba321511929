"""Folders and messages by the ids that clients send. An unknown id answers 404."""

from sandbox.database import Row, current_state
from sandbox.errors import item_not_found
from sandbox.mail import folders, store


def require_folder(owner: Row, reference: str) -> Row:
    folder = folders.by_id(current_state(), owner["id"], reference)
    if folder is None:
        raise item_not_found()
    return folder


def require_message(owner: Row, message_id: str) -> Row:
    row = store.message(current_state(), owner["id"], message_id)
    if row is None:
        raise item_not_found()
    return row
