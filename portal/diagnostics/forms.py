"""The form for a pasted error."""

from portal.web.forms import PortalForm, TextField


class ErrorForm(PortalForm):
    text = TextField(
        "What Microsoft said",
        longest=10_000,
        description="A code such as AADSTS65001, or the whole message. It is not kept.",
    )
