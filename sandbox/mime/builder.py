"""Raw messages built from Graph's JSON."""

import base64
import binascii
import email.message
import email.policy
import email.utils
import re
from dataclasses import dataclass
from email.errors import MessageError
from typing import Any

from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.errors import GraphError
from sandbox.mime import header_text, html_text, parser
from sandbox.rights import senders
from sandbox.rights.senders import Writer

INVALID_ADDRESS = re.compile(r"[\s<>,;\"()]")
KIND = re.compile(r"^\s*([\w.+-]+)/([\w.+-]+)")
MAX_CUSTOM_HEADERS = 5


@dataclass(frozen=True)
class Thread:
    """The headers that Exchange adds to a reply: its ancestors, and custom ones to keep."""

    headers: tuple[tuple[str, str], ...] = ()


def build(
    state: State,
    sender: Row,
    message: dict[str, Any],
    *,
    writer: Writer | None = None,
    thread: Thread | None = None,
    is_draft: bool = False,
) -> bytes:
    """Build the raw message. A draft has no From until it is sent, unless it names one.

    The right to its From is asked for when it is sent.
    """
    mime_message = email.message.EmailMessage(policy=email.policy.SMTP)
    try:
        wanted = ((message.get("from") or {}).get("emailAddress") or {}).get("address")
        if not is_draft:
            _set_senders(mime_message, senders.headers(state, sender, wanted, writer))
        elif wanted:
            mime_message["From"] = _formatted(_named(sender, wanted, message["from"]))
        _set_recipients(mime_message, message)
        _set_headers(state, sender, mime_message, message, thread or Thread())
        _set_body(mime_message, message)
        return mime_message.as_bytes()
    except (AttributeError, TypeError, LookupError, ValueError, MessageError) as error:
        raise GraphError(
            400, "RequestBodyRead", f"The message is not well formed: {type(error).__name__}."
        ) from error


def _set_senders(mime_message: email.message.EmailMessage, headers: dict[str, str | None]) -> None:
    for name, value in headers.items():
        if value is not None:
            mime_message[name] = value


def _named(sender: Row, wanted: str, recipient: dict[str, Any]) -> dict[str, Any]:
    """Give an address of one's own the name of the mailbox, whatever the client wrote."""
    is_own = wanted.lower() in [one.lower() for one in directory.addresses_of(sender)]
    named = {"name": sender["display_name"], "address": wanted}
    return {"emailAddress": named} if is_own else recipient


def complete(state: State, sender: Row, raw: bytes, writer: Writer | None = None) -> bytes:
    """Complete a client's own MIME: its From is replaced, missing headers are added."""
    parsed = parser.parse(raw)
    headers = senders.headers(state, sender, None, writer)
    if not parsed.header("date"):
        headers["Date"] = email.utils.format_datetime(state.now())
    if not parsed.header("message-id"):
        headers["Message-ID"] = email.utils.make_msgid(domain=state.setting("domain"))
    return with_headers(raw, headers)


def with_headers(raw: bytes, headers: dict[str, str | None]) -> bytes:
    """Replace some headers of a raw message, and remove those without a value."""
    end = re.search(rb"\r?\n\r?\n", raw)
    cut = end.start() + 1 if end else len(raw)
    head, rest = raw[:cut], raw[cut:]
    for name in headers:
        own = re.compile(rb"(?im)^" + name.encode() + rb":[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")
        head = own.sub(b"", head)
    lines = [
        f"{name}: {header_text.one_line(value)}\r\n".encode()
        for name, value in headers.items()
        if value is not None
    ]
    return b"".join(lines) + head + rest


def _set_recipients(mime_message: email.message.EmailMessage, message: dict[str, Any]) -> None:
    names = {
        "To": "toRecipients",
        "Cc": "ccRecipients",
        "Bcc": "bccRecipients",
        "Reply-To": "replyTo",
    }
    for name, member in names.items():
        found = [_formatted(recipient) for recipient in message.get(member) or ()]
        if found:
            mime_message[name] = ", ".join(found)


def _formatted(recipient: dict[str, Any]) -> str:
    named = recipient.get("emailAddress") or {}
    address = str(named.get("address") or "").strip()
    local, _, domain = address.rpartition("@")
    if not local or not domain or not address.isascii() or INVALID_ADDRESS.search(address):
        raise GraphError(
            400, "ErrorInvalidRecipients", f"At least one recipient isn't valid: {address[:100]}"
        )
    return email.utils.formataddr((header_text.one_line(str(named.get("name") or "")), address))


def _set_headers(
    state: State,
    sender: Row,
    mime_message: email.message.EmailMessage,
    message: dict[str, Any],
    thread: Thread,
) -> None:
    domain = directory.addresses_of(sender)[0].partition("@")[2]
    mime_message["Subject"] = header_text.one_line(str(message.get("subject") or ""))
    mime_message["Date"] = email.utils.format_datetime(state.now())
    mime_message["Message-ID"] = message.get("internetMessageId") or email.utils.make_msgid(
        domain=domain
    )
    importance = str(message.get("importance") or "normal").lower()
    if importance != "normal":
        mime_message["Importance"] = importance
    for name, value in (*thread.headers, *_custom_headers(message)):
        mime_message[name] = header_text.one_line(value)


def _custom_headers(message: dict[str, Any]) -> list[tuple[str, str]]:
    found = [(h["name"], str(h["value"])) for h in message.get("internetMessageHeaders") or ()]
    for name, _ in found:
        if not re.fullmatch(r"(?i)x-[!-9;-~]+", name):
            raise GraphError(
                400,
                "InvalidInternetMessageHeader",
                f"The internet message header name '{name}' should start with 'x-' or 'X-'.",
            )
    if len(found) > MAX_CUSTOM_HEADERS:
        raise GraphError(
            400,
            "InvalidInternetMessageHeaderCollection",
            f"Maximum number of headers in one message should be less than or equal to"
            f" {MAX_CUSTOM_HEADERS}.",
        )
    return found


def _set_body(mime_message: email.message.EmailMessage, message: dict[str, Any]) -> None:
    body = message.get("body") or {}
    content = header_text.clean(str(body.get("content") or ""))
    if str(body.get("contentType", "text")).lower() == "html":
        mime_message.set_content(html_text.text_of(content))
        mime_message.add_alternative(content, subtype="html")
    else:
        mime_message.set_content(content)
    for attachment in message.get("attachments") or ():
        _attach(mime_message, attachment)


def _attach(mime_message: email.message.EmailMessage, attachment: dict[str, Any]) -> None:
    kind = KIND.match(str(attachment.get("contentType") or ""))
    main, sub = (kind[1], kind[2]) if kind else ("application", "octet-stream")
    if main.lower() in ("message", "multipart"):
        main, sub = "application", "octet-stream"
    try:
        content = base64.b64decode(attachment.get("contentBytes") or "", validate=True)
    except binascii.Error as error:
        raise GraphError(
            400, "ErrorInvalidRequest", "The attachment's contentBytes are no base64."
        ) from error
    content_id = header_text.one_line(str(attachment.get("contentId") or ""))
    mime_message.add_attachment(
        content,
        maintype=main,
        subtype=sub,
        disposition="inline" if attachment.get("isInline") else "attachment",
        cid=f"<{content_id}>" if content_id else None,
        filename=header_text.one_line(str(attachment.get("name") or "attachment")),
    )
