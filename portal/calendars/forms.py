"""Forms about rooms."""

from portal.web.forms import LineField, PortalForm


class DelegateForm(PortalForm):
    """The form for the delegated room sync user."""

    user_id = LineField("Person", longest=64)
