"""Checks of mail that goes out: what needs a decision, and whether automated mail has a route."""

from collections.abc import Iterator
from datetime import datetime

from portal.diagnostics.models import Check, advice, failed, ok
from portal.email_domain import settings
from portal.outbox import automated, automated_store
from portal.outbox.models import Route
from portal.services import Services
from portal.wording import counted, number, verb

WHERE = "Open Integrations, Microsoft 365, Sending."


def checks(services: Services, *, now: datetime) -> Iterator[Check]:
    yield _uncertain(services)
    yield _automated(services, now)


def _uncertain(services: Services) -> Check:
    name, count = "Sent mail", len(automated_store.asking(services.rows))
    if not count:
        return ok(name, "No message needs a decision.")
    return failed(
        name,
        f"{counted(count, 'message')} may have gone out, and Portal cannot tell.",
        f"{WHERE} It names who decides.",
    )


def _automated(services: Services, now: datetime) -> Check:
    name, rows = "Automated mail", services.rows
    waiting = sum(each.count for each in automated_store.waiting(rows, now=now))
    goal = automated.target(rows, services.vault, services.config)
    if goal.route is Route.MICROSOFT and goal.account_id is None:
        return _without_route(services, waiting)
    if goal.route is Route.SMTP:
        return ok(name, f"It goes out from {goal.address} by the email domain.")
    sent = automated.budget(rows, now=now)
    if sent.next_at is not None and waiting:
        return advice(
            name,
            f"{number(sent.sent)} messages went out in 24 hours, and "
            f"{counted(waiting, 'message')} {verb(waiting, 'is', 'are')} held.",
            "Wait, or set up an email domain under Sending.",
        )
    return ok(name, f"It goes out from {goal.address} through Microsoft 365.")


def _without_route(services: Services, waiting: int) -> Check:
    name = "Automated mail"
    if waiting:
        return failed(
            name,
            f"{counted(waiting, 'message')} {verb(waiting, 'is', 'are')} held: there is no route.",
            f"{WHERE} Choose a mailbox that may send, or set up an email domain.",
        )
    domain = settings.in_force(services.rows, services.vault, services.config)
    if domain is not None:
        return advice(name, "The email domain was not tested yet.", f"{WHERE} Press “Send a test”.")
    return ok(name, "None waits. Before some can go out, it needs a mailbox or an email domain.")
