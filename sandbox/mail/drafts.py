"""Drafts: created and revised."""

import base64
from typing import Any

import orjson

from sandbox import subscriptions
from sandbox.database import Row, State
from sandbox.mail import delivery, extended_properties, folders, store
from sandbox.mime import builder, parser
from sandbox.mime.builder import Thread

# A revision keeps these members: Exchange sets them once.
LASTING = ("createdDateTime", "conversationId", "conversationIndex", "internetMessageId")
OF_EXCHANGE = ("in-reply-to", "references")


def create(
    state: State,
    owner: Row,
    message: dict[str, Any],
    thread: Thread | None = None,
    *,
    place: Row | None = None,
) -> Row:
    """Create a draft in a folder, or in Drafts."""
    raw = builder.build(state, owner, message, thread=thread, is_draft=True)
    place = place or folders.by_id(state, owner["id"], "drafts")
    if place is None:
        raise LookupError("drafts")
    properties = extended_properties.of_message(message)
    with state.write():
        row = delivery.save_raw(
            state, place, raw, state.now(), is_read=True, is_draft=True, properties=properties
        )
        marks = {name: message[name] for name in ("categories", "flag") if name in message}
        if marks:
            item = orjson.loads(row["item"]) | marks
            store.change_message(state, row, item=orjson.dumps(item).decode())
    subscriptions.announce(state, "created", row)
    return row


def revised(state: State, owner: Row, row: Row, changes: dict[str, Any]) -> dict[str, Any]:
    """Rebuild a draft with some changes, and return its columns."""
    item, raw = orjson.loads(row["item"]), store.raw(state, row)
    parsed = parser.parse(raw)
    headers = [(h["name"], h["value"]) for h in orjson.loads(row["headers"])]
    kept = Thread(
        tuple(h for h in headers if h[0].lower() in OF_EXCHANGE or _is_own(h[0], changes))
    )
    message = {
        **item,
        "body": item["body"] if parsed.html else {"contentType": "text", "content": parsed.text},
        "attachments": attachments(state, row),
        **changes,
    }
    made = builder.build(state, owner, message, thread=kept, is_draft=True)
    fresh = delivery.content_of(state, owner["id"], made, state.now())
    lasting = {name: item[name] for name in LASTING}
    marks = {name: message[name] for name in ("categories", "flag")}
    return {
        "item": orjson.dumps(fresh.item | lasting | marks).decode(),
        "text_body": fresh.text,
        "headers": orjson.dumps(fresh.headers).decode(),
        "raw": fresh.raw,
    }


def _is_own(name: str, changes: dict[str, Any]) -> bool:
    return name.lower().startswith("x-") and "internetMessageHeaders" not in changes


def attachments(state: State, row: Row) -> list[dict[str, Any]]:
    """Show attachments as a client would send them."""
    return [_as_json(part) for part in parser.parse(store.raw(state, row)).attachments]


def _as_json(part: parser.Attachment) -> dict[str, Any]:
    return {
        "name": part.name,
        "contentType": part.content_type,
        "contentBytes": base64.b64encode(part.content).decode(),
        "contentId": part.content_id,
        "isInline": part.is_inline,
    }
