"""The form of an interview: what both steps carry, and the day and hour that were typed."""

import re
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any

from wtforms import BooleanField, SelectMultipleField
from wtforms.widgets import HiddenInput

from portal import clock
from portal.errors import Conflict
from portal.interviews.changes import places
from portal.interviews.changes.forms import PlaceFields
from portal.interviews.models import (
    LONGEST_TITLE,
    LONGEST_WORDS,
    Kind,
)
from portal.interviews.plan.draft import Draft
from portal.storage.ids import new_id
from portal.web.forms import LineField, TextField
from portal.web.zone_field import EXAMPLE, ZoneField

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LONGEST_ID = 80
MOST_DIGITS = 9
NOT_A_LENGTH = 0


class IdsField(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types
    """Several ids, each once, in the order of the page. Who may be named is no matter of a form."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [each[:LONGEST_ID] for each in dict.fromkeys(valuelist) if each]


def _id(label: str) -> LineField:
    return LineField(label, longest=LONGEST_ID, required=False, widget=HiddenInput())


class PlanForm(PlaceFields):
    """`number` becomes one interview at most. `filled_kind` is the kind that the form shows."""

    number = _id("Number")
    version = _id("Version")
    filled_kind = _id("Filled kind")
    kind = LineField("Kind of interview", longest=LONGEST_ID, required=False)
    title = LineField("Name of the interview", longest=LONGEST_TITLE)
    minutes = LineField("How long", longest=4, required=False)
    panel = IdsField("Panel")
    optional = IdsField("Optional")
    calendar = LineField("Calendar", longest=LONGEST_ID, required=False)
    organizer = LineField("Organizer", longest=LONGEST_ID, required=False)
    candidate_zone = ZoneField("Time zone", required=False, description=EXAMPLE)
    start = LineField("Start", longest=20, required=False)
    other_day = LineField("Another day", longest=10, required=False)
    clock = LineField("Another start", longest=5, required=False)
    which = LineField("Which one", longest=6, required=False)
    words = TextField("Your words", longest=LONGEST_WORDS, required=False)
    one_event = BooleanField("One event")
    override = BooleanField("In spite of that")

    @classmethod
    def showing(cls, draft: Draft) -> "PlanForm":
        """The form of a draft that nobody has typed into yet."""
        form = cls(
            number=draft.form_number,
            version=str(draft.version),
            filled_kind=draft.kind_id,
            kind=draft.kind_id,
            title=draft.title,
            minutes=str(draft.minutes),
            panel=[*draft.panel],
            optional=[*draft.optional],
            place=draft.place.value,
            calendar=draft.calendar,
            organizer=draft.organizer_id,
            candidate_zone=draft.candidate_zone,
            start=clock.text(draft.starts_at) if draft.starts_at else "",
            other_day=draft.day.isoformat(),
            words=draft.words,
            one_event=draft.is_one_event,
            override=draft.override,
        )
        form[places.FIELDS[draft.place]].data = draft.place_value
        return form

    def fill_in(self, kind: Kind, before: Kind | None) -> None:
        """Fill in a kind that was chosen. What was typed over the kind before it stays."""
        for name, value in _filled(kind).items():
            known = _filled(before).get(name, "") if before else ""
            if not self[name].data or self[name].data == known:
                self[name].data = value
        self.kind.data = self.filled_kind.data = kind.id

    def draft(self, *, day: date, zone: str) -> Draft:
        """The draft that the form says. `day` is shown unless the form names another."""
        place, text = self.where, self.place_value
        has_room = place in places.WITH_ROOM
        return Draft(
            form_number=self.form_number,
            day=_date(str(self.other_day.data)) or day,
            zone=zone,
            kind_id=str(self.kind.data),
            title=str(self.title.data),
            minutes=_number(str(self.minutes.data)),
            panel=tuple(self.panel.data or ()),
            optional=frozenset(self.optional.data or ()),
            place=place,
            room_id=text if has_room else "",
            place_text="" if has_room else text,
            calendar=str(self.calendar.data),
            organizer_id=str(self.organizer.data),
            starts_at=_moment(str(self.start.data)),
            candidate_zone=str(self.candidate_zone.data),
            is_one_event=bool(self.one_event.data),
            words=str(self.words.data),
            override=bool(self.override.data),
            version=_number(str(self.version.data)),
        )

    @property
    def form_number(self) -> str:
        written = str(self.number.data)
        if not UUID.fullmatch(written):
            raise Conflict("This form is out of date. Please open it again.")
        return written


def _filled(kind: Kind) -> dict[str, str]:
    """The fields that a kind fills in."""
    return {
        "title": kind.name,
        "minutes": str(kind.minutes),
        "place": kind.place.value,
        "address": kind.place_text,
        "calendar": "",
        "words": kind.words,
    }


def new_draft(kind: Kind, *, day: date, zone: str, candidate_zone: str) -> Draft:
    """The draft that a person begins with."""
    form = PlanForm(number=new_id(), candidate_zone=candidate_zone)
    form.fill_in(kind, None)
    return form.draft(day=day, zone=zone)


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if is_number else NOT_A_LENGTH


def _date(text: str) -> date | None:
    """A day that has all of its hours in every zone: the first and last of all may not."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if MINYEAR < found.year < MAXYEAR else None


def _moment(text: str) -> datetime | None:
    """A start as the page wrote it, to the minute. A form that says anything else chose none."""
    try:
        found = clock.moment(text).replace(second=0, microsecond=0)
    except ValueError:
        return None
    return found if MINYEAR < found.year < MAXYEAR else None
