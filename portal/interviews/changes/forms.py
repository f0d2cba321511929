"""The shape of what the pages send that change an interview."""

from collections.abc import Sequence

from wtforms import SelectMultipleField
from wtforms.validators import StopValidation

from portal.interviews.changes import places
from portal.interviews.models import LONGEST_COMMENT, LONGEST_PLACE, Interview, Panelist, Place
from portal.web.forms import LineField, PortalForm, TextField

LONGEST_ROOM = 320


class ChangeForm(PortalForm):
    """`version` is what the page showed, and `seen_…` how it said it."""

    version = LineField("Version", longest=9)
    seen_time = LineField("Time", longest=200, required=False)
    seen_place = LineField("Place", longest=400, required=False)
    seen_panel = LineField("Panel", longest=20_000, required=False)
    seen_state = LineField("State", longest=100, required=False)

    # Says that people who are taken at that time are invited nevertheless.
    override = LineField("Schedule anyway", longest=1, required=False)

    def validate_version(self, field: LineField) -> None:
        if not (field.data.isascii() and field.data.isdigit()):
            raise StopValidation("This page is out of date. Please open it again.")

    @property
    def seen_version(self) -> int:
        return int(self.version.data)

    @property
    def overrides(self) -> bool:
        return bool(self.override.data == "1")

    @property
    def seen(self) -> dict[str, str]:
        fields = (self.seen_time, self.seen_place, self.seen_panel, self.seen_state)
        return {each.name: each.data or "" for each in fields}


class WithdrawalForm(ChangeForm):
    comment = TextField("A few words to the candidate", longest=LONGEST_COMMENT, required=False)


class PanelForm(ChangeForm):
    """`panel` and `optional` are ids of people. `people` searches for more of them."""

    panel = SelectMultipleField("Panel", validate_choice=False)
    optional = SelectMultipleField("Optional", validate_choice=False)
    people = LineField("Find people", required=False)

    @classmethod
    def showing(cls, panel: Sequence[Panelist]) -> "PanelForm":
        return cls(
            panel=[each.user_id for each in panel],
            optional=[each.user_id for each in panel if not each.is_required],
        )

    @property
    def chosen(self) -> list[str]:
        return list(dict.fromkeys(self.panel.data or ()))

    @property
    def may_be_missing(self) -> set[str]:
        return set(self.optional.data or ())


class PlaceFields(PortalForm):
    """The place of an interview, and the field that belongs to each kind of place."""

    place = LineField("Place", longest=10, required=False)
    panel_room = LineField("Room for the panel", longest=LONGEST_ROOM, required=False)
    room = LineField("Room", longest=LONGEST_ROOM, required=False)
    phone = LineField("Phone number", longest=LONGEST_PLACE, required=False)
    address = LineField("Place", longest=LONGEST_PLACE, required=False)

    def validate_place(self, field: LineField) -> None:
        if field.data not in list(Place):
            raise StopValidation("Choose where the interview is held.")

    @property
    def where(self) -> Place:
        """The chosen place. A page that refuses another value shows Microsoft Teams."""
        try:
            return Place(str(self.place.data))
        except ValueError:
            return Place.TEAMS

    @property
    def place_value(self) -> str:
        """The room, number or address of the chosen place."""
        return str(self[places.FIELDS[self.where]].data or "")


class PlaceForm(ChangeForm, PlaceFields):
    @classmethod
    def showing(cls, one: Interview) -> "PlaceForm":
        form = cls(place=one.place.value)
        value = one.room_id if one.place in places.WITH_ROOM else one.place_text
        form[places.FIELDS[one.place]].data = value or ""
        return form


class HomeForm(ChangeForm):
    """`calendar` is `organizer` or `group:<id>`, `organizer` the id of a person."""

    calendar = LineField("Calendar", longest=100)
    organizer = LineField("Organizer", longest=100, required=False)
