"""A parsed message as Graph's JSON, as Exchange would have it."""

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

# Before it, the file times of a conversation index would be negative.
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
# What Outlook puts before the whole of the message that is answered.
QUOTE_STARTS = re.compile(r"(?m)^(-{2,} ?Original Message ?-{2,}|_{10,}$|From: [^\n]+\nSent: )")
QUOTED = re.compile(r"(?m)(?:^On [^\n]{5,200}\n?[^\n]{0,200}wrote:\n\s*)?(?:^>[^\n]*(?:\n|$))+")


def stamp(moment: datetime) -> str:
    """UTC with four digits of year, which strftime alone does not promise."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def message(parsed: Parsed, *, received_at: datetime, conversation: str, identity: str) -> Item:
    """All members but those that depend on the mailbox: id, folder, links, flags of reading.

    `identity` is the Message-ID. A message without a From has no `from`, as recorded drafts show.
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
        "isDeliveryReceiptRequested": False,
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
    """The first 255 characters; line ends stay, as recorded answers show."""
    return with_crlf(text.strip())[:255]


def message_id(parsed: Parsed, domain: str) -> str:
    """The Message-ID; Exchange makes one where a message has none."""
    return parsed.header("message-id")[:1000] or f"<{uuid.uuid4().hex}@{domain}>"


def conversation_index(conversation: str, received_at: datetime) -> str:
    """22 bytes as MS-OXOMSG 2.2.1.3 has them: a reserved byte, a time, a GUID."""
    ticks = int((max(received_at, OLDEST).timestamp() + 11644473600) * 10_000_000)
    guid = hashlib.sha256(conversation.encode()).digest()[:16]
    return base64.b64encode(b"\x01" + ticks.to_bytes(8, "big")[1:6] + guid).decode()


def as_page(text: str) -> str:
    """Plain text as Exchange converts it, so that a reader who asks for HTML gets some."""
    lines = html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>\r\n")
    return (
        '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f'</head><body>\r\n<div class="PlainText">{lines}</div>\r\n</body></html>'
    )


def without_quotes(text: str) -> str:
    """What this message adds to its thread, also where it answers between the quoted lines."""
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
