"""The files of the calendar corpus, their events in groups, and what each event says of itself."""

import lzma
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import icalendar
import x_wr_timezone

from tests.support.needs import SHARED

CORPUS = SHARED / "calendar-corpus"
# By RFC 7529 a rule means the same without these words.
GREGORIAN = (b"RSCALE=GREGORIAN;SKIP=OMIT;",)
BUSY_STATUS = {
    "FREE": "free",
    "TENTATIVE": "tentative",
    "BUSY": "busy",
    "OOF": "oof",
    "WORKINGELSEWHERE": "workingElsewhere",
}
BLOCKING = ("busy", "tentative", "oof")

# Not compared, and why.
SKIPPED = {
    "ics/cyrusimap-cyrus-imapd/cassandane__data__icalendar__recurrence.ics": (
        "The library finds no day that is both a Tuesday and one of the numbered days."
    ),
}

# What the library reads, which ships no types: an event, and a date or a time.
Component = Any
Moment = Any


@dataclass(frozen=True, eq=False)
class Group:
    """All events with one UID: usually a series and its changed occurrences."""

    events: tuple[Component, ...]

    @property
    def masters(self) -> list[Component]:
        return [each for each in self.events if "RECURRENCE-ID" not in each]

    @property
    def changed(self) -> list[Component]:
        return [each for each in self.events if "RECURRENCE-ID" in each]

    @cached_property
    def calendar(self) -> Component:
        found = icalendar.Calendar()
        for each in self.events:
            found.add_component(each)
        return found


@dataclass(frozen=True)
class File:
    """One file. Parsing it may fail, as some are no calendars."""

    name: str
    raw: bytes

    @cached_property
    def fault(self) -> str:
        """Why it is no calendar, or nothing."""
        try:
            self.groups  # noqa: B018  # parsing is what may fail
        except AssertionError:
            return "its time zone begins on a date"
        except ValueError:
            return "a time in it is no time"
        return ""

    @cached_property
    def groups(self) -> list[Group]:
        """The events in groups, without those that have no start."""
        found: dict[str, list[Component]] = defaultdict(list)
        for calendar in icalendar.Calendar.from_ical(self._plain(), multiple=True):
            for event in x_wr_timezone.to_standard(calendar).walk("VEVENT"):
                if "DTSTART" in event:
                    # Without a UID, an event is a meeting of its own.
                    found[str(event.get("UID", id(event)))].append(event)
        return [Group(tuple(each)) for each in found.values()]

    def _plain(self) -> bytes:
        raw = self.raw
        for words in GREGORIAN:
            raw = raw.replace(words, b"")
        return raw

    @property
    def starts(self) -> list[date]:
        """The days on which its events begin, series with their first."""
        events = (event for group in self.groups for event in group.events)
        return sorted({day_of(event["DTSTART"].dt) for event in events})


def files() -> Iterator[File]:
    """Every file that holds events and is compared, in order of name."""
    with lzma.open(CORPUS / "ics.tar.xz") as packed, tarfile.open(fileobj=packed) as archive:
        members = sorted((each for each in archive if each.isfile()), key=lambda one: one.name)
        for member in members:
            found = archive.extractfile(member)
            raw = found.read() if found else b""
            if b"BEGIN:VEVENT" in raw and member.name not in SKIPPED:
                yield File(member.name, raw)


def day_of(moment: Moment) -> date:
    found: date = moment.date() if isinstance(moment, datetime) else moment
    return found


def shown_as(event: Component) -> str:
    """How Outlook shows an event that it imports. Its own word counts more than TRANSP."""
    told = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if told in BUSY_STATUS:
        return BUSY_STATUS[told]
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return "free"
    return "tentative" if str(event.get("STATUS", "")).upper() == "TENTATIVE" else "busy"


def is_cancelled(event: Component) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def may_block(event: Component) -> bool:
    """Whether it counts as busy, if it has any length."""
    return shown_as(event) in BLOCKING and not is_cancelled(event)
