"""Time zones of people: which there are, and who named a person's."""

from enum import StrEnum
from zoneinfo import available_timezones

SAME_AS_UTC = ("UTC", "Etc/UTC", "Etc/GMT", "GMT")


class ZoneFrom(StrEnum):
    """The origin of a person's time zone. NOWHERE: nobody named one, so times are in UTC."""

    NOWHERE = ""
    BROWSER = "browser"
    PERSON = "person"


def known(named: str) -> str:
    """The zone of this name, as people choose it. Empty if there is none."""
    if named in SAME_AS_UTC:
        return "UTC"
    return named if named in available_timezones() else ""


def place(zone: str) -> str:
    return zone.replace("_", " ")
