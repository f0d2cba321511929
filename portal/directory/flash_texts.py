"""Sentences after an action on user sync. Pure."""

from portal.flash_texts import WARNING, FlashText


class DirectoryFlash(FlashText):
    """User sync, its choice of people, and what it asks."""

    GROUP_ADDED = "{name} is added: {people}."
    GROUP_UNREAD = ("{failure}", WARNING)
    GROUP_REMOVED = "{name} is taken out."
    CHOICE_HOLDS = "This choice holds now."
    NEXT_RUN_APPLIES = "The next run of user sync applies it."
    CHOICE_KEPT = "Nothing was changed. The choice from before holds."
    SHARED = "{name} is a shared mailbox: nobody is imported for it."
    PERSON_AGAIN = "{name} counts as a person again once the directory is read."
    RECRUITS = "{people} {recruit} now."
    RECRUITS_AS_BEFORE = "Nothing changed: {people} {recruit} now."
    AS_BEFORE = "Nothing changed."
    STATE = "{meaning}"
    READING = "The directory is looked at now."
    IMPORTING = "Portal imports {people} now. {members} of them {recruit}. Nobody is sent an email."
    IMPORTED_BEFORE = (
        "This import was started before. The next run of user sync brings later changes."
    )
    DISABLING = "{people} will be disabled and signed out now."
    KEEPING = "{people} {stay} enabled, until the directory says something new about them."
    NOT_AUTHORIZED = "Nobody authorizes user sync in their own name any more. Nobody was disabled."
