"""Forms about “Never sync” and domains."""

from portal.web.forms import LineField, PortalForm


class EntryForm(PortalForm):
    address = LineField(
        "Address or domain",
        longest=320,
        description="For example sam@lawfirm.example, or lawfirm.example for everybody there.",
    )


class DomainForm(PortalForm):
    name = LineField("Domain", longest=253)
