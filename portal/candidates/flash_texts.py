"""Sentences after an action on candidates. Pure."""

from portal.flash_texts import WARNING, FlashText


class CandidateFlash(FlashText):
    """Candidates and files of them."""

    ADDED = "{name} is added. Portal is searching for past emails."
    SAVED = "{name} is saved."
    ADDRESS_SHARED = (
        "{address} is also an address of {name}. Mail with it appears in both feeds.",
        WARNING,
    )
    ADDRESS_REMOVED = (
        "{address} is no longer an address of {name}. New mail with it stays out.",
        WARNING,
    )
    MAIL_STAYS = ("What was there before stays in the feed; Edit offers to remove it.", WARNING)
    CLOSED = "{name} is closed. No new mail comes into this feed."
    REOPENED = "{name} is open again. Synced mailboxes are searched for mail of the time between."
    ENCODING_GUESSED = (
        "This file does not state its encoding and was read as {encoding}. Check the names with "
        "accents before you import.",
        WARNING,
    )
    COLUMNS_UNUSED = ("These columns are not used: {columns}.", WARNING)
    IMPORTED_BEFORE = ("This file was imported already; nothing was added twice.", WARNING)
