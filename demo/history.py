"""The initial messages of Priya's mailbox."""

from collections.abc import Iterator
from datetime import datetime

from demo.background_messages import colleagues, newsletters
from demo.messages import CONVERSATIONS, Message
from demo.mime import as_mime


def history(today: datetime) -> Iterator[tuple[Message, bytes]]:
    """Yield a few hundred messages, about thirty of them with candidates."""
    for conversation in (*CONVERSATIONS, *colleagues(90), *newsletters(120)):
        yield from as_mime(conversation, today=today)
