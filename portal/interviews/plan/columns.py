"""A person of the panel or a room, and whether they are free at a time. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from portal.availability.spans import Span
from portal.interviews.models import Subject


class Free(IntEnum):
    """The state of a person or room at a time, the worst last. Not known is never free."""

    FREE = 0
    OFF_HOURS = 1
    MAYBE = 2
    NOT_KNOWN = 3
    BUSY = 4

    @property
    def word(self) -> str:
        """The word in a cell. A free one is told by its colour and to screen readers."""
        return ("Free", "Off", "Maybe", "Not known", "Busy")[self]

    @property
    def sign(self) -> str:
        """The class of a cell."""
        return ("free", "off", "maybe", "unknown", "taken")[self]


@dataclass(frozen=True)
class Column:
    """A person of the panel or a room. `known` is the span in which their times are known.

    `hours` are a person's meeting hours of the days in question; None for a room.
    """

    id: str
    name: str
    kind: Subject
    busy: tuple[Span, ...] = ()
    maybe: tuple[Span, ...] = ()
    hours: tuple[Span, ...] | None = None
    known: Span | None = None
    is_required: bool = True

    @property
    def is_room(self) -> bool:
        return self.kind is Subject.ROOM

    def at(self, span: Span) -> Free:
        """The worst state within a span. A time that Portal itself booked is always known."""
        if _overlaps(span, self.busy):
            return Free.BUSY
        if self.known is None or not _holds(self.known, span):
            return Free.NOT_KNOWN
        if _overlaps(span, self.maybe):
            return Free.MAYBE
        if self.hours is not None and not any(_holds(each, span) for each in self.hours):
            return Free.OFF_HOURS
        return Free.FREE


def _overlaps(span: Span, several: tuple[Span, ...]) -> bool:
    start, end = span
    return any(each[0] < end and each[1] > start for each in several)


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def hours_within(columns: tuple[Column, ...], since: datetime, until: datetime) -> Span | None:
    """The first and last moment of anybody's meeting hours within a span."""
    found = [
        (max(start, since), min(end, until))
        for each in columns
        for start, end in each.hours or ()
        if start < until and end > since
    ]
    if not found:
        return None
    return min(start for start, _ in found), max(end for _, end in found)
