"""Reports about mail that was not delivered, or is delayed, in the forms that servers write.

https://learn.microsoft.com/exchange/mail-flow/non-delivery-reports-in-exchange-online
https://www.rfc-editor.org/rfc/rfc3464
"""

import email.utils
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header

from sandbox.mime import header_text, parser

EXCHANGE = "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@{}>"
POSTMASTER = "<postmaster@{}>"
DAEMON = "Mail Delivery Subsystem <mailer-daemon@{}>"
HEAD_END = re.compile(rb"\r?\n\r?\n")
OWN_HEADER = re.compile(rb"(?im)^x-[^\n]*\n(?:[ \t][^\n]*\n)*")


@dataclass(frozen=True)
class Fate:
    """The end of a message at one address, as its report states it."""

    action: str
    status: str
    diagnostic: str
    words: str


FATES = {
    "unknown": Fate(
        "failed",
        "5.1.10",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "The email address wasn't found. Check for a wrong spelling and send again.",
    ),
    "full": Fate(
        "failed", "5.2.2", "554 5.2.2 mailbox full", "The mailbox of the recipient is full."
    ),
    "refused": Fate(
        "failed",
        "5.7.1",
        "550 5.7.1 message refused by policy",
        "The server of the recipient refused the message.",
    ),
    "expired": Fate(
        "failed",
        "4.4.7",
        "550 4.4.7 QUEUE.Expired; message expired",
        "The message could not be delivered in time. There are no more attempts.",
    ),
    "delayed": Fate(
        "delayed",
        "4.4.7",
        "441 4.4.1 Error communicating with target host",
        "The message has not been delivered yet. Attempts go on.",
    ),
}


@dataclass(frozen=True)
class Form:
    """The parts of a report, and its sender.

    `returned` is the type of the part that holds the original, or empty.
    """

    sender: str = EXCHANGE
    kind: str = "message/delivery-status"
    returned: str = "message/rfc822"
    is_one_block: bool = False
    has_own_headers: bool = True
    names_original: bool = False
    is_report: bool = True


FORMS = {
    "exchange": Form(),
    "headers": Form(returned="text/rfc822-headers"),
    "global": Form(kind="message/global-delivery-status", returned="message/global"),
    "globalHeaders": Form(kind="message/global-delivery-status", returned="message/global-headers"),
    "oneBlock": Form(sender=POSTMASTER, returned="text/rfc822-headers", is_one_block=True),
    "withoutMark": Form(returned="text/rfc822-headers", has_own_headers=False),
    "google": Form(sender=DAEMON, returned="", names_original=True),
    "withoutOriginal": Form(sender=POSTMASTER, returned=""),
    "emptySender": Form(sender=""),
    "text": Form(sender=POSTMASTER, is_report=False),
}


@dataclass(frozen=True)
class Reported:
    """The message that a report is about: its raw form, its sender and one recipient."""

    raw: bytes
    sender: str
    recipient: str
    domain: str
    at: datetime


def report(about: Reported, fate: Fate, form: Form) -> bytes:
    """Write a report as it arrives in the sender's mailbox."""
    text = f"{fate.words}\r\n\r\n{about.recipient}\r\n"
    if not form.is_report:
        return _head(about, fate, form, "text/plain; charset=utf-8") + text.encode()
    boundary = email.utils.make_msgid(domain=about.domain).strip("<>").partition("@")[0]
    alternative = _multipart(
        "alternative",
        f"{boundary}-text",
        [
            _part("text/plain; charset=utf-8", text.encode()),
            _part("text/html; charset=utf-8", f"<p>{fate.words}</p>\r\n".encode()),
        ],
    )
    parts = [alternative, _part(form.kind, _fields(about, fate, form))]
    if form.returned:
        parts.append(_part(form.returned, _returned(about.raw, form)))
    kind = f'multipart/report; report-type=delivery-status; boundary="{boundary}"'
    return _head(about, fate, form, kind) + _bodies(boundary, parts)


def _head(about: Reported, fate: Fate, form: Form, kind: str) -> bytes:
    original = parser.parse(about.raw)
    identity = header_text.one_line(original.header("message-id"))
    word = "Undeliverable" if fate.action == "failed" else "Delivery delayed"
    fields = {
        "Return-Path": "<>",
        "From": form.sender.format(about.domain),
        "To": about.sender,
        "Date": email.utils.format_datetime(about.at),
        "Subject": _encoded(f"{word}: {original.header('subject')}"),
        "Message-ID": email.utils.make_msgid(domain=about.domain),
        "In-Reply-To": "" if form.names_original else identity,
        "References": "" if form.names_original else identity,
        "Auto-Submitted": "auto-replied",
        "MIME-Version": "1.0",
        "Content-Type": kind,
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    return "\r\n".join([*lines, "", ""]).encode()


def _encoded(subject: str) -> str:
    return Header(header_text.one_line(subject)).encode(linesep="\r\n")


def _fields(about: Reported, fate: Fate, form: Form) -> bytes:
    """Write the fields of the message and of its recipient, in two blocks or in one."""
    of_message = [f"Reporting-MTA: dns;mail.{about.domain}"]
    if form.names_original:
        identity = parser.parse(about.raw).header("message-id")
        of_message.append(f"X-Original-Message-ID: {header_text.one_line(identity)}")
    of_message.append(f"Arrival-Date: {email.utils.format_datetime(about.at)}")
    of_recipient = [
        f"Final-Recipient: rfc822;{about.recipient}",
        f"Action: {fate.action}",
        f"Status: {fate.status}{' (see the diagnostic code)' if form.is_one_block else ''}",
        f"Remote-MTA: dns;mx.{about.recipient.partition('@')[2]}",
        f"Diagnostic-Code: smtp;{fate.diagnostic}",
    ]
    between = [] if form.is_one_block else [""]
    return "\r\n".join([*of_message, *between, *of_recipient, ""]).encode()


def _returned(raw: bytes, form: Form) -> bytes:
    end = HEAD_END.search(raw)
    cut = end.start() + 2 if end else len(raw)
    head = raw[:cut] if form.has_own_headers else OWN_HEADER.sub(b"", raw[:cut])
    return head if form.returned.endswith("headers") else head + raw[cut:]


def _part(kind: str, content: bytes) -> bytes:
    return f"Content-Type: {kind}\r\n\r\n".encode() + content


def _multipart(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + _bodies(boundary, parts)


def _bodies(boundary: str, parts: list[bytes]) -> bytes:
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
