"""An interview as its form has it, before anything is stored or sent. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal import clock
from portal.interviews.changes import places
from portal.interviews.models import Home, Place

GROUP, OWN = "group:", "organizer"
ON = "1"


@dataclass(frozen=True)
class Draft:
    """All that the form says. Both steps carry it in fields; nothing is kept in between.

    `calendar` is `group:<id>`, `organizer`, or empty for the calendar that is inherited.
    `room_id` is the room, or with Microsoft Teams the panel's. `place_text` is the phone number or
    the address. `starts_at` is None until a time was chosen, `day` the day that is shown.
    `version` is that of an interview that is rescheduled, and 0 of a new one.
    """

    form_number: str
    day: date
    zone: str
    kind_id: str = ""
    title: str = ""
    minutes: int = 60
    panel: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    place: Place = Place.TEAMS
    room_id: str = ""
    place_text: str = ""
    calendar: str = ""
    organizer_id: str = ""
    starts_at: datetime | None = None
    candidate_zone: str = ""
    is_one_event: bool = False
    words: str = ""
    override: bool = False
    version: int = 0

    @property
    def ends_at(self) -> datetime | None:
        return None if self.starts_at is None else self.starts_at + self.length

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def required(self) -> tuple[str, ...]:
        """The people of the panel without whom there is no interview."""
        return tuple(each for each in self.panel if each not in self.optional)

    @property
    def home(self) -> Home | None:
        """The kind of calendar that was chosen. None for the inherited one."""
        if self.calendar == OWN:
            return Home.ORGANIZER
        return Home.GROUP if self.calendar.startswith(GROUP) else None

    @property
    def calendar_id(self) -> str | None:
        """The group calendar that was chosen."""
        return self.calendar.removeprefix(GROUP) if self.home is Home.GROUP else None

    @property
    def has_room(self) -> bool:
        return bool(self.room_id) and self.place in places.WITH_ROOM

    def fields(self) -> Iterator[tuple[str, str]]:
        """The fields of the form, which forms.PlanForm reads again."""
        yield "number", self.form_number
        yield "version", str(self.version)
        yield from (("kind", self.kind_id), ("filled_kind", self.kind_id), ("title", self.title))
        yield "minutes", str(self.minutes)
        yield from (("panel", each) for each in self.panel)
        yield from (("optional", each) for each in self.panel if each in self.optional)
        yield from (("place", self.place), (places.FIELDS[self.place], self.place_value))
        yield from (("calendar", self.calendar), ("organizer", self.organizer_id))
        yield from (("other_day", self.day.isoformat()), ("candidate_zone", self.candidate_zone))
        if self.starts_at is not None:
            yield "start", clock.text(self.starts_at)
        yield "words", self.words
        if self.is_one_event:
            yield "one_event", ON
        if self.override:
            yield "override", ON

    def kept(self) -> dict[str, list[str]]:
        """The fields that may stand in an address: no words and no phone number.

        Without `filled_kind`, the form fills in again what its kind says.
        """
        found: dict[str, list[str]] = {}
        for name, value in self.fields():
            if name in KEPT and value:
                found.setdefault(name, []).append(value)
        return found

    @property
    def place_value(self) -> str:
        """The value of the field that belongs to the place."""
        return self.room_id if self.place in places.WITH_ROOM else self.place_text


KEPT = {
    "number",
    "kind",
    "title",
    "minutes",
    "panel",
    "optional",
    "place",
    "panel_room",
    "room",
    "calendar",
    "organizer",
    "other_day",
    "candidate_zone",
    "start",
}
