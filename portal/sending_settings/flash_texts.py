"""Sentences after an action on automated mail. Pure."""

from portal.flash_texts import ERROR, WARNING, FlashText


class SendingFlash(FlashText):
    """The email domain and the mailbox of automated mail."""

    DOMAIN_SAVED = (
        "The settings are saved. {host} took a test mail to {address}: check that it arrived "
        "and was not filed as spam."
    )
    DOMAIN_REMOVED = "The email domain is removed, with its password."
    TEST_FAILED = ("The test failed. {reason}", ERROR)
    TESTED = "{host} took a test mail to {address}. Check that it arrived."
    TEST_HELD = ("The test mail is held: no mailbox sends automated mail now.", WARNING)
    TEST_WAITS = "A test mail to {address} waits to go out from {sender}."
    MAILBOX_CHOSEN = "{address} is chosen. It sends only while there is no email domain."
    MAILBOX_SENDS = "Automated mail goes out from {address} now."
    LEFT = "The message is left. It is never sent again."
