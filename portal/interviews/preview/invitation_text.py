"""The candidate's invitation as it will arrive. Pure."""

import html
import re
from dataclasses import dataclass

from portal.interviews import times
from portal.interviews.lists import time_texts
from portal.interviews.microsoft.models import Known
from portal.interviews.microsoft.texts import text
from portal.interviews.models import Interview, Place, Role
from portal.interviews.preview.audience import Meant
from portal.wording import place_of_zone

PARAGRAPH_END = re.compile(r"</p>")
LINE_END = re.compile(r"<br ?/?>")
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class InvitationText:
    """Subject, sender, recipient, time, place and words. `theirs` is empty without their zone."""

    subject: str
    sender: str
    recipient: str
    when: str
    ours: str
    where: str
    said: str
    has_link: bool


def invitation_text(meant: Meant, kind_name: str, *, base_url: str) -> InvitationText:
    """The event that the candidate is invited to, in the words that are written to Microsoft."""
    one = meant.interview
    known = Known(one, meant.panel, (), (), kind_name)
    role = Role.INTERNAL if one.is_one_event else Role.CANDIDATE
    written = text(known, role, join_url="", base_url=base_url)
    when, ours = _when(one)
    return InvitationText(
        subject=written.subject,
        sender=meant.organizer_seen,
        recipient=one.candidate_address,
        when=when,
        ours=ours,
        where=str(written.location["displayName"]),
        said=plain(written.html),
        has_link=one.place is Place.TEAMS,
    )


def _when(one: Interview) -> tuple[str, str]:
    """The time in the candidate's zone, and ours beside it where it is another hour."""
    ours, theirs = times.known(one.zone), time_texts.zone_of(one.candidate_zone)
    here = time_texts.at_once(one, ours, one.created_at)
    if theirs is None or not time_texts.is_elsewhere(one.starts_at, theirs, ours):
        return here, ""
    there = time_texts.at_once(one, theirs, one.created_at)
    return there, f"{one.starts_at.astimezone(ours):%H:%M} in {place_of_zone(one.zone)}"


def plain(written: str) -> str:
    """HTML of ours as text: paragraphs and lines, without tags."""
    lines = LINE_END.sub("\n", PARAGRAPH_END.sub("\n\n", written))
    return html.unescape(TAG.sub("", lines)).strip()
