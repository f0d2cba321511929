"""The shape of an administrator's input about user sync."""

import wtforms

from portal.directory.models import Whom
from portal.web.forms import PortalForm


class WhomForm(PortalForm):
    """The people to import."""

    whom = wtforms.RadioField("Whom to import", choices=[each.value for each in Whom])
