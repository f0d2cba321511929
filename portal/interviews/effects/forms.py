"""The shape of what the page of a calendar's interviews sends."""

from portal.web.forms import LineField, PortalForm


class CalendarMoveForm(PortalForm):
    """`to` is another calendar, or the organizers' own."""

    to = LineField("Move them to", longest=60)
