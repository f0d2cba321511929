"""The shape of what the pages of group calendars send."""

from datetime import datetime

from wtforms.validators import StopValidation

from portal.clock import moment
from portal.web.forms import LineField, PortalForm


class ReminderForm(PortalForm):
    """`last_at` is the time of the last reminder that the page showed, or empty."""

    last_at = LineField("Last reminder", longest=40, required=False)

    def validate_last_at(self, field: LineField) -> None:
        try:
            moment(field.data or "2026-01-01T00:00:00Z")
        except ValueError as error:
            raise StopValidation("This page is out of date. Please open it again.") from error

    @property
    def last_reminded_at(self) -> datetime | None:
        return moment(self.last_at.data) if self.last_at.data else None


class RemovalForm(PortalForm):
    """`instead` is the calendar that becomes the default."""

    instead = LineField("The default instead", longest=60, required=False)
