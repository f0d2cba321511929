"""Sentences after an action on interviews. Pure."""

from portal.flash_texts import WARNING, FlashText


class InterviewFlash(FlashText):
    """Interviews, their kinds, and what was changed in Outlook."""

    WAITS_FOR_MICROSOFT = (
        "The change of {label} is saved. Nobody hears of it while Microsoft 365 is not enabled."
    )
    SCHEDULED = "Portal now writes the interview to the calendars and sends the invitations."
    SCHEDULED_BEFORE = "This form was sent before. Here is its interview."
    RESCHEDULED = "Portal changes the interview now. This page says who has been told."
    TIME_AS_BEFORE = "Nothing changed, so nobody gets mail."
    CANCELLED = "{label} is cancelled."
    CANCELLING = "Portal is cancelling {label} now. This page says who has been told."
    TAKEN_OFF = "Portal is taking {label} off the calendar now. Then choose a new time."
    TRIED_AGAIN = "Portal is trying {label} again now."
    INVITED_AGAIN = "Portal is making the events of {label} again, and then invites everybody."
    DISCARDED = "{label} is discarded."
    PANEL_AS_BEFORE = "The panel is as before."
    PANEL_SAVED = "The panel of {label} is saved. Now choose a new time."
    PANEL_CHANGING = "Portal is changing the panel of {label} now."
    PLACE_AS_BEFORE = "The place is as before."
    PLACE_SAVED = "The place of {label} is saved. Now choose a new time."
    PLACE_CHANGING = "Portal is changing the place of {label} now."
    HOME_AS_BEFORE = "The calendar and the organizer are as before."
    HOME_SAVED = "The calendar of {label} is saved. Now choose a new time."
    HOME_CHANGING = "Portal is making the events of {label} again."
    ROOM_OUTDATED = (
        "This interview changed after you opened its page, so its room stays. Look once more.",
        WARNING,
    )
    ROOM_AS_BEFORE = "{room} is the room already."
    ROOM_CHANGING = "Portal now invites {room}. {other} gets a cancellation."
    MOVED_BACK = "Portal moves the interview back now. This page says who has been told."
    MOVE_KEPT = "The new time stays. This page says who has been told."
    TAKING_OVER = "Portal is changing {label} now."
    PUT_BACK_LATER = "This is saved. Portal puts it back once Microsoft 365 is enabled again."
    PUTTING_BACK = "Portal is putting this back now. This page says when it is done."
    PROPOSAL_DECLINED = "The interview keeps its time."
    DECIDED = "This is decided, and nobody gets mail."
    NEW_TIME_MAILED = "The mail to {names} waits to go out."
    JUST_READ = "Portal read the calendar a few seconds ago."
    NOT_WATCHED = (
        "Portal does not watch this interview now, since nobody is invited to it.",
        WARNING,
    )
    WATCH_LOST = ("{reason}", WARNING)
    READING = "Portal reads the calendar now. Reload this page in a few seconds."
    KIND_ADDED = "“{name}” is added. Colleagues can schedule it now."
    KIND_SAVED = "“{name}” is saved. It counts for interviews scheduled from now on."
    KIND_RETIRED = "“{name}” is retired. Interviews of this kind stay as they are."
    KIND_BACK = "“{name}” is back. Colleagues can schedule it again."
    LEFT = "{name} can no longer sign in, and is signed out everywhere."
    NONE_TO_DECIDE = "No interview needs a decision."
    TO_DECIDE = "{interviews} {need} a decision."
