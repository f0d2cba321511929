"""The shape of the button that tells people the new time."""

from wtforms.validators import StopValidation

from portal.web.forms import LineField, PortalForm


class TellForm(PortalForm):
    """`people` are the folded addresses that the button named, `version` what the page showed."""

    version = LineField("Version", longest=9)
    people = LineField("People", longest=20_000)

    def validate_version(self, field: LineField) -> None:
        if not (field.data.isascii() and field.data.isdigit()):
            raise StopValidation("This page is out of date. Please open it again.")

    @property
    def chosen(self) -> set[str]:
        return set(str(self.people.data).split(","))
