"""What admins choose about rooms."""

from portal.web.forms import LineField, PortalForm


class DelegateForm(PortalForm):
    """In whose name Microsoft is asked when rooms are free."""

    user_id = LineField("Person", longest=64)
