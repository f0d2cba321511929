"""Forms about “Never sync” and domains."""

from wtforms.fields.choices import SelectChoice

from portal.privacy_settings.retention import CHOICES
from portal.web.forms import ChoiceField, LineField, PortalForm
from portal.wording import counted


class EntryForm(PortalForm):
    address = LineField(
        "Address or domain",
        longest=320,
        description="For example sam@lawfirm.example, or lawfirm.example for everybody there.",
    )


class DomainForm(PortalForm):
    name = LineField("Domain", longest=253)


class RelayForm(PortalForm):
    domain = LineField(
        "Domain",
        longest=253,
        description="For example jobboard.example. Domains below it count too.",
    )


class RetentionForm(PortalForm):
    months = ChoiceField(
        "Propose candidates for deletion",
        default="0",
        choices=[
            SelectChoice(str(each), f"After {counted(each, 'month')}" if each else "Never")
            for each in CHOICES
        ],
    )
