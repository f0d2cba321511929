"""The route of mail about what needs a person, and what its page says of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.alerts.models import Cause, stops_microsoft
from portal.outbox import automated
from portal.outbox.automated import Target
from portal.outbox.models import Route
from portal.services import Services

BY_DOMAIN = "It goes out from {address} by the email domain."
BY_MICROSOFT = (
    "It goes out from {address} through Microsoft 365. While Microsoft refuses the organization, "
    "as after a withdrawn consent or an expired secret, it could go only through an email domain, "
    "and there is none."
)
REFUSED = (
    "None goes out now. Microsoft refuses the organization, so it could go only through an email "
    "domain, and there is none."
)
NO_ROUTE = "None goes out yet: there is no email domain, and no mailbox sends automated mail."


@dataclass(frozen=True)
class WayOut:
    """The route now, in a sentence. None without one."""

    target: Target | None
    sentence: str


def way_out(services: Services, of_admins: Iterable[Cause]) -> WayOut:
    """The route of automated mail. Through Microsoft only while it accepts the organization."""
    goal = automated.target(services.rows, services.vault, services.config)
    if goal.route is Route.SMTP:
        return WayOut(goal, BY_DOMAIN.format(address=goal.address))
    if stops_microsoft(of_admins):
        return WayOut(None, REFUSED)
    if goal.account_id is None:
        return WayOut(None, NO_ROUTE)
    return WayOut(goal, BY_MICROSOFT.format(address=goal.address))
