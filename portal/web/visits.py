"""The first moments of a visit: the session begins, and times get a zone."""

from collections.abc import Callable

from portal.clock import utc_now
from portal.flash_texts import Flash
from portal.web import browser_zones
from portal.web.current import CurrentUser
from portal.web.flashes import tell
from portal.web.security import begin_session


def begin(
    user: CurrentUser, *, take_zone: Callable[[str], Flash | None], is_fresh: bool = True
) -> None:
    """Sign a person in. `take_zone` is told the browser's zone, and says what became of it."""
    named = browser_zones.noted()
    begin_session(user, utc_now(), is_fresh=is_fresh)
    said = take_zone(named)
    if said is not None:
        tell(said)
