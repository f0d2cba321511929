"""Sentences after an action on alerts. Pure."""

from portal.flash_texts import FlashText


class AlertFlash(FlashText):
    """Mail to a person in need."""

    MAIL_ON = "You get mail when something in Portal needs you."
    MAIL_OFF = "You get no mail when something in Portal needs you."
