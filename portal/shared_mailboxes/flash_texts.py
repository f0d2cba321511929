"""Sentences after an action on shared mailboxes. Pure."""

from portal.flash_texts import WARNING, FlashText


class SharedMailboxFlash(FlashText):
    """Shared mailboxes and who wrote to them."""

    ADDED = "{address} is added."
    READ_ONCE_OPEN = "Portal reads it as soon as Exchange opens it."
    READ = "Portal reads it from now on."
    STATE = "{state}"
    OWNERS = "Owners of {address}: {names}."
    NOT_READ = "{address} is no longer read. Its mail stays in Portal."
    REMOVED = "Removed: {messages}. Nothing changed in Outlook."
    NO_READER = "No member reads {address} any more. Its mail stays in Portal."
    APPLICANT_REFUSED = ("{reason}", WARNING)
    APPLICANTS_ADDED = "{candidates} {are} added."
    EARLIER_WAITS = "Their earlier mail in {address} waits until an owner decides."
    SEARCHING = "Portal searches for their mail."
    CANDIDATES_BEFORE = ("They are candidates already.", WARNING)
