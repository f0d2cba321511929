"""The shape of a question about a message."""

from datetime import date, datetime, time, timedelta, tzinfo

import wtforms
from wtforms.validators import StopValidation

from portal.email_why.search import WORD, Question
from portal.errors import Invalid
from portal.web.forms import AddressField, LineField, PortalForm

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Times before and after overflow on their way into other time zones.
FIRST_YEAR, LAST_YEAR = 1980, 2200


class WhyForm(PortalForm):
    """One field is enough; each further one narrows the search."""

    address = AddressField(
        "Email address", required=False, description="Of anybody on the message."
    )
    subject = LineField("Subject contains", longest=200, required=False, description="Whole words.")
    day = LineField(
        "Date",
        longest=20,
        required=False,
        widget=wtforms.widgets.DateInput(),
        description="The day it arrived or was sent.",
    )
    time = LineField(
        "Time (within an hour)",
        longest=20,
        required=False,
        widget=wtforms.widgets.TimeInput(),
        description="In your time zone.",
    )

    def validate_subject(self, field: LineField) -> None:
        if field.data and not WORD.search(field.data):
            raise StopValidation("Please type a word of the subject.")

    def validate_day(self, field: LineField) -> None:
        if field.data and _day(field.data) is None:
            raise StopValidation("This is not a day. It looks like 2026-11-24.")
        if not field.data and self.time.data:
            raise StopValidation("Please say on which day as well.")

    def validate_time(self, field: LineField) -> None:
        if field.data and _time(field.data) is None:
            raise StopValidation("This is not a time. It looks like 14:30.")

    def check(self) -> None:
        super().check()
        if not (self.address.data or self.subject.data or self.day.data):
            raise Invalid("Please fill in an address, a word of the subject or a day.")

    def question(self, zone: tzinfo) -> Question:
        """The question with day and time in the person's time zone."""
        begins_at, ends_at = _span(self.day.data or "", self.time.data or "", zone)
        return Question(self.address.data or "", self.subject.data or "", begins_at, ends_at)


def _span(day: str, time_of_day: str, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    on = _day(day)
    if on is None:
        return None, None
    at = _time(time_of_day)
    if at is None:
        begins_at = datetime.combine(on, time.min, zone)
        return begins_at, datetime.combine(on + DAY, time.min, zone)
    around = datetime.combine(on, at, zone)
    return around - HOUR, around + HOUR


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _time(text: str) -> time | None:
    """Refuse a time with a zone of its own: day and time are the person's."""
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is None else None
