"""Names of time zones that Exchange accepts."""

import json

import pytest

from sandbox.calendars import zones
from sandbox.errors import GraphError
from tests.support.needs import SHARED


def test_names_of_iana_are_a_fixed_list() -> None:
    assert str(zones.zone("Europe/Berlin")) == "Europe/Berlin"
    for name in ("Europe/Stockholm", "Mars Time", "tzone://Microsoft/Custom", ""):
        with pytest.raises(GraphError, match="valid TimeZone"):
            zones.zone(name)


def test_newest_names_of_windows_are_known() -> None:
    assert str(zones.zone("Alberta Standard Time")) == "America/Edmonton"
    assert str(zones.zone("Magallanes Standard Time")) == "America/Punta_Arenas"


@pytest.mark.openapi
def test_every_name_of_windows_is_known() -> None:
    table = json.loads((SHARED / "calendar-corpus/windows-zones-cldr41.json").read_text())

    found = {name: str(zones.zone(name)) for name in table["default"]}
    different = {name: zone for name, zone in found.items() if zone != table["default"][name]}
    # Newer tables moved two of them, and UTC has a name of its own.
    assert different == {
        "Mountain Standard Time (Mexico)": "America/Mazatlan",
        "UTC": "UTC",
        "Central Asia Standard Time": "Asia/Bishkek",
    }


def test_every_name_of_iana_has_a_zone() -> None:
    assert {str(zones.zone(name)) for name in zones.IANA} == zones.IANA
