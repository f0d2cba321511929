"""A message arrives in a mailbox, as raw RFC 5322."""

import mailbox
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox import subscriptions
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.errors import GraphFault
from sandbox.mail import alias_rewriting, conversations, folders, message_resource, store
from sandbox.mime import parser

# Exchange refuses larger ones; 35 MB is its default.
LARGEST = 35 * 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A message as a mailbox keeps it."""

    item: dict[str, Any]
    text: str
    headers: list[dict[str, str]]
    raw: bytes


def deliver(
    state: State,
    upn: str,
    raw: bytes,
    *,
    folder: str = "Inbox",
    received_at: datetime | None = None,
    is_read: bool = False,
) -> str:
    """Put one message into a folder of a person's mailbox; its immutable id."""
    with state.write():
        owner, place = _place(state, upn, folder)
        row = keep(state, owner, place, raw, received_at or state.now(), is_read=is_read)
    announce(state, "created", row)
    return str(row["immutable_id"])


def import_mbox(state: State, upn: str, mbox: bytes, *, folder: str = "Inbox") -> int:
    """Each message of an mbox, received when its Date says; the number of them."""
    with tempfile.NamedTemporaryFile(suffix=".mbox") as file:
        Path(file.name).write_bytes(mbox)
        with closing(mailbox.mbox(file.name, create=False)) as box:
            raws = [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118  # it is no dict
    with state.write():
        owner, place = _place(state, upn, folder)
        rows = [keep(state, owner, place, raw, None, is_read=True) for raw in raws]
    if rows:
        announce(state, "created", rows[-1])
    return len(rows)


def _place(state: State, upn: str, folder: str) -> tuple[Row, Row]:
    owner = directory.person(state, upn)
    if owner is None or not owner["has_mailbox"]:
        raise GraphFault(404, "ErrorItemNotFound", f"There is no mailbox of {upn}.")
    folders.ensure_mailbox(state, owner["id"])
    found = folders.named(state, owner["id"], folder)
    if found is None:
        raise GraphFault(404, "ErrorItemNotFound", f"{upn} has no folder {folder}.")
    return owner, found


def keep(
    state: State,
    owner: Row,
    place: Row,
    raw: bytes,
    received_at: datetime | None,
    *,
    is_read: bool = False,
    is_draft: bool = False,
) -> Row:
    """The message in the folder, told to nobody yet; without a time, received when it was sent."""
    return store.save_message(
        state,
        oid=owner["id"],
        folder_id=place["id"],
        is_read=is_read,
        is_draft=is_draft,
        **vars(columns_of(state, owner["id"], raw, received_at)),
    )


def columns_of(state: State, oid: str, raw: bytes, received_at: datetime | None) -> Kept:
    """What a mailbox keeps of a message: prepared now, so that reading need not parse."""
    if len(raw) > LARGEST:
        raise GraphFault(413, "ErrorMessageSizeExceeded", "The message is larger than 35 MB.")
    kept = alias_rewriting.as_kept(state, raw)
    parsed = parser.parse(kept)
    identity = message_resource.message_id(parsed, state.setting("domain"))
    item = message_resource.message(
        parsed,
        received_at=received_at or parsed.sent_at or state.now(),
        conversation=conversations.conversation(state, oid, parsed, identity),
        identity=identity,
    )
    return Kept(item, parsed.text, message_resource.headers(parsed), kept)


def announce(state: State, change: str, row: Row) -> None:
    """Tell the subscriptions that watch this mailbox."""
    subscriptions.announce(
        state,
        row["oid"],
        change,
        message_id=row["immutable_id"],
        volatile_id=row["volatile_id"],
        folder_id=row["folder_id"],
        etag=row["change_key"],
    )
