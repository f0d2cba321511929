"""Time zones as people write them in a file."""

from functools import cache

from portal.errors import Invalid
from portal.users.forms import time_zones


def zone_named(written: str) -> str:
    """The zone of this name, whatever its letters' case. Empty without one. Raises Invalid."""
    if not written:
        return ""
    found = _zones().get(_plain(written))
    if found is None:
        raise Invalid(
            f"“{written[:60]}” is not a time zone. Enter a name such as Europe/Stockholm."
        )
    return found


@cache
def _zones() -> dict[str, str]:
    return {_plain(name): name for name in time_zones()}


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "_")
