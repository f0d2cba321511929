"""The route of mail from a template marked “no reply”, as the page for writing describes it."""

from dataclasses import dataclass
from datetime import datetime

from portal.addresses import fold
from portal.composer.openings import Opening
from portal.outbox import automated, automated_store
from portal.outbox.automated import MOST
from portal.outbox.feed import store as feed_store
from portal.outbox.models import Mail, Route
from portal.services import Services
from portal.storage.rows import Rows


@dataclass(frozen=True)
class NoReplyRoute:
    """The address that recipients see, and those that answers and notices go to.

    `ahead` is the mail that waits before this one, and `next_at` when the limit lets this one go.
    """

    is_usable: bool
    is_by_domain: bool
    address: str
    name: str
    answers_to: str
    is_own: bool
    shows_notices: bool
    sent: int
    ahead: int
    next_at: datetime | None
    most: int = MOST


def route(services: Services, opening: Opening, *, now: datetime) -> NoReplyRoute:
    """The route of automated mail as it is now."""
    rows = services.rows
    goal = automated.target(rows, services.vault, services.config)
    is_by_domain = goal.route is Route.SMTP
    answers_to = goal.reply_to or goal.address
    ahead = sum(each.count for each in automated_store.waiting(rows, now=now))
    return NoReplyRoute(
        is_usable=goal.is_usable,
        is_by_domain=is_by_domain,
        address=goal.address,
        name=goal.name,
        answers_to=answers_to,
        is_own=any(
            not each.is_shared and fold(each.address) == fold(answers_to)
            for each in opening.senders
        ),
        shows_notices=bool(feed_store.synced_addresses(rows, [fold(goal.address)])),
        sent=automated_store.count(rows, since=now - automated.WITHIN),
        ahead=ahead,
        next_at=None if is_by_domain else automated.free_after(rows, ahead, now=now),
    )


def held_until(rows: Rows, mail: Mail, *, now: datetime) -> datetime | None:
    """When the limit lets a mail go that was just queued. None if it is not held."""
    if not mail.is_no_reply or mail.route is Route.SMTP:
        return None
    ahead = sum(each.count for each in automated_store.waiting(rows, now=now))
    next_at = automated.free_after(rows, ahead, now=now)
    return next_at if next_at is not None and next_at > mail.free_at else None
