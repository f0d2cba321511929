"""Write a mail as the bytes that a server takes. Pure."""

import base64
import quopri
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from portal.addresses import ascii_domain
from portal.email_domain.headers import field, file_name, mailboxes, one_line, words
from portal.email_domain.models import Enclosure, Mailbox, Outgoing
from portal.smtp_config import SmtpConfig

MARK = "x-portal-message"
UNKNOWN_TYPE = "application/octet-stream"
# Types of a single part; anything else is sent as plain bytes.
SINGLE = re.compile(r"(?:application|audio|image|text|video)/[a-z0-9][a-z0-9.+-]{0,80}")
BREAK = re.compile("\r\n|\r|\n")


def message_id(smtp: SmtpConfig, mail_id: str) -> str:
    return f"<{mail_id}@{ascii_domain(smtp.domain)}>"


def composed(smtp: SmtpConfig, mail: Outgoing, *, boundary: str, now: datetime) -> bytes:
    """The whole mail. Raises Invalid for a text that no header can hold.

    `boundary` separates the parts, and cannot be guessed.
    """
    head = _head(smtp, mail, now)
    text = _text(mail.text)
    if not mail.files:
        return head.encode("ascii") + text
    kind = f'multipart/mixed; boundary="{boundary}"'
    parts = [text, *(_file(each) for each in mail.files)]
    return b"".join(
        [
            head.encode("ascii"),
            field("Content-Type", kind).encode("ascii"),
            *_separated(parts, boundary),
        ]
    )


def _head(smtp: SmtpConfig, mail: Outgoing, now: datetime) -> str:
    reply_to = (Mailbox(smtp.reply_to),) if smtp.reply_to else ()
    lists = {"Reply-To": reply_to, "To": mail.to, "Cc": mail.cc}
    sender = Mailbox(smtp.from_address, smtp.from_name)
    return "".join(
        [
            field("Message-ID", message_id(smtp, mail.id)),
            field("Date", format_datetime(now)),
            field("From", mailboxes([sender], "From")),
            *(field(name, mailboxes(each, name)) for name, each in lists.items() if each),
            field("Subject", words(one_line(mail.subject, "The subject"), "Subject")),
            field("Auto-Submitted", "auto-generated"),
            field(MARK, mail.id),
            field("MIME-Version", "1.0"),
        ]
    )


def _text(text: str) -> bytes:
    whole = (BREAK.sub("\n", text) + "\n").encode("utf-8", "replace")
    head = field("Content-Type", 'text/plain; charset="utf-8"')
    head += field("Content-Transfer-Encoding", "quoted-printable")
    return f"{head}\r\n".encode("ascii") + _crlf(quopri.encodestring(whole))


def _file(file: Enclosure) -> bytes:
    kind = file.content_type.lower()
    head = field("Content-Type", kind if SINGLE.fullmatch(kind) else UNKNOWN_TYPE)
    head += field("Content-Transfer-Encoding", "base64")
    head += field("Content-Disposition", f"attachment;\r\n {file_name(file.name)}")
    return f"{head}\r\n".encode("ascii") + _crlf(base64.encodebytes(file.content))


def _separated(parts: Iterable[bytes], boundary: str) -> Iterable[bytes]:
    for part in parts:
        yield f"\r\n--{boundary}\r\n".encode("ascii") + part
    yield f"\r\n--{boundary}--\r\n".encode("ascii")


def _crlf(lines: bytes) -> bytes:
    return lines.replace(b"\n", b"\r\n")
