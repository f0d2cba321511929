"""Sentences after an action on consent and on the application. Pure."""

from portal.flash_texts import ERROR, WARNING, FlashText


class ConsentFlash(FlashText):
    """The organization's consent, and the application at Microsoft."""

    HINDERED = ("{reason}", ERROR)
    NOT_GIVEN = ("{failure}", ERROR)
    INCOMPLETE = ("Microsoft does not grant everything yet. Missing: {permissions}.", WARNING)
    COMPLETE = "Microsoft grants everything that Portal needs."
    SENDING_OFF = "Members send by their own connections. The organization does not."
    SENDING_ON = "Members send mail by the organization's consent."
    SENDING_LACKS = (
        "The organization's consent lacks {permission}. Consent again to send by it.",
        WARNING,
    )
    CALENDARS_OFF = "Calendars are read by people's own connections alone."
    CALENDARS_ON = "Calendars are read by the organization's consent."
    CALENDARS_LACK = (
        "The organization's consent lacks Calendars.Read. Consent again to read by it.",
        WARNING,
    )
    WRITING_OFF = "Interviews are written by their organizers' own connections alone."
    WRITING_ON = "Interviews are written by the organization's consent."
    WRITING_LACKS = (
        "The organization's consent lacks Calendars.ReadWrite. Consent again under "
        "Integrations, Microsoft 365. Until then, organizers need their own connections.",
        WARNING,
    )
    APPLICATION_SAVED = "Microsoft accepts the application, and Portal uses it from now on."
    APPLICATION_REMOVED = "The application and its secret are removed here."
    NO_APPLICATION = ("There is no application to remove.", WARNING)
