"""Sentences about who gets which mail if a move is undone. Pure."""

from collections.abc import Sequence

from portal.availability.spans import Span
from portal.interviews.changes.consequences import NOBODY_KNOWS, Known, everybody
from portal.interviews.microsoft import attendees
from portal.interviews.microsoft import models as microsoft
from portal.interviews.models import Event, Step, Told
from portal.wording import verb


def of_undo(known: Known, back_to: Span) -> list[str]:
    """Microsoft tells the people of each event that has another time than the one before."""
    told = {each.folded: each for event in _changing(known, back_to) for each in _of(known, event)}
    several = [each for each in known.invited if each.folded in told]
    others = [each for each in known.invited if each.folded not in told]
    if not known.invited:
        return [NOBODY_KNOWS]
    return [*_updated(several, back_to), *_quiet(others)]


def _changing(known: Known, back_to: Span) -> list[Event]:
    one = known.interview
    return [
        each
        for each in known.events
        if each.generation == one.generation
        and each.step is Step.INVITED
        and (each.agreed_starts_at, each.agreed_ends_at) != back_to
    ]


def _of(known: Known, event: Event) -> list[Told]:
    whole = microsoft.Known(
        known.interview, tuple(known.panel), tuple(known.events), tuple(known.ledger)
    )
    return [each for each in known.invited if attendees.is_of(each, event, whole)]


def _updated(several: Sequence[Told], back_to: Span) -> list[str]:
    if not several:
        return []
    said = [f"If you undo, {everybody(several)} {verb(len(several), 'gets', 'get')} an update."]
    late = [each for each in several if (each.starts_at, each.ends_at) == back_to]
    if late:
        were = verb(len(late), "was", "were")
        said.append(f"{_capital(everybody(late))} {were} not told of the new time yet.")
    return said


def _quiet(several: Sequence[Told]) -> list[str]:
    if not several:
        return []
    has = verb(len(several), "has", "have")
    hears = verb(len(several), "hears", "hear")
    return [f"{_capital(everybody(several))} still {has} the time before, and {hears} nothing."]


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
