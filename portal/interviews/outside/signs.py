"""Rows that say whether a time suits one person, or the room. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from portal.availability.spans import Span
from portal.interviews.lists import time_texts
from portal.interviews.times import DASH
from portal.wording import counted, listed

MOST_NAMED = 2


@dataclass(frozen=True)
class Sign:
    """One row. `kind` is that of its lamp; a conflict is shown before a move is undone."""

    kind: str
    title: str
    hint: str = ""
    is_conflict: bool = False


def overlaps(span: Span, several: Iterable[Span], zone: tzinfo) -> str:
    """`from 10:00 to 10:30`: the parts of a span that others take."""
    found = _merged((max(a, span[0]), min(b, span[1])) for a, b in several)
    if len(found) > MOST_NAMED:
        within = _from_to((found[0][0], found[-1][1]), zone)
        return f"{counted(len(found), 'time')} {within}"
    return listed(_from_to(each, zone) for each in found)


def _merged(several: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(each for each in several if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _from_to(span: Span, zone: tzinfo) -> str:
    start, _, end = time_texts.hours(*span, zone).partition(DASH)
    return f"from {start} to {end}"
