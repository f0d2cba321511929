"""The act of the request at hand."""

from portal import clock
from portal.audit.act import Act
from portal.web.current import actor, services


def act() -> Act:
    """What the person at this page does, now."""
    return Act(services.rows, actor(), clock.utc_now())
