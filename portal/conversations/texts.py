"""Sentences about what was hidden or shown again. Pure."""

from portal.conversations.models import ShownAgain
from portal.wording import counted, verb


def told_hidden(count: int) -> str:
    """The state after conversations with so many messages were hidden."""
    return (
        f"{counted(count, 'message')} {verb(count, 'is', 'are')} hidden from colleagues whose own "
        "mailbox has no copy."
    )


def told_shown_again(shown: ShownAgain) -> str:
    free = shown.messages - shown.still_hidden
    told = f"You no longer hide {counted(shown.messages, 'message')}."
    if not shown.still_hidden:
        return f"{told} Colleagues see {verb(free, 'it', 'them')} again."
    still = counted(shown.still_hidden, "message")
    return f"{told} {still} {verb(shown.still_hidden, 'stays', 'stay')} hidden by a colleague."
