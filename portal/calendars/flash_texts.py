"""Sentences after an action on rooms. Pure."""

from portal.flash_texts import FlashText


class RoomFlash(FlashText):
    """Rooms, and the people in whose name they are read."""

    READ_AGAIN = "The list of rooms is read again now; a worker takes it up within a second."
    ASKED_AS = "Microsoft is now asked about rooms in the name of {name}."
    DEPUTY_CHOSEN = "{name} takes over when the delegated room sync user cannot."
    DEPUTY_REMOVED = "{name} is the deputy no longer."
    NO_DEPUTY = "There is no deputy."
