"""The act of the request at hand."""

from portal import clock
from portal.audit.act import Act
from portal.web.current import actor, services


def act() -> Act:
    """The act of the person at this page, now."""
    return Act(services.rows, actor(), clock.utc_now())
