"""The confirmation of checks that Portal could not make."""

import wtforms

from portal.group_calendars.models import CheckName
from portal.web.forms import LineField, PortalForm


class AdditionForm(PortalForm):
    """The group whose calendar is added, and the checks that a person vouches for."""

    group_id = LineField("Group", longest=36)
    confirmed = wtforms.SelectMultipleField(
        "Confirmed", choices=[wtforms.SelectChoice(each.value, each.value) for each in CheckName]
    )
