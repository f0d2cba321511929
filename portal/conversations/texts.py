"""Sentences about what was hidden or shown again. Pure."""

from portal.conversations.models import ShownAgain
from portal.flash_texts import Flash, FlashText, joined
from portal.wording import counted, verb


class ConversationFlash(FlashText):
    """Conversations that were hidden from colleagues, or shown to them again."""

    HIDDEN = "{messages} {are} hidden from colleagues whose own mailbox has no copy."
    NOT_HIDDEN = "You no longer hide {messages}."
    SEEN_AGAIN = "Colleagues see {them} again."
    STILL_HIDDEN = "{messages} {stay} hidden by a colleague."


def told_hidden(count: int) -> Flash:
    """The state after conversations with so many messages were hidden."""
    are = verb(count, "is", "are")
    return ConversationFlash.HIDDEN.of(messages=counted(count, "message"), are=are)


def told_shown_again(shown: ShownAgain) -> Flash:
    free = shown.messages - shown.still_hidden
    told = ConversationFlash.NOT_HIDDEN.of(messages=counted(shown.messages, "message"))
    if not shown.still_hidden:
        return joined(told, ConversationFlash.SEEN_AGAIN.of(them=verb(free, "it", "them")))
    still, stay = shown.still_hidden, verb(shown.still_hidden, "stays", "stay")
    hidden = ConversationFlash.STILL_HIDDEN.of(messages=counted(still, "message"), stay=stay)
    return joined(told, hidden)
