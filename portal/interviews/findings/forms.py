"""The shape of what the pages send that decide about a change in Outlook."""

from portal.interviews.changes.forms import ChangeForm
from portal.web.forms import LineField


class DecisionForm(ChangeForm):
    """`seen_outlook` is the difference as its page said it."""

    seen_outlook = LineField("In Outlook", longest=2_000, required=False)
