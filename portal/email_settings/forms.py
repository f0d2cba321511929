"""The forms about an alias, and about the end of sync."""

from portal.web.forms import LineField, PortalForm, SwitchForm


class InclusionForm(SwitchForm):
    """`start` is "now" or "beginning"; empty while the choice is open."""

    start = LineField("From when", longest=20, required=False)

    @property
    def has_chosen(self) -> bool:
        return self.start.data in ("now", "beginning")

    @property
    def is_from_now(self) -> bool:
        return bool(self.start.data != "beginning")


class SyncForm(SwitchForm):
    """The switch. Turning it off asks first, while there is mail that would stay."""

    is_confirmed = LineField("Confirmed", longest=1, required=False)
    removal = LineField("Remove what was synced", longest=1, required=False)

    @property
    def asks_first(self) -> bool:
        return not self.wants_on and self.is_confirmed.data != "1"

    @property
    def removes(self) -> bool:
        return bool(self.removal.data == "1")


class RevocationForm(PortalForm):
    """The ticks beside a revocation. Removing mail ends sync, or it would come again."""

    sync_off = LineField("Turn email sync off", longest=1, required=False)
    removal = LineField("Remove what was synced", longest=1, required=False)

    @property
    def removes(self) -> bool:
        return bool(self.removal.data == "1")

    @property
    def ends_sync(self) -> bool:
        return self.removes or bool(self.sync_off.data == "1")
