"""Windows and IANA names of time zones, both ways."""

import json
from typing import Any
from zoneinfo import available_timezones

import pytest
from tzlocal.windows_tz import win_tz

from portal.availability.zones import NO_ZONES, iana, windows
from tests.support.needs import SHARED

# Windows has newer zones than the table of 2022, and some places changed their clocks since.
MOVED = {
    "America/Vancouver": "British Columbia Standard Time",
    "America/Edmonton": "Alberta Standard Time",
    "America/Inuvik": "Alberta Standard Time",
    "America/Yellowknife": "Alberta Standard Time",
    "America/Winnipeg": "Manitoba Standard Time",
    "America/Rainy_River": "Manitoba Standard Time",
    "America/Chihuahua": "Central Standard Time (Mexico)",
    "America/Ojinaga": "Central Standard Time",
    "Asia/Almaty": "West Asia Standard Time",
    "Asia/Qostanay": "West Asia Standard Time",
}


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


@pytest.mark.openapi
def test_every_iana_name_of_the_table_has_its_windows_name(table: dict[str, Any]) -> None:
    told = {zone: row["windows"] for row in table["rows"] for zone in row["iana"]}

    different = {zone: windows(zone) for zone in told if windows(zone) != told[zone]}

    assert len(told) > 400
    assert different == MOVED


def test_every_windows_zone_comes_back_as_itself() -> None:
    assert {name: windows(zone) for name, zone in win_tz.items()} == {name: name for name in win_tz}


def test_every_place_has_a_windows_zone_but_one() -> None:
    places = available_timezones() - NO_ZONES

    assert {place for place in places if windows(place) is None} == {"Antarctica/Troll"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Asia/Kolkata", "India Standard Time"),
        ("Asia/Calcutta", "India Standard Time"),
        ("Europe/Kyiv", "FLE Standard Time"),
        ("Europe/Kiev", "FLE Standard Time"),
        ("America/Buenos_Aires", "Argentina Standard Time"),
        ("GMT", "UTC"),
        ("UTC", "UTC"),
        ("EST5EDT", "Eastern Standard Time"),
        ("Mars/Olympus", None),
    ],
)
def test_old_spellings_have_the_same_windows_name(name: str, expected: str | None) -> None:
    assert windows(name) == expected
