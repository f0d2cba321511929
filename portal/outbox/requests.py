"""The requests that send a mail, as JSON of Graph. Pure."""

import html
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.outbox.models import Field, File, Kind, Mail, Recipient

# Copies do not show their headers, so the property finds them again.
HEADER = "x-portal-message"
PROPERTY = "String {9f6c3a54-3b1e-4f7e-9a41-5d0c7f4f2a11} Name PortalMessage"
# Exchange drops Auto-Submitted and takes no header without “x-”. This one asks servers for no
# automatic answers: https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxcmail
NO_ANSWERS = {"name": "x-auto-response-suppress", "value": "All"}
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
ANSWERED = "re:"


@dataclass(frozen=True)
class Span:
    """A piece of a text. `is_link`: its text is the address that it opens."""

    text: str
    is_link: bool = False


def new_mail(
    mail: Mail, recipients: Collection[Recipient], files: Iterable[File], *, is_marked: bool
) -> dict[str, Any]:
    """The body of sendMail."""
    message = _message(mail, recipients, files, is_marked=is_marked)
    return {"message": message, "saveToSentItems": True}


def answer(
    mail: Mail, recipients: Collection[Recipient], files: Iterable[File], *, is_marked: bool
) -> dict[str, Any]:
    """The body of reply. Without a comment, Exchange adds no quotation."""
    return {"message": _message(mail, recipients, files, is_marked=is_marked)}


def _message(
    mail: Mail, recipients: Collection[Recipient], files: Iterable[File], *, is_marked: bool
) -> dict[str, Any]:
    message: dict[str, Any] = {
        "subject": mail.subject,
        "body": {"contentType": "HTML", "content": as_html(mail.whole_text)},
        "from": {"emailAddress": {"address": mail.from_address, "name": mail.from_name}},
        "toRecipients": _addressed(recipients, Field.TO),
        "ccRecipients": _addressed(recipients, Field.CC),
        "internetMessageHeaders": [{"name": HEADER, "value": mail.id}],
    }
    if mail.kind is Kind.AUTOMATED:
        message["internetMessageHeaders"].append(NO_ANSWERS)
    attachments = [_attachment(each) for each in files]
    if attachments:
        message["attachments"] = attachments
    if is_marked:
        message["singleValueExtendedProperties"] = [{"id": PROPERTY, "value": mail.id}]
    return message


def _addressed(recipients: Iterable[Recipient], field: Field) -> list[dict[str, Any]]:
    return [
        {"emailAddress": {"address": each.address} | ({"name": each.name} if each.name else {})}
        for each in recipients
        if each.field is field
    ]


def _attachment(file: File) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": file.name,
        "contentType": file.content_type,
        "contentBytes": file.content or "",
    }


def as_html(text: str) -> str:
    """Plain text as escaped HTML: paragraphs, line breaks, and http and https links."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    paragraphs = [each for each in re.split(r"\n\s*\n", lines) if each.strip()]
    return "".join(f"<p>{_lines(each)}</p>" for each in paragraphs)


def _lines(paragraph: str) -> str:
    return "<br>".join(_linked(line) for line in paragraph.strip("\n").split("\n"))


def _linked(line: str) -> str:
    return "".join(
        f'<a href="{html.escape(each.text)}">{html.escape(each.text)}</a>'
        if each.is_link
        else html.escape(each.text)
        for each in spans(line)
    )


def spans(text: str) -> Iterator[Span]:
    """A text with its http and https links, the same in the mail as on our pages."""
    end = 0
    for found in LINK.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()])
        yield Span(found[0], is_link=True)
        end = found.end()
    if end < len(text):
        yield Span(text[end:])


def as_new_subject(subject: str) -> str:
    """The subject of an answer that goes as a new mail."""
    return subject if subject.casefold().startswith(ANSWERED) else f"Re: {subject}"


def by_mark(mail_id: str) -> str:
    """A filter that finds the copy of a mail."""
    return (
        f"singleValueExtendedProperties/Any(ep: ep/id eq '{PROPERTY}' and ep/value eq '{mail_id}')"
    )
