"""Sentences after an action on group calendars. Pure."""

from portal.flash_texts import WARNING, FlashText


class GroupCalendarFlash(FlashText):
    """Group calendars, their people and their removal."""

    DEFAULT = "{name} is the default calendar now."
    ADDED = "{name} is added, and is the default calendar now."
    DEFAULT_BEFORE = "The default before was {name}."
    CHECKING = (
        "Portal checks {name} and its people again now. Open this page again to see what it found."
    )
    NOBODY_REMINDED = (
        "Nobody was reminded: each had a reminder within a day, or needs none.",
        WARNING,
    )
    REMINDERS_WAIT = "{reminders} to go out to {people}."
    REMIND_THE_REST = "{people} remain: press it again."
    REMINDER_WAITS = "A reminder waits to go out to {name}. This page says whether it did."
    REMINDER_HELD = ("The reminder to {name} is held. {because}", WARNING)
    REMOVED_BEFORE = ("This calendar is removed already. You can add it again.", WARNING)
    KEPT = "{name} stays. Interviews that moved to another calendar stay there."
    RETIRING = "{name} is not offered any more. Portal removes it once nothing is left on it."
    REMOVED = "{name} is removed. Its group and calendar stay at Microsoft."
    OTHER_DEFAULT = "The default is {name}."
    NO_DEFAULT = "No calendar is the default now."
    NONE_LEFT = "No calendar is left, so people connect without Group.ReadWrite.All from now on."
