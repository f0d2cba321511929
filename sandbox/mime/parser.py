"""A parser of raw messages that never fails, however malformed they are."""

import email
import email.parser
import email.policy
import email.utils
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message

from sandbox.mime.header_text import Address, addresses_in, clean, decoded, in_charset
from sandbox.mime.html_text import text_of

# What the standard parser and its codecs raise for malformed messages.
BROKEN = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)
MAX_DEPTH = 40
HEAD_END = re.compile(rb"\r?\n\r?\n")
BLANK_COLON = re.compile(rb"(?m)^([!-9;-~]+)[ \t]+:")
# A part whose content is elsewhere. Cloud attachments are delivered so.
ELSEWHERE = "message/external-body"


@dataclass(frozen=True)
class Attachment:
    """An attachment. One of type message/rfc822 is named after its subject."""

    name: str
    content_type: str
    content: bytes
    content_id: str | None
    is_inline: bool
    is_sent_inline: bool = False
    link: str | None = None  # of a file that is elsewhere: RFC 2017

    @property
    def is_message(self) -> bool:
        return self.content_type == "message/rfc822"


@dataclass(frozen=True)
class Parsed:
    """A parsed message, in clean Unicode. Only `raw_headers` are unchanged."""

    raw_headers: list[tuple[str, str]]
    text: str
    html: str | None
    attachments: list[Attachment] = field(default_factory=list)
    calendar: str | None = None  # of a meeting message, with its method in capitals
    calendar_method: str = ""
    report_type: str = ""  # of a receipt or a report, such as disposition-notification

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(clean(name), decoded(value)) for name, value in self.raw_headers]

    def header(self, name: str) -> str:
        return next((decoded(v) for k, v in self.raw_headers if k.lower() == name), "")

    def addresses(self, name: str) -> list[Address]:
        """List the (name, address) pairs of all headers of this name."""
        return addresses_in([value for key, value in self.raw_headers if key.lower() == name])

    @property
    def sent_at(self) -> datetime | None:
        try:
            moment = email.utils.parsedate_to_datetime(self.header("date"))
            # `-0000` means UTC at an unknown place, and is parsed without a zone.
            aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            return aware.astimezone(UTC)
        except (*BROKEN, OverflowError):
            return None


def parse(raw: bytes) -> Parsed:
    """Parse everything that Graph shows of a message."""
    raw = _with_plain_colons(raw)
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        leaves = _leaves(message, 0)
    except BROKEN:
        # Nested too deep, or worse: the headers can still be read.
        message = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)
        leaves = [message]
    texts: list[str] = []
    pages: list[str] = []
    attachments: list[Attachment] = []
    for part in leaves:
        _sort(part, texts, pages, attachments)
    page = "\n".join(pages) or None
    text = "\n".join(texts) or (text_of(page) if page else "")
    raw_headers = [(str(name), str(value)) for name, value in message.raw_items()]
    calendar = next((p for p in leaves if p.get_content_type() == "text/calendar"), None)
    return Parsed(
        raw_headers,
        text,
        page,
        _with_pictures_inline(attachments, page),
        calendar=None if calendar is None else _text(calendar),
        calendar_method=_parameter(calendar, "method").upper(),
        report_type=_parameter(message, "report-type") if _is_report(message) else "",
    )


def _is_report(message: Message) -> bool:
    return message.get_content_type() == "multipart/report"


def _parameter(part: Message | None, name: str) -> str:
    """Read a parameter of Content-Type."""
    if part is None:
        return ""
    try:
        return decoded(str(part.get_param(name) or ""))
    except BROKEN:
        return ""


def _with_plain_colons(raw: bytes) -> bytes:
    """Drop blanks before the colon of a header, which the old syntax allows."""
    end = HEAD_END.search(raw)
    cut = end.start() if end else len(raw)
    return BLANK_COLON.sub(rb"\1:", raw[:cut]) + raw[cut:]


def _leaves(message: Message, depth: int) -> list[Message]:
    """List the parts that have content. An attached message counts as one part."""
    payload = message.get_payload()
    is_attached = message.get_content_type() == "message/rfc822" or _link(message)
    is_whole = bool(is_attached) or depth > MAX_DEPTH
    if is_whole or not message.is_multipart() or not isinstance(payload, list):
        return [message]
    parts = [part for part in payload if isinstance(part, Message)]
    return [leaf for part in parts for leaf in _leaves(part, depth + 1)]


def _sort(part: Message, texts: list[str], pages: list[str], attachments: list[Attachment]) -> None:
    kind = part.get_content_type()
    name = _file_name(part)
    disposition = decoded(str(part.get("Content-Disposition") or "")).lower()
    if not name and not disposition.startswith("attachment"):
        if kind == "text/plain":
            texts.append(_text(part))
            return
        if kind == "text/html":
            pages.append(_text(part))
            return
    if kind == "message/rfc822" or name or disposition or not kind.startswith("text/"):
        attachments.append(_attachment(part, kind, name, disposition))


def _file_name(part: Message) -> str:
    try:
        return decoded(str(part.get_filename() or ""))
    except BROKEN:
        return "attachment"


def _attachment(part: Message, kind: str, name: str, disposition: str) -> Attachment:
    content_id = decoded(str(part.get("Content-ID") or "")).strip("<> ") or None
    if kind == "message/rfc822":
        name = _subject_inside(part) or name or "message"
    return Attachment(
        name=name or "attachment",
        content_type=clean(kind),
        content=_bytes(part),
        content_id=content_id,
        is_inline=disposition.startswith("inline") and content_id is not None,
        is_sent_inline=disposition.startswith("inline"),
        link=_link(part) or None,
    )


def _link(part: Message) -> str:
    is_elsewhere = part.get_content_type() == ELSEWHERE
    is_by_link = is_elsewhere and _parameter(part, "access-type").lower() == "url"
    return _parameter(part, "url") if is_by_link else ""


def _subject_inside(part: Message) -> str:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    return decoded(str(inner.get("Subject") or "")) if isinstance(inner, Message) else ""


def _with_pictures_inline(found: list[Attachment], page: str | None) -> list[Attachment]:
    """Mark attachments that the HTML refers to as inline, whatever their disposition."""
    return [
        replace(a, is_inline=True) if a.content_id and page and f"cid:{a.content_id}" in page else a
        for a in found
    ]


def _bytes(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\n".join(_flat(inner) for inner in payload if isinstance(inner, Message))
    try:
        content = part.get_payload(decode=True)
    except BROKEN:
        content = None
    return content if isinstance(content, bytes) else str(payload).encode("utf-8", "replace")


def _flat(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except BROKEN:
        return b"\n".join(f"{k}: {v}".encode("utf-8", "replace") for k, v in message.raw_items())


def _text(part: Message) -> str:
    try:
        charset = part.get_content_charset()
    except BROKEN:
        charset = None
    text = clean(in_charset(_bytes(part), charset))
    return text.replace("\r\n", "\n").replace("\r", "\n")
