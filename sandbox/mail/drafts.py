"""Drafts: created, revised and sent."""

import base64
import email.utils
from typing import Any

import orjson

from sandbox import subscriptions
from sandbox.database import Row, State
from sandbox.errors import GraphError
from sandbox.mail import delivery, distribution, folders, store
from sandbox.mime import builder, parser
from sandbox.mime.builder import Thread
from sandbox.rights import senders
from sandbox.rights.senders import Writer

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
    with state.write():
        row = delivery.save_raw(state, place, raw, state.now(), is_read=True, is_draft=True)
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


def send(state: State, owner: Row, row: Row, writer: Writer) -> dict[str, Any]:
    """Deliver a draft, and return the columns that it has in Sent Items."""
    raw = store.raw(state, row)
    found = parser.parse(raw).addresses("from")
    sent = builder.with_headers(
        raw,
        {
            **senders.headers(state, owner, found[0][1] if found else None, writer),
            "Date": email.utils.format_datetime(state.now()),
        },
    )
    recipients = distribution.recipients_of(sent)
    if not recipients:
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
    distribution.distribute(state, owner, sent, recipients)
    fresh = delivery.content_of(state, owner["id"], sent, state.now())
    before = orjson.loads(row["item"])
    lasting = {name: before[name] for name in LASTING}
    return {
        "is_draft": 0,
        "raw": fresh.raw,
        "item": orjson.dumps(fresh.item | lasting).decode(),
        "headers": orjson.dumps(fresh.headers).decode(),
        "received_at": fresh.item["receivedDateTime"],
    }
