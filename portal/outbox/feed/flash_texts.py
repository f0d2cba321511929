"""Sentences after an action on sent mail. Pure."""

from portal.flash_texts import FlashText


class SentMailFlash(FlashText):
    """Mail that waits to go out, or went."""

    TAKEN_BACK = "Your message was taken back. It did not go out."
    LEFT = "The message is left as it is. It may have gone out."
    SENT_BEFORE = "This message was sent before. Its entry says what became of it."
    GOES_OUT = "Your message goes out {when}. Until then you can take it back."
