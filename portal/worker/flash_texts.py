"""Sentences after an action on jobs. Pure."""

from portal.flash_texts import FlashText


class JobFlash(FlashText):
    """Work that an administrator tries again."""

    DUE = "Trying again now."
