"""Windows and IANA names of time zones."""

import json
from typing import Any

import pytest

from portal.availability.zones import iana
from tests.support.needs import SHARED


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    file = SHARED / "calendar-corpus/windows-zones-cldr41.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("w. europe standard time", "Europe/Berlin"),
        ("Europe/Stockholm", "Europe/Stockholm"),
        ("europe/stockholm", "Europe/Stockholm"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("UTC", "UTC"),
        ("Etc/UTC", "Etc/UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("Coordinated Universal Time", "UTC"),
        ("Kamchatka Standard Time", "Asia/Kamchatka"),
        ("Mid-Atlantic Standard Time", "Etc/GMT+2"),
        ("Mexico Standard Time 2", "America/Chihuahua"),
        # The newest zones of Windows.
        ("Alberta Standard Time", "America/Edmonton"),
        ("South Sudan Standard Time", "Africa/Juba"),
        ("Yukon Standard Time", "America/Whitehorse"),
        ("Qyzylorda Standard Time", "Asia/Qyzylorda"),
        ("Volgograd Standard Time", "Europe/Volgograd"),
    ],
)
def test_zone_has_its_iana_name(name: str, expected: str) -> None:
    assert iana(name, "Asia/Tokyo") == expected


@pytest.mark.parametrize(
    "name",
    [
        "",
        "tzone://Microsoft/Custom",
        "Customized Time Zone",
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
        "Mars Standard Time",
        "../../etc/passwd",
        "localtime",
        "Factory",
    ],
)
def test_unknown_zone_is_that_of_the_person(name: str) -> None:
    assert iana(name, "Asia/Tokyo") == "Asia/Tokyo"


@pytest.mark.openapi
def test_every_windows_name_of_the_table_is_known(table: dict[str, Any]) -> None:
    found = {name: iana(name, "") for name in table["default"]}
    different = {name: zone for name, zone in found.items() if zone != table["default"][name]}

    assert different == {
        "Mountain Standard Time (Mexico)": "America/Mazatlan",
        "Central Asia Standard Time": "Asia/Bishkek",
        "UTC": "UTC",
    }
