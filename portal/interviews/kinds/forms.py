"""The form of one kind of interview."""

from typing import Self

from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.group_calendars.models import GroupCalendar
from portal.interviews.kinds.kinds import (
    LONGEST_MINUTES,
    LONGEST_NAME,
    SHORTEST_MINUTES,
    Written,
)
from portal.interviews.models import LONGEST_PLACE, LONGEST_WORDS, Home, Kind, Place
from portal.web.forms import ChoiceField, LineField, PortalForm, TextField

# A chosen group calendar is sent with its id after this.
GROUP = f"{Home.GROUP}:"


class KindForm(PortalForm):
    """`place_text` counts for an address only."""

    name = LineField("Name", longest=LONGEST_NAME, description="Candidates see it.")
    minutes = LineField("Minutes", longest=4, description="How long such an interview takes.")
    place = ChoiceField(
        "Place",
        choices=[SelectChoice(each.value, each.label) for each in Place],
        default=Place.TEAMS.value,
    )
    place_text = LineField(
        "Address", longest=LONGEST_PLACE, required=False, description="Candidates see it."
    )
    calendar = ChoiceField(
        "Calendar",
        description="Invitations come from this calendar. Colleagues can choose another one "
        "when they schedule.",
    )
    words = TextField(
        "Words to the candidate",
        longest=LONGEST_WORDS,
        required=False,
        description="They stand in the candidate's invitation. Colleagues can change them "
        "when they schedule.",
    )

    def offering(self, calendars: list[GroupCalendar]) -> Self:
        """Offer these calendars. Belongs before check()."""
        default = next((each.name for each in calendars if each.is_default), "")
        self.calendar.choices = [
            SelectChoice("", f"The default (now {default})" if default else "The default"),
            *(SelectChoice(f"{GROUP}{each.id}", each.name) for each in calendars),
            SelectChoice(Home.ORGANIZER.value, "The organizer's own calendar"),
        ]
        return self

    @classmethod
    def showing(cls, known: Kind) -> Self:
        shown = {each: getattr(known, each) for each in ("name", "place_text", "words")}
        chosen = f"{GROUP}{known.calendar_id}" if known.calendar_id else known.calendar
        calendar = "" if chosen == Home.GROUP else chosen  # the chosen one was removed
        return cls(minutes=str(known.minutes), place=known.place.value, calendar=calendar, **shown)

    def validate_minutes(self, field: LineField) -> None:
        text = field.data or ""
        is_number = text.isascii() and text.isdigit()
        if not (is_number and SHORTEST_MINUTES <= int(text) <= LONGEST_MINUTES):
            raise StopValidation(
                f"Please enter a number from {SHORTEST_MINUTES} to {LONGEST_MINUTES}, such as 60."
            )

    @property
    def written(self) -> Written:
        place, chosen = Place(self.place.data), str(self.calendar.data)
        calendar_id = chosen.removeprefix(GROUP) if chosen.startswith(GROUP) else None
        return Written(
            name=str(self.name.data),
            minutes=int(self.minutes.data),
            place=place,
            place_text=str(self.place_text.data) if place is Place.ADDRESS else "",
            calendar=Home.GROUP.value if calendar_id else chosen,
            calendar_id=calendar_id,
            words=str(self.words.data),
        )
