"""The pages that do what a reason says: “Choose another room” stands on a button. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from portal.interviews.lists.state_texts import Offer

# The pages that choose each of them again, the better one first.
PAGES = {
    "calendar": (Offer.CALENDAR,),
    "organizer": (Offer.CALENDAR,),
    "panel": (Offer.PANEL,),
    "place": (Offer.PLACE,),
    # Rescheduling shows when rooms are free.
    "room": (Offer.RESCHEDULE, Offer.PLACE),
    "time": (Offer.RESCHEDULE,),
}
INVITE_AGAIN = "Invite everybody again"
NAMED = re.compile(r"\banother (\w+)")


@dataclass(frozen=True)
class Way:
    label: str
    action: Offer


def ways(reason: str, allowed: Collection[Offer]) -> tuple[Way, ...]:
    """The ways on that a reason names, as far as they are possible now. Each page once."""
    found: dict[Offer, Way] = {}
    if INVITE_AGAIN in reason and Offer.INVITE_AGAIN in allowed:
        found[Offer.INVITE_AGAIN] = Way(INVITE_AGAIN, Offer.INVITE_AGAIN)
    for noun in NAMED.findall(reason):
        action = next((each for each in PAGES.get(noun, ()) if each in allowed), None)
        if action is not None and action not in found:
            found[action] = Way(f"Choose another {noun}", action)
    return tuple(found.values())
