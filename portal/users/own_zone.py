"""A person's time zone, taken from their browser until they choose one."""

from portal import time_zones
from portal.flash_texts import Flash
from portal.storage.rows import Rows
from portal.time_zones import ZoneFrom
from portal.users import store
from portal.users.models import User
from portal.users.role_texts import UserFlash


def take(rows: Rows, user: User, named: str) -> Flash | None:
    """Take the zone of a browser, unless the person has one. A flash, if times change by it."""
    zone = time_zones.known(named)
    if user.has_time_zone or not zone:
        return None
    with rows.write():
        store.save_time_zone(rows, user.id, zone, zone_from=ZoneFrom.BROWSER)
    if zone == "UTC":
        return None
    return UserFlash.ZONE_TAKEN.of(place=time_zones.place(zone))
