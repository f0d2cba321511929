"""Turn conversations into raw messages (RFC 5322), and raw messages into an mbox."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from demo.messages import Conversation, Message
from demo.people import PRIYA

SATURDAY = 5


def as_mime(conversation: Conversation, *, today: datetime) -> Iterator[tuple[Message, bytes]]:
    """Yield each message with its raw form; answers refer to and quote the one before."""
    earlier: list[str] = []
    previous: Message | None = None
    for message in conversation.messages:
        own_id = _message_id(conversation, message)
        mime = _with_headers(message, today=today)
        mime["Message-ID"] = own_id
        mime["Subject"] = f"Re: {conversation.subject}" if earlier else conversation.subject
        if earlier:
            mime["In-Reply-To"] = earlier[-1]
            mime["References"] = " ".join(earlier)
        mime.set_content(_text(message, previous), cte="8bit")
        if message.attachment:
            name, text = message.attachment
            mime.add_attachment(text.encode(), "text", "plain", filename=name)
            mime.set_boundary(own_id.strip("<>").partition("@")[0])
        yield message, mime.as_bytes(policy=SMTP)
        earlier.append(own_id)
        previous = message


def folder_of(message: Message) -> str:
    """The folder of this message in Priya's mailbox."""
    return "Sent Items" if message.sender.name == PRIYA.name else "Inbox"


def mbox(raw: Iterable[bytes]) -> bytes:
    """Join messages into one file; quotes lines that look like a separator."""
    return b"".join(
        b"From demo Thu Jan  1 00:00:00 2026\n" + _unix(message).replace(b"\nFrom ", b"\n>From ")
        for message in raw
    )


def _with_headers(message: Message, *, today: datetime) -> EmailMessage:
    mime = EmailMessage()
    mime["From"] = message.sender.mailbox
    mime["To"] = message.to.mailbox
    if message.cc:
        mime["Cc"] = ", ".join(person.mailbox for person in message.cc)
    day = _working_day(today.date(), before=message.days_ago)
    sent = datetime.combine(day, time.fromisoformat(message.clock), tzinfo=today.tzinfo)
    mime["Date"] = format_datetime(min(sent, today - timedelta(minutes=5)))
    return mime


def _working_day(today: date, *, before: int) -> date:
    """Count back working days, since these people do not write at weekends."""
    day = today
    while before:
        day -= timedelta(days=1)
        before -= day.weekday() < SATURDAY
    return day


def _message_id(conversation: Conversation, message: Message) -> str:
    what = f"{conversation.subject}|{message.days_ago}|{message.clock}|{message.sender.address}"
    name = hashlib.sha256(what.encode()).hexdigest()[:24]
    return f"<{name}@{message.sender.address.partition('@')[2]}>"


def _text(message: Message, previous: Message | None) -> str:
    if previous is None:
        return f"{message.text}\n"
    quoted = "\n".join(f"> {line}".rstrip() for line in previous.text.splitlines())
    return f"{message.text}\n\n{previous.sender.name} wrote:\n{quoted}\n"


def _unix(message: bytes) -> bytes:
    return message.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n\n"
