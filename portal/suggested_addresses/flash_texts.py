"""Sentences after an answer to a suggested address. Pure."""

from portal.flash_texts import FlashText


class SuggestionFlash(FlashText):
    """Suggested addresses of candidates."""

    ADDED = "{address} is added."
    SEARCHING = "Portal searches for mail with it."
    EARLIER_WAITS = "Earlier mail with it in {mailboxes} waits until {who}."
    DECLINED = "You are not asked about {address} again."
