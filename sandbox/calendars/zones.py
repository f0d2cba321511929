"""Time zones by the names that Exchange accepts: all of Windows, and a fixed list of IANA."""

import re
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from tzlocal.windows_tz import win_tz

from sandbox.errors import GraphError

Moment = dict[str, str]

PREFERRED = re.compile(r'(?i)outlook\.timezone\s*=\s*"([^"]*)"')
# https://learn.microsoft.com/graph/api/resources/datetimetimezone#additional-time-zones
IANA = {
    "Etc/GMT+12", "Etc/GMT+11", "Pacific/Honolulu", "America/Anchorage", "America/Santa_Isabel",
    "America/Los_Angeles", "America/Phoenix", "America/Chihuahua", "America/Denver",
    "America/Guatemala", "America/Chicago", "America/Mexico_City", "America/Regina",
    "America/Bogota", "America/New_York", "America/Indiana/Indianapolis", "America/Caracas",
    "America/Asuncion", "America/Halifax", "America/Cuiaba", "America/La_Paz", "America/Santiago",
    "America/St_Johns", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "America/Cayenne",
    "America/Godthab", "America/Montevideo", "America/Bahia", "Etc/GMT+2", "Atlantic/Azores",
    "Atlantic/Cape_Verde", "Africa/Casablanca", "Etc/GMT", "Europe/London", "Atlantic/Reykjavik",
    "Europe/Berlin", "Europe/Budapest", "Europe/Paris", "Europe/Warsaw", "Africa/Lagos",
    "Africa/Windhoek", "Europe/Bucharest", "Asia/Beirut", "Africa/Cairo", "Asia/Damascus",
    "Africa/Johannesburg", "Europe/Kyiv", "Europe/Istanbul", "Asia/Jerusalem", "Asia/Amman",
    "Asia/Baghdad", "Europe/Kaliningrad", "Asia/Riyadh", "Africa/Nairobi", "Asia/Tehran",
    "Asia/Dubai", "Asia/Baku", "Europe/Moscow", "Indian/Mauritius", "Asia/Tbilisi",
    "Asia/Yerevan", "Asia/Kabul", "Asia/Karachi", "Asia/Tashkent", "Asia/Kolkata", "Asia/Colombo",
    "Asia/Kathmandu", "Asia/Almaty", "Asia/Dhaka", "Asia/Yekaterinburg", "Asia/Rangoon",
    "Asia/Bangkok", "Asia/Novosibirsk", "Asia/Shanghai", "Asia/Krasnoyarsk", "Asia/Singapore",
    "Australia/Perth", "Asia/Taipei", "Asia/Ulaanbaatar", "Asia/Irkutsk", "Asia/Tokyo",
    "Asia/Seoul", "Australia/Adelaide", "Australia/Darwin", "Australia/Brisbane",
    "Australia/Sydney", "Pacific/Port_Moresby", "Australia/Hobart", "Asia/Yakutsk",
    "Pacific/Guadalcanal", "Asia/Vladivostok", "Pacific/Auckland", "Etc/GMT-12", "Pacific/Fiji",
    "Asia/Magadan", "Pacific/Tongatapu", "Pacific/Apia", "Pacific/Kiritimati",
}  # fmt: skip  # one to a line says no more
# Exchange names UTC so where a client gave no zone.
OF_UTC = ("tzone://Microsoft/Utc", "Etc/UTC")


def zone(name: str) -> tzinfo:
    """Find a time zone by name. An unknown name is refused in Exchange's words."""
    if name == "UTC" or name in OF_UTC:
        return UTC
    if name in win_tz:
        return ZoneInfo(win_tz[name])
    if name in IANA:
        return ZoneInfo(name)
    raise GraphError(
        400,
        "TimeZoneNotSupportedException",
        "A valid TimeZone value must be specified. The following TimeZone value is not"
        f" supported: '{name}'.",
    )


def moment(given: Any, name: str) -> datetime:
    """Read a dateTimeTimeZone, whose dateTime has no offset and up to seven decimals."""
    local, there = local_time(given, name)
    return local.replace(tzinfo=zone(there)).astimezone(UTC)


def local_time(given: Any, name: str) -> tuple[datetime, str]:
    """Read the local time of a dateTimeTimeZone and the name of its zone."""
    if not isinstance(given, dict) or not isinstance(given.get("dateTime"), str):
        raise GraphError(400, "ErrorInvalidParameter", f"The parameter '{name}' is missing.")
    there = given.get("timeZone") or "UTC"
    there = there if isinstance(there, str) else ""
    zone(there)
    try:
        found = datetime.fromisoformat(given["dateTime"])
        local = found.astimezone(zone(there)).replace(tzinfo=None) if found.tzinfo else found
    except (OverflowError, ValueError) as error:
        raise GraphError(
            400, "ErrorInvalidParameter", f"The parameter '{name}' is no valid time."
        ) from error
    return local, there


def shown(at: datetime, name: str) -> Moment:
    """Write a time as Exchange does, in the named zone."""
    return written(at.astimezone(zone(name)), name)


def written(local: datetime, name: str) -> Moment:
    plain = local.replace(tzinfo=None, microsecond=0)
    return {"dateTime": f"{plain.isoformat()}.0000000", "timeZone": name}


def preferred() -> str:
    """Name the zone of the header Prefer, or UTC. An unknown one is refused."""
    found = PREFERRED.search(", ".join(request.headers.getlist("Prefer")))
    name = found[1] if found else "UTC"
    zone(name)
    return name


def applied() -> str | None:
    """Write the part of Preference-Applied that names the zone."""
    found = PREFERRED.search(", ".join(request.headers.getlist("Prefer")))
    return f'outlook.timezone="{found[1]}"' if found else None
