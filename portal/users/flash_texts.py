"""Sentences after an action on people and sessions. Pure."""

from portal.flash_texts import FlashText


class UserFlash(FlashText):
    """People, their roles, sessions and passwords."""

    FIRST_ADMIN = (
        "You are the first administrator. Connect your platform here; invite people under Users."
    )
    CONFIRMED = "You confirmed that it is you. For ten minutes you can save without being asked."
    SIGNED_OUT = "You are signed out."
    ZONE_CHOSEN = "Times are now in this time zone: {place}."
    ZONE_TAKEN = (
        "Times are in the time zone of your browser: {place}. You can change it under Personal "
        "info."
    )
    SESSION_ENDED = "That session is ended."
    SESSION_OVER = "That session had ended already."
    OTHERS_ENDED = "{sessions} {were} ended."
    NO_OTHERS = "You have no other session."
    SIGN_IN_CHANGED = "Your password is changed. Your other sessions have ended."
    INVITATION_WITHDRAWN = "The invitation is withdrawn; its link no longer works."
    ENABLED = "{name} can sign in."
    DISABLED = "{name} can no longer sign in, and is signed out everywhere."
    ENABLED_SOME = "{people} can sign in now."
    ROLE_CHANGED = "The role of {name} is now {role}."
    MAILBOX_CLOSED = "Their mailbox stays closed until they agree at their next visit."
    SYNC_OFF = "Their email sync is off now, and their mail stays."
    SESSIONS_ENDED = "{name} is signed out everywhere."
    ALL_SESSIONS_ENDED = "Everybody else has to sign in again: {sessions} {are} ended."
