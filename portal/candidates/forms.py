"""Forms about candidates."""

import re
from collections.abc import Mapping
from datetime import datetime

from wtforms.fields.choices import SelectChoice
from wtforms.widgets import HiddenInput

from portal import clock
from portal.candidates.edits import Draft
from portal.candidates.imports import BYTES_AT_MOST
from portal.candidates.models import ClosedAs, Place
from portal.errors import Conflict, NotFound
from portal.web.forms import ChoiceField, LineField, PortalForm, TextField, UploadField
from portal.web.zone_field import EXAMPLE, ZoneField

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class CandidateForm(PortalForm):
    """`number` is single-use for a new candidate; for a change it says which state was seen."""

    number = LineField("Number", longest=40, required=False, widget=HiddenInput())
    name = LineField("Name", longest=200)
    headline = LineField(
        "Headline",
        longest=200,
        required=False,
        description="What they do, or what they applied for.",
    )
    addresses = TextField(
        "Email addresses", longest=6000, description="One to a line. The first one is shown first."
    )
    time_zone = ZoneField(
        "Time zone",
        required=False,
        default="",
        description=f"Their page and interviews show the time there. {EXAMPLE}",
    )

    @property
    def draft(self) -> Draft:
        return Draft(
            name=str(self.name.data),
            headline=str(self.headline.data),
            addresses=str(self.addresses.data),
            time_zone=str(self.time_zone.data),
        )

    @property
    def new_id(self) -> str:
        number = str(self.number.data)
        if not UUID.fullmatch(number):
            raise Conflict("This form is out of date. Please open it again.")
        return number

    @property
    def seen(self) -> datetime:
        return moment(str(self.number.data))


class ClosingForm(PortalForm):
    closed_as = ChoiceField(
        "Why",
        default=ClosedAs.HIRED,
        choices=[SelectChoice(each.value, each.label) for each in ClosedAs],
    )


class ImportForm(PortalForm):
    file = UploadField("CSV file", largest=BYTES_AT_MOST, accept=".csv,text/csv")

    @property
    def content(self) -> bytes:
        return self.file.data or b""


def place(values: Mapping[str, str]) -> Place | None:
    """The start of a feed page from its link. None at the top."""
    text = values.get("after")
    if text is None:
        return None
    happened_at, _, entry_id = text.partition("~")
    if not UUID.fullmatch(entry_id):
        raise NotFound
    return Place(happened_at=moment(happened_at), entry_id=entry_id)


def moment(text: str) -> datetime:
    try:
        if MOMENT.fullmatch(text):
            return clock.moment(text)
    except ValueError:  # the 31st of February
        pass
    raise NotFound


def place_text(at: Place) -> str:
    return f"{clock.text(at.happened_at)}~{at.entry_id}"
