"""Every check there is, for the page and for the command line."""

from portal import clock
from portal.diagnostics import asking, standing
from portal.diagnostics.models import Check
from portal.services import Services


def examine(services: Services) -> list[Check]:
    """Asks Microsoft while somebody waits; nothing is changed but what a new token tells."""
    return [*standing.checks(services, now=clock.utc_now()), *asking.checks(services)]
