"""The form about an alias."""

from portal.web.forms import LineField, SwitchForm


class InclusionForm(SwitchForm):
    """`start` is "now" or "beginning"; empty while the choice is open."""

    start = LineField("From when", longest=20, required=False)

    @property
    def has_chosen(self) -> bool:
        return self.start.data in ("now", "beginning")

    @property
    def is_from_now(self) -> bool:
        return bool(self.start.data != "beginning")
