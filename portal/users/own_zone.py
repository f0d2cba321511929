"""A person's time zone, taken from their browser until they choose one."""

from portal import time_zones
from portal.storage.rows import Rows
from portal.time_zones import ZoneFrom
from portal.users import store
from portal.users.models import User


def take(rows: Rows, user: User, named: str) -> str:
    """Take the zone of a browser, unless the person has one. A sentence, if times change by it."""
    zone = time_zones.known(named)
    if user.has_time_zone or not zone:
        return ""
    with rows.write():
        store.save_time_zone(rows, user.id, zone, zone_from=ZoneFrom.BROWSER)
    if zone == "UTC":
        return ""
    return (
        f"Times are in the time zone of your browser: {time_zones.place(zone)}. "
        "You can change it under Personal info."
    )
