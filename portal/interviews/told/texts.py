"""The words of a mail that tells somebody the new time of an interview. Pure."""

from dataclasses import dataclass

from portal.interviews import times
from portal.interviews.lists import time_texts
from portal.interviews.microsoft import texts
from portal.interviews.microsoft.models import Known
from portal.interviews.models import Interview, Place, Role, Told
from portal.wording import place_of_zone


@dataclass(frozen=True)
class Text:
    subject: str
    text: str


def to_panelist(one: Interview, told: Told, *, zone: str, url: str, author: str) -> Text:
    """For somebody on the panel, in their own time zone."""
    return Text(
        f"New time: {one.label}",
        f"Hello {time_texts.first_name(told.name)},\n\n"
        f"{one.label} has a new time:\n{_when(one, zone)}\n\n"
        f"{_before(told, one, zone)} Your calendar may still show the old time.\n\n"
        f"{url}\n\n{author}",
    )


def to_candidate(known: Known, told: Told, *, author: str) -> Text:
    """For the candidate, in their time zone if it is known. Names the event as it is named."""
    one = known.interview
    zone = one.candidate_zone or one.zone
    name = texts.text(known, Role.CANDIDATE, join_url="", base_url="").subject
    link = " The link to join stays the same." if one.place is Place.TEAMS else ""
    return Text(
        f"New time: {name}",
        f"Hello {time_texts.first_name(one.candidate_name)},\n\n"
        f"“{name}” has a new time:\n{_when(one, zone)}\n\n"
        f"{_before(told, one, zone)} Your calendar may still show the old time.{link}\n\n{author}",
    )


def _when(one: Interview, zone: str) -> str:
    return f"{times.span(one.starts_at, one.ends_at, zone)} ({place_of_zone(zone)})"


def _before(told: Told, one: Interview, zone: str) -> str:
    """The time before, unless an earlier mail with the new one did not arrive."""
    if (told.starts_at, told.ends_at) == (one.starts_at, one.ends_at):
        return ""
    return f"Before, it was {times.span(told.starts_at, told.ends_at, zone)}."
