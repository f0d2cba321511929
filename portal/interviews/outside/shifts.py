"""A time before and now in words, for a reader and for the candidate. Pure."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from portal.availability.spans import Span
from portal.interviews.lists import time_texts
from portal.interviews.models import Interview
from portal.interviews.plan.grid import their_time

VERY = {"early": "very early", "late": "very late", "": ""}


@dataclass(frozen=True)
class Shift:
    """Two times. The notes are the candidate's hours, where their clock shows others."""

    before: str
    now: str
    before_note: str
    now_note: str
    is_odd: bool


def shift(one: Interview, before: Span, after: Span, zone: tzinfo, *, now: datetime) -> Shift:
    """The words for a move of an interview from one time to another."""
    return Shift(
        before=in_short(before, zone, now),
        now=in_short(after, zone, now),
        before_note=_note(one, before, zone),
        now_note=_note(one, after, zone),
        is_odd=bool(night(one, after)),
    )


def in_short(span: Span, zone: tzinfo, now: datetime) -> str:
    """`Thu 26 Nov, 14:00` and until when."""
    return f"{time_texts.short_day(span[0], zone, now)}, {time_texts.hours(*span, zone)}"


def start(span: Span, zone: tzinfo, now: datetime) -> str:
    """`Thu 26 Nov, 14:00`"""
    return f"{time_texts.short_day(span[0], zone, now)}, {span[0].astimezone(zone):%H:%M}"


def night(one: Interview, span: Span) -> str:
    """`early` or `late` for the candidate. Empty for other hours, and if it is not known."""
    theirs = time_texts.zone_of(one.candidate_zone)
    if theirs is None:
        return ""
    return their_time(span, theirs, span[0].astimezone(theirs).date()).word


def their_hours(one: Interview, span: Span, zone: tzinfo) -> str:
    """The candidate's hours, with the day where it is another. Empty if it is not known."""
    theirs = time_texts.zone_of(one.candidate_zone)
    if theirs is None:
        return ""
    return f"{time_texts.other_day(span[0], theirs, zone)}{time_texts.hours(*span, theirs)}"


def _note(one: Interview, span: Span, zone: tzinfo) -> str:
    theirs, word = time_texts.zone_of(one.candidate_zone), night(one, span)
    if not (word or time_texts.is_elsewhere(span[0], theirs, zone)):
        return ""
    name = time_texts.first_name(one.candidate_name)
    very = f", {VERY[word]}" if word else ""
    return f"{their_hours(one, span, zone)} for {name}{very}"
