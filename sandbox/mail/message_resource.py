"""The message resource of Graph, built from a parsed message."""

import base64
import hashlib
import html
import re
import uuid
from datetime import UTC, datetime
from typing import Any

from sandbox.mime.header_text import Address
from sandbox.mime.parser import Parsed

Item = dict[str, Any]

# An earlier time would make the file time of a conversation index negative.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Outlook's separators before a quoted message.
QUOTE_STARTS = re.compile(r"(?m)^(-{2,} ?Original Message ?-{2,}|_{10,}$|From: [^\n]+\nSent: )")
QUOTED = re.compile(r"(?m)(?:^On [^\n]{5,200}\n?[^\n]{0,200}wrote:\n\s*)?(?:^>[^\n]*(?:\n|$))+")


def stamp(moment: datetime) -> str:
    """Write a time in UTC with a four-digit year, which strftime does not guarantee."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def message(parsed: Parsed, *, received_at: datetime, conversation: str, identity: str) -> Item:
    """Build all members that do not depend on the mailbox: not the id, folder or read flags.

    `identity` is the Message-ID. Without a From there is no `from`, as recorded drafts show.
    """
    sent_at = parsed.sent_at or received_at
    text = parsed.text
    sender = _recipients(parsed.addresses("from")[:1])
    by_hand = _recipients(parsed.addresses("sender")[:1]) or sender
    return {
        "createdDateTime": stamp(received_at),
        "lastModifiedDateTime": stamp(received_at),
        "categories": [],
        "receivedDateTime": stamp(received_at),
        "sentDateTime": stamp(sent_at),
        "hasAttachments": any(not part.is_inline for part in parsed.attachments),
        "internetMessageId": identity,
        "subject": parsed.header("subject"),
        "bodyPreview": preview(text),
        "importance": _importance(parsed),
        "conversationId": conversation,
        "conversationIndex": conversation_index(conversation, received_at),
        "isDeliveryReceiptRequested": None,  # as in most recorded messages
        "isReadReceiptRequested": False,
        "inferenceClassification": "focused",
        "body": {"contentType": "html", "content": parsed.html or as_page(text)},
        **({"sender": by_hand[0], "from": sender[0]} if sender else {}),
        "toRecipients": _recipients(parsed.addresses("to")),
        "ccRecipients": _recipients(parsed.addresses("cc")),
        "bccRecipients": _recipients(parsed.addresses("bcc")),
        "replyTo": _recipients(parsed.addresses("reply-to")),
        "flag": {"flagStatus": "notFlagged"},
    }


def headers(parsed: Parsed) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in parsed.headers]


def with_crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def preview(text: str) -> str:
    """Return the first 255 characters. Line ends stay, as recorded answers show."""
    return with_crlf(text.strip())[:255]


def message_id(parsed: Parsed, domain: str) -> str:
    """Return the Message-ID. Exchange generates one for a message without it."""
    return parsed.header("message-id")[:1000] or f"<{uuid.uuid4().hex}@{domain}>"


def conversation_index(conversation: str, received_at: datetime) -> str:
    """Build the 22 bytes of MS-OXOMSG 2.2.1.3: a reserved byte, a time, a GUID."""
    ticks = int((max(received_at, EARLIEST).timestamp() + 11644473600) * 10_000_000)
    guid = hashlib.sha256(conversation.encode()).digest()[:16]
    return base64.b64encode(b"\x01" + ticks.to_bytes(8, "big")[1:6] + guid).decode()


def as_page(text: str) -> str:
    """Convert plain text to HTML, as Exchange does."""
    lines = html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>\r\n")
    return (
        '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f'</head><body>\r\n<div class="PlainText">{lines}</div>\r\n</body></html>'
    )


def without_quotes(text: str) -> str:
    """Strip quoted messages, also where the answer stands between quoted lines."""
    found = QUOTE_STARTS.search(text)
    own = text[: found.start()] if found else text
    return QUOTED.sub("", own).rstrip()


def _importance(parsed: Parsed) -> str:
    named = parsed.header("importance").lower()
    if named in ("low", "high"):
        return named
    return {"1": "high", "2": "high", "5": "low"}.get(parsed.header("x-priority")[:1], "normal")


def _recipients(found: list[Address]) -> list[Item]:
    return [
        {"emailAddress": {"name": name or address, "address": address}} for name, address in found
    ]
