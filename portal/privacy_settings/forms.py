"""Forms about “Never sync” and domains."""

from datetime import datetime

from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal import clock
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


class AnswerForm(PortalForm):
    """An owner's answer about earlier mail: to bring it in, or to leave it in the mailbox.

    `asked_at` is the time of the question as the page showed it.
    """

    answer = ChoiceField(
        "Answer",
        choices=[
            SelectChoice("bring-in", "Sync"),
            SelectChoice("leave", "Not from my mailbox"),
        ],
    )
    asked_at = LineField("Asked", longest=40)

    def validate_asked_at(self, field: LineField) -> None:
        try:
            clock.moment(str(field.data))
        except ValueError:
            raise StopValidation("Please answer on the page.") from None

    @property
    def brings_in(self) -> bool:
        return bool(self.answer.data == "bring-in")

    @property
    def moment(self) -> datetime:
        return clock.moment(str(self.asked_at.data))


class RetentionForm(PortalForm):
    months = ChoiceField(
        "Propose candidates for deletion",
        default="0",
        choices=[
            SelectChoice(str(each), f"After {counted(each, 'month')}" if each else "Never")
            for each in CHOICES
        ],
    )
