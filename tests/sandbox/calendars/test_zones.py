"""Names of time zones that Exchange accepts, and the lists of them."""

import json
from datetime import tzinfo

import pytest

from sandbox.calendars import zones
from sandbox.errors import GraphError
from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import KIM
from tests.sandbox.callers import Caller, application
from tests.support import openapi
from tests.support.needs import SHARED
from tests.support.sandbox_server import Sandbox


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


@pytest.mark.openapi
@pytest.mark.parametrize(
    ("standard", "first", "middle"),
    [
        ("", "(UTC-12:00) Dateline Standard Time", "(UTC+01:00) W. Europe Standard Time"),
        (
            "(TimeZoneStandard=microsoft.graph.timeZoneStandard'Windows')",
            "(UTC-12:00) Dateline Standard Time",
            "(UTC+05:45) Nepal Standard Time",
        ),
        (
            "(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')",
            "(UTC-12:00) Etc/GMT+12",
            "(UTC+01:00) Europe/Berlin",
        ),
        # As Microsoft's own clients write it.
        ("(TimeZoneStandard='Iana')", "(UTC-12:00) Etc/GMT+12", "(UTC) Europe/London"),
    ],
)
def test_supported_names_are_those_that_are_taken(
    priya: Caller, standard: str, first: str, middle: str
) -> None:
    found = priya.read(f"/me/outlook/supportedTimeZones{standard}")

    openapi.assert_fits("GET", "/me/outlook/supportedTimeZones", 200, found)
    shown = [one["displayName"] for one in found["value"]]
    assert shown[0] == first
    assert middle in shown
    for one in found["value"]:
        assert isinstance(zones.zone(one["alias"]), tzinfo)


def test_supported_names_need_a_permission_and_a_known_standard(
    tenant: Sandbox, priya: Caller, reader: Caller
) -> None:
    other = application(tenant, "User.Read.All")

    answer = priya.call("GET", "/me/outlook/supportedTimeZones(TimeZoneStandard='Roman')")

    assert error(answer) == (400, "BadRequest")
    path = f"/users/{KIM}/outlook/supportedTimeZones"
    assert error(reader.call("GET", path)) == (403, "Authorization_RequestDenied")
    assert len(other.read(path)["value"]) > 130
