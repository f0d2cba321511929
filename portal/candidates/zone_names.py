"""Time zones as people write them in a file."""

from portal import time_zones
from portal.errors import Invalid


def zone_named(written: str) -> str:
    """The zone of this name, whatever its letters' case. Empty without one. Raises Invalid."""
    if not written:
        return ""
    zone = time_zones.exact(written)
    if not zone:
        raise Invalid(
            f"“{written[:60]}” is not a time zone. Enter a name such as Europe/Stockholm."
        )
    return zone
