"""Sentences after an action on email sync. Pure."""

from portal.flash_texts import WARNING, FlashText


class EmailSettingsFlash(FlashText):
    """Email sync of one mailbox."""

    SYNCING = "{whose} email with candidates is synced now."
    OFF = "Email sync is off. {mailbox} is not opened; what is in Portal stays."
    OFF_AND_REMOVED = (
        "Email sync is off. {mailbox} is not opened. Removed: {messages}. Nothing changed in "
        "Outlook."
    )
    CHECKING = "{mailbox} is looked at now."
    READING_ADDRESSES = "{whose} addresses are read again now."
    ALIAS_OFF = "{address} is no longer synced. What came through it stays."
    ALIAS_SEARCHING = "{address} is synced now. Portal searches past email for it."
    ALIAS_ON = "{address} is synced for new email."
    REMOVED = "Removed: {messages}. Nothing changed in Outlook."
    NOT_CONNECTED = ("There is no connection to revoke.", WARNING)
