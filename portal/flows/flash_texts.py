"""Sentences after the return from Microsoft: about a connection, or about a proof. Pure."""

from portal.flash_texts import ERROR, WARNING, FlashText


class ConnectionFlash(FlashText):
    """Connections, and mailboxes that a member reads by one."""

    SYNCED_BY_CONSENT = (
        "Your organization's consent already syncs your email with candidates. You need not "
        "connect your account for it."
    )
    CONNECTED = "{address} is connected."
    USER_SYNC = "{address} is connected, and user sync reads the directory by it."
    SENDING = "{address} is connected, and your mail goes out by it."
    GROUP_CALENDARS = "{address} is connected, and may open group calendars."
    AVAILABILITY = "{address} is connected, and your calendar can be read by it."
    INTERVIEWS = "{address} is connected, and you can organize interviews."
    WITHOUT_SCHEDULING = "{address} is connected, without group calendars."
    OPENED = "Portal opened {mailbox} by the permission of {name}, and syncs it from now on."
    OPENED_OFF = (
        "Portal opened {mailbox} by the permission of {name}. Its email sync is off until an "
        "owner turns it on."
    )
    KEEPS_OTHER = (
        "Microsoft does not let {name} open {mailbox}, so {other} goes on reading it. {address} "
        "is connected.",
        WARNING,
    )
    KEEPS_OTHER_UNTRIED = (
        "Microsoft did not answer in time, so {other} goes on reading {mailbox}. {address} is "
        "connected. Try again later.",
        WARNING,
    )
    NO_MAILBOX = (
        "{address} is connected. Microsoft has no mailbox {mailbox} in Exchange Online.",
        WARNING,
    )
    NO_ANSWER = (
        "{address} is connected. Microsoft did not answer in time, so Portal has not opened "
        "{mailbox} yet. The next sync tries.",
        WARNING,
    )
    NOT_OPENED = ("{address} is connected, and Portal could not open {mailbox}. {refusal}", WARNING)


class ConfirmationFlash(FlashText):
    """Sign-ins with Microsoft that were to prove who somebody is, and did not."""

    ANOTHER_ACCOUNT = (
        "That is another Microsoft account than yours here. Nothing is confirmed.",
        ERROR,
    )
    TIME_NOT_TOLD = (
        "Microsoft did not say when you signed in, so nothing is confirmed.",
        ERROR,
    )
    TOO_OLD = (
        "Microsoft did not ask you to sign in again, so nothing is confirmed. Please try once "
        "more.",
        ERROR,
    )
    IN_THE_FUTURE = (
        "Microsoft named a time that is still to come, so nothing is confirmed. The clock of this "
        "server may be wrong.",
        ERROR,
    )
    LEFT = (
        "You left Microsoft before it could confirm that it is you. Nothing was changed.",
        WARNING,
    )
    WAITED_TOO_LONG = (
        "That sign-in took too long, so it confirms nothing. Nothing was changed. Please try once "
        "more.",
        ERROR,
    )
    MICROSOFT_AWAY = (
        "Microsoft's sign-in has a problem and could not confirm that it is you. Nothing was "
        "changed. Please try again in a few minutes.",
        ERROR,
    )
    NOT_REGISTERED = (
        "Microsoft refuses this portal's registration, so it did not confirm that it is you. "
        "Nothing was changed. Tell an administrator to look at Checks.",
        ERROR,
    )
    NOT_TRUSTED = (
        "Portal could not trust Microsoft's answer, so nothing is confirmed. Nothing was changed. "
        "Please try once more.",
        ERROR,
    )
