"""Conversations become messages as they travel (RFC 5322), and messages become an mbox."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from demo.cast import PRIYA
from demo.letters import Conversation, Letter

SATURDAY = 5


def messages(conversation: Conversation, *, today: datetime) -> Iterator[tuple[Letter, bytes]]:
    """Each message with what it came from; answers name and quote the message before."""
    earlier: list[str] = []
    previous: Letter | None = None
    for letter in conversation.letters:
        own_id = _message_id(conversation, letter)
        message = _message(letter, today=today)
        message["Message-ID"] = own_id
        message["Subject"] = f"Re: {conversation.subject}" if earlier else conversation.subject
        if earlier:
            message["In-Reply-To"] = earlier[-1]
            message["References"] = " ".join(earlier)
        message.set_content(_text(letter, previous), cte="8bit")
        if letter.attachment:
            name, text = letter.attachment
            message.add_attachment(text.encode(), "text", "plain", filename=name)
            message.set_boundary(own_id.strip("<>").partition("@")[0])
        yield letter, message.as_bytes(policy=SMTP)
        earlier.append(own_id)
        previous = letter


def folder_of(letter: Letter) -> str:
    """Where the message lies in Priya's mailbox."""
    return "Sent Items" if letter.sender.name == PRIYA.name else "Inbox"


def mbox(raw: Iterable[bytes]) -> bytes:
    """One file of many messages; a line that looks like a separator is quoted."""
    return b"".join(
        b"From demo Thu Jan  1 00:00:00 2026\n" + _unix(message).replace(b"\nFrom ", b"\n>From ")
        for message in raw
    )


def _message(letter: Letter, *, today: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = letter.sender.mailbox
    message["To"] = letter.to.mailbox
    if letter.cc:
        message["Cc"] = ", ".join(person.mailbox for person in letter.cc)
    day = _working_day(today.date(), before=letter.days_ago)
    sent = datetime.combine(day, time.fromisoformat(letter.clock), tzinfo=today.tzinfo)
    message["Date"] = format_datetime(min(sent, today - timedelta(minutes=5)))
    return message


def _working_day(today: date, *, before: int) -> date:
    """So many working days ago: nobody here writes on a Sunday."""
    day = today
    while before:
        day -= timedelta(days=1)
        before -= day.weekday() < SATURDAY
    return day


def _message_id(conversation: Conversation, letter: Letter) -> str:
    what = f"{conversation.subject}|{letter.days_ago}|{letter.clock}|{letter.sender.address}"
    name = hashlib.sha256(what.encode()).hexdigest()[:24]
    return f"<{name}@{letter.sender.address.partition('@')[2]}>"


def _text(letter: Letter, previous: Letter | None) -> str:
    if previous is None:
        return f"{letter.text}\n"
    quoted = "\n".join(f"> {line}".rstrip() for line in previous.text.splitlines())
    return f"{letter.text}\n\n{previous.sender.name} wrote:\n{quoted}\n"


def _unix(message: bytes) -> bytes:
    return message.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n\n"
