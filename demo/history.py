"""All the mail that Priya's mailbox begins with."""

from collections.abc import Iterator
from datetime import datetime

from demo.background_messages import colleagues, newsletters
from demo.messages import CONVERSATIONS, Message
from demo.mime import as_mime


def history(today: datetime) -> Iterator[tuple[Message, bytes]]:
    """A few hundred messages, of which the portal should keep some thirty."""
    for conversation in (*CONVERSATIONS, *colleagues(90), *newsletters(120)):
        yield from as_mime(conversation, today=today)
