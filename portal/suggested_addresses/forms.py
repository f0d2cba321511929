"""The form of an answer to a question about an address."""

from portal.web.forms import LineField, PortalForm


class AnswerForm(PortalForm):
    address = LineField("Address", longest=320)
