"""Delivery of raw messages (RFC 5322) to a mailbox."""

import mailbox
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sandbox import quirks, subscriptions
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.errors import GraphError
from sandbox.mail import (
    alias_rewriting,
    conversations,
    event_messages,
    folders,
    message_resource,
    message_view,
    store,
)
from sandbox.mail.extended_properties import Properties
from sandbox.mail.store import MessageContent
from sandbox.mime import parser

# Exchange refuses larger messages; 35 MB is its default.
MAX_SIZE = 35 * 1024 * 1024


def deliver(
    state: State,
    upn: str,
    raw: bytes,
    *,
    folder: str = "Inbox",
    received_at: datetime | None = None,
    is_read: bool = False,
    properties: Properties | None = None,
) -> str:
    """Deliver one message to a folder of a person's mailbox, and return its immutable id."""
    with state.write():
        place = _place(state, upn, folder)
        row = save_raw(
            state, place, raw, received_at or state.now(), is_read=is_read, properties=properties
        )
    subscriptions.announce(state, "created", row)
    return str(row["immutable_id"])


def import_mbox(state: State, upn: str, mbox: bytes, *, folder: str = "Inbox") -> int:
    """Import each message of an mbox, received at its Date, and return the number."""
    with tempfile.NamedTemporaryFile(suffix=".mbox") as file:
        Path(file.name).write_bytes(mbox)
        with closing(mailbox.mbox(file.name, create=False)) as box:
            raws = [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118  # it is no dict
    with state.write():
        place = _place(state, upn, folder)
        rows = [save_raw(state, place, raw, None, is_read=True) for raw in raws]
    if rows:
        subscriptions.announce(state, "created", rows[-1])
    return len(rows)


def _place(state: State, upn: str, folder: str) -> Row:
    owner = directory.person(state, upn)
    if owner is None or not owner["has_mailbox"]:
        raise GraphError(404, "ErrorItemNotFound", f"There is no mailbox of {upn}.")
    folders.ensure_mailbox(state, owner["id"])
    found = folders.named(state, owner["id"], folder)
    if found is None:
        raise GraphError(404, "ErrorItemNotFound", f"{upn} has no folder {folder}.")
    return found


def save_raw(
    state: State,
    folder: Row,
    raw: bytes,
    received_at: datetime | None,
    *,
    is_read: bool = False,
    is_draft: bool = False,
    properties: Properties | None = None,
) -> Row:
    """Save a raw message without notifying subscribers. Without a time, its Date counts."""
    content = content_of(state, folder["oid"], raw, received_at)
    content = replace(content, properties=properties or [])
    return store.save_message(state, folder, content, is_read=is_read, is_draft=is_draft)


def content_of(state: State, oid: str, raw: bytes, received_at: datetime | None) -> MessageContent:
    """Parse a raw message once, so that reading it later need not."""
    if len(raw) > MAX_SIZE:
        raise GraphError(413, "ErrorMessageSizeExceeded", "The message is larger than 35 MB.")
    kept = alias_rewriting.rewrite_aliases(state, raw)
    parsed = parser.parse(kept)
    identity = message_resource.message_id(parsed, state.setting("domain"))
    item = message_resource.message(
        parsed,
        received_at=received_at or parsed.sent_at or state.now(),
        conversation=conversations.conversation_id(state, oid, parsed, identity),
        identity=identity,
    )
    if quirks.EVENT_MESSAGES.is_on(state):
        item |= event_messages.members(parsed)
    if quirks.INLINE_FILES.is_on(state):
        shown = [part for part in parsed.attachments if not message_view.is_inline(part, state)]
        item["hasAttachments"] = bool(shown)
    return MessageContent(item, parsed.text, message_resource.headers(parsed), kept)
