"""Sentences after an action on privacy. Pure."""

from portal.flash_texts import WARNING, FlashText


class PrivacyFlash(FlashText):
    """Never-sync lists, earlier mail, relays and retention."""

    LISTED = "Mail with {label} is no longer synced from {where}."
    UNLISTED = "{title} is off the list. {where} read again for what it kept out."
    REMOVED = "Removed: {messages}. Nothing changed in Outlook."
    RELAY_ADDED = "The domain is on the list."
    FOR_NEW_MAIL = "It holds for new mail."
    SEARCHING_EARLIER = "Earlier mail in {mailboxes} is searched now."
    RELAY_REMOVED = "The domain is off the list. Mail that it brought stays."
    CANDIDATES_DELETED = "Deleted: {candidates}. Nothing changed in Outlook."
    SPARED = (
        "{candidates} {are} no longer proposed: deleted before, or in contact again.",
        WARNING,
    )
    ASKED_FIRST = "{who} asked before earlier mail of a candidate added from now on is brought in."
    NOT_ASKED = "{who} no longer asked about new candidates. What waits already goes on waiting."
    SEARCHING = "Portal searches {mailbox} for earlier mail with {name}."
    READING_AGAIN = "Portal reads {mailbox} again for mail with {name}."
    LEFT_OUT = "Earlier mail with {name} stays in {mailbox}. New mail syncs."
