"""A raw message taken apart without ever failing: real mail breaks every rule there is."""

import email
import email.header
import email.policy
import email.utils
import html
import inspect
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message

Address = tuple[str, str]

SPACES = re.compile(r"\s+")
TAGS = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<!--.*?-->")
BREAKS = re.compile(r"(?i)<br\s*/?>|</(?:p|div|tr|li|h\d|blockquote)>")
ANY_TAG = re.compile(r"(?s)<[^>]*>")


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes
    content_id: str | None
    is_inline: bool


@dataclass(frozen=True)
class Parsed:
    """What a message says; text and addresses are clean Unicode."""

    headers: list[tuple[str, str]]
    text: str
    html: str | None
    attachments: list[Attachment] = field(default_factory=list)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    def addresses(self, name: str) -> list[Address]:
        """(name, address) of each mailbox in all headers of this name."""
        values = [value for key, value in self.headers if key.lower() == name]
        return addresses_in(values)

    @property
    def sent_at(self) -> datetime | None:
        try:
            moment = email.utils.parsedate_to_datetime(self.header("date"))
            return moment.astimezone(UTC)
        except (TypeError, ValueError, IndexError, OverflowError):
            return None


def parse(raw: bytes) -> Parsed:
    """Everything Graph needs of a message."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    headers = [(clean(str(k)), decoded(v)) for k, v in message.items()]
    texts: list[str] = []
    pages: list[str] = []
    attachments: list[Attachment] = []
    for part in _leaves(message):
        _sort(part, texts, pages, attachments)
    page = "\n".join(pages) or None
    text = "\n".join(texts) or (text_of(page) if page else "")
    return Parsed(headers, text, page, attachments)


def _leaves(message: Message) -> list[Message]:
    """The parts that hold something; a forwarded message is one of them."""
    if message.get_content_type() == "message/rfc822":
        return [message]
    payload = message.get_payload()
    if message.is_multipart() and isinstance(payload, list):
        return [leaf for part in payload if isinstance(part, Message) for leaf in _leaves(part)]
    return [message]


def _sort(part: Message, texts: list[str], pages: list[str], attachments: list[Attachment]) -> None:
    kind = part.get_content_type()
    name = _file_name(part)
    disposition = str(part.get("Content-Disposition") or "").lower()
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
        return decoded(part.get_filename() or "")
    except (ValueError, TypeError, LookupError, UnicodeError):
        return "attachment"


def _attachment(part: Message, kind: str, name: str, disposition: str) -> Attachment:
    content_id = decoded(part.get("Content-ID") or "").strip("<> ") or None
    return Attachment(
        name=name or ("message.eml" if kind == "message/rfc822" else "attachment"),
        content_type=kind,
        content=_bytes(part),
        content_id=content_id,
        is_inline=disposition.startswith("inline") and content_id is not None,
    )


def _bytes(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        if not isinstance(inner, Message):
            return str(payload).encode("utf-8", "replace")
        try:
            return inner.as_bytes()
        except (UnicodeError, LookupError, KeyError, ValueError):
            return inner.as_string().encode("utf-8", "replace")
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AssertionError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    return str(part.get_payload()).encode("utf-8", "replace")


def _text(part: Message) -> str:
    content = _bytes(part)
    charset = str(part.get_content_charset() or "utf-8").strip("\"' ")
    for name in (charset, "utf-8", "cp1252"):
        try:
            return clean(content.decode(name))
        except (UnicodeError, LookupError, ValueError):
            continue
    return clean(content.decode("latin-1"))


def decoded(value: object) -> str:
    """A header's words as Unicode, whatever they claim to be encoded in."""
    text = str(value)
    try:
        parts = email.header.decode_header(text)
    except (ValueError, TypeError, AssertionError, email.header.HeaderParseError):
        return one_line(text)
    words = [_word(content, charset) for content, charset in parts]
    return one_line("".join(words))


def _word(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return content
    for name in (charset or "utf-8", "utf-8", "latin-1"):
        try:
            return content.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode("latin-1")


def one_line(text: str) -> str:
    return SPACES.sub(" ", clean(text)).strip()


def clean(text: str) -> str:
    """Without NUL, and without surrogates, which no JSON may carry; raw bytes become U+FFFD."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def addresses_in(values: list[str]) -> list[Address]:
    try:
        found = _lenient(values)
    except (TypeError, ValueError, IndexError):
        return []
    return [(one_line(name), one_line(address)) for name, address in found if address]


def _lenient(values: list[str]) -> list[Address]:
    """Newer Pythons refuse odd lists unless asked not to; older ones have no such argument."""
    if "strict" in inspect.signature(email.utils.getaddresses).parameters:
        return email.utils.getaddresses(values, strict=False)
    return email.utils.getaddresses(values)


def text_of(page: str) -> str:
    """HTML as the text Exchange would make of it, roughly: breaks kept, tags gone."""
    bare = BREAKS.sub("\n", TAGS.sub("", page))
    return clean(html.unescape(ANY_TAG.sub("", bare))).strip()
