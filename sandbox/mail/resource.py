"""A parsed message as Graph's JSON, as Exchange would have it."""

import base64
import hashlib
import html
import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.mail.mime import Address, Parsed

Item = dict[str, Any]
Rewrite = Callable[[str], str]

PREFIXES = re.compile(r"(?i)^\s*((re|aw|fwd?|wg|sv|antw)\s*(\[\d+\])?:\s*)+")
QUOTE_STARTS = re.compile(
    r"(?m)^(>|-{2,} ?Original Message ?-{2,}|_{10,}|On .{5,200} wrote:$|From: .+\nSent: )"
)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def message(parsed: Parsed, *, received_at: datetime, is_draft: bool, rewrite: Rewrite) -> Item:
    """All members but those that depend on the mailbox: id, folder, links, flags of reading."""
    sent_at = parsed.sent_at or received_at
    text = parsed.text
    sender = _recipient(parsed.addresses("from")[:1], rewrite)
    return {
        "createdDateTime": stamp(received_at),
        "lastModifiedDateTime": stamp(received_at),
        "categories": [],
        "receivedDateTime": stamp(received_at),
        "sentDateTime": stamp(sent_at),
        "hasAttachments": any(not part.is_inline for part in parsed.attachments),
        "internetMessageId": message_id(parsed),
        "subject": parsed.header("subject"),
        "bodyPreview": preview(text),
        "importance": _importance(parsed),
        "conversationId": conversation_id(parsed),
        "conversationIndex": conversation_index(parsed, received_at),
        "isDeliveryReceiptRequested": None if is_draft else False,
        "isReadReceiptRequested": False,
        "inferenceClassification": "focused",
        "body": {"contentType": "html", "content": parsed.html or as_page(text)},
        "sender": _recipient(parsed.addresses("sender")[:1], rewrite) or sender,
        "from": sender,
        "toRecipients": _recipients(parsed.addresses("to"), rewrite),
        "ccRecipients": _recipients(parsed.addresses("cc"), rewrite),
        "bccRecipients": _recipients(parsed.addresses("bcc"), rewrite),
        "replyTo": _recipients(parsed.addresses("reply-to"), rewrite),
        "flag": {"flagStatus": "notFlagged"},
    }


def headers(parsed: Parsed) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in parsed.headers]


def preview(text: str) -> str:
    """The first 255 characters; line ends stay, as recorded answers show."""
    return text.strip().replace("\r\n", "\n").replace("\n", "\r\n")[:255]


def message_id(parsed: Parsed) -> str:
    """The Message-ID; Exchange makes one where a message has none."""
    found = parsed.header("message-id")
    return found or f"<{uuid.uuid4().hex}@northwind.example>"


def conversation_id(parsed: Parsed) -> str:
    """The same for a thread: by its first reference, else by what the subject is about."""
    references = f"{parsed.header('references')} {parsed.header('in-reply-to')}".split()
    root = references[0] if references else parsed.header("message-id")
    topic = PREFIXES.sub("", parsed.header("subject")).lower()
    digest = hashlib.sha256((root or topic).encode()).digest()
    return "AAQkAD" + base64.urlsafe_b64encode(digest).decode()


def conversation_index(parsed: Parsed, received_at: datetime) -> str:
    """22 bytes as MS-OXOMSG 2.2.1.3 has them: a reserved byte, a time, a GUID."""
    ticks = int((received_at.timestamp() + 11644473600) * 10_000_000)
    guid = hashlib.sha256(conversation_id(parsed).encode()).digest()[:16]
    return base64.b64encode(b"\x01" + ticks.to_bytes(8, "big")[1:6] + guid).decode()


def as_page(text: str) -> str:
    """Plain text as Exchange converts it, so that a reader who asks for HTML gets some."""
    lines = html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>\r\n")
    return (
        '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f'</head><body>\r\n<div class="PlainText">{lines}</div>\r\n</body></html>'
    )


def without_quotes(text: str) -> str:
    """What this message adds to its thread: everything before the first quoted part."""
    found = QUOTE_STARTS.search(text)
    return text[: found.start()].rstrip() if found else text


def _importance(parsed: Parsed) -> str:
    named = parsed.header("importance").lower()
    if named in ("low", "high"):
        return named
    return {"1": "high", "2": "high", "5": "low"}.get(parsed.header("x-priority")[:1], "normal")


def _recipient(found: list[Address], rewrite: Rewrite) -> Item | None:
    return _recipients(found, rewrite)[0] if found else None


def _recipients(found: list[Address], rewrite: Rewrite) -> list[Item]:
    return [
        {"emailAddress": {"name": name or rewrite(address), "address": rewrite(address)}}
        for name, address in found
    ]
