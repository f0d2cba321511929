"""Names of time zones: Windows names, which Exchange writes, and IANA names. Pure."""

from functools import cache
from zoneinfo import available_timezones

from tzlocal.windows_tz import tz_win, win_tz

# Windows keeps these old names, and Exchange one of its own; Unicode's table has none of them.
OLD_NAMES = {
    "Armenian Standard Time": "Asia/Yerevan",
    "Kamchatka Standard Time": "Asia/Kamchatka",
    "Mexico Standard Time": "America/Mexico_City",
    "Mexico Standard Time 2": "America/Chihuahua",
    "Mid-Atlantic Standard Time": "Etc/GMT+2",
    "Coordinated Universal Time": "UTC",
    "tzone://Microsoft/Utc": "UTC",
    "UTC": "UTC",
}
# Old spellings that Unicode's table does not have.
OLD_SPELLINGS = {
    "CST6CDT": "Central Standard Time",
    "EST5EDT": "Eastern Standard Time",
    "MST7MDT": "Mountain Standard Time",
    "PST8PDT": "Pacific Standard Time",
    "Europe/Uzhgorod": "FLE Standard Time",
    "Europe/Zaporozhye": "FLE Standard Time",
    "GMT": "UTC",
    "US/East-Indiana": "US Eastern Standard Time",
}
# Files of the zone database that name no place.
NO_ZONES = {"Factory", "localtime", "posixrules"}


def iana(name: str, fallback: str) -> str:
    """The IANA name of a zone named either way; the fallback for custom and unknown zones."""
    return _known().get(name.strip().casefold(), fallback)


@cache
def _known() -> dict[str, str]:
    """IANA names by every folded name. Exchange ignores case."""
    here = available_timezones() - NO_ZONES
    named = [*((name, name) for name in here), *win_tz.items(), *OLD_NAMES.items()]
    return {name.casefold(): zone for name, zone in named if zone in here}


def windows(name: str) -> str | None:
    """The Windows name of an IANA zone, or None if Windows has no such zone."""
    return OLD_SPELLINGS.get(name) or tz_win.get(name)
