"""All the mail that Priya's mailbox begins with."""

from collections.abc import Iterator
from datetime import datetime

from demo.letters import CONVERSATIONS, Letter
from demo.mailbox import messages
from demo.office import colleagues, newsletters


def history(today: datetime) -> Iterator[tuple[Letter, bytes]]:
    """A few hundred messages, of which the portal should keep some thirty."""
    for conversation in (*CONVERSATIONS, *colleagues(90), *newsletters(120)):
        yield from messages(conversation, today=today)
