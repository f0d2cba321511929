"""A time zone as people write it: a city, a country or its name. No page lists all zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from wtforms.validators import StopValidation

from portal import time_zones
from portal.clock import utc_now
from portal.web.forms import LineField

LONGEST = 64
SHOWN_AT_MOST = 30
EXAMPLE = "Enter a city or a country, such as Madrid."


@dataclass(frozen=True)
class OfferedZone:
    """A zone that somebody may have meant, with its country and the time there."""

    name: str
    label: str
    hint: str


class ZoneField(LineField):
    """`data` is a zone's name once the form is checked; `offered` are those that may be meant."""

    offered: tuple[OfferedZone, ...] = ()

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, longest=LONGEST, **more)

    def _value(self) -> str:
        return time_zones.place(self.data or "")

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """A zone that was chosen comes after the words that were typed."""
        self.data = self.cleaned(str(valuelist[-1])) if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data:
            self.data = self._found(self.data)

    def _found(self, written: str) -> str:
        zones = time_zones.found(written)
        if len(zones) == 1:
            return zones[0]
        if not zones:
            raise StopValidation(
                f"No time zone is called “{written}”. Enter the country, or a larger city nearby."
            )
        if len(zones) > SHOWN_AT_MOST:
            raise StopValidation(f"“{written}” has {len(zones)} time zones. Enter a city.")
        self.offered = tuple(map(_offered, zones))
        raise StopValidation(f"“{written}” has {len(zones)} time zones. Choose one of them.")


def _offered(zone: str) -> OfferedZone:
    now = f"{utc_now().astimezone(ZoneInfo(zone)):%H:%M} now"
    country = time_zones.country(zone)
    return OfferedZone(zone, time_zones.place(zone), f"{country}, {now}" if country else now)
