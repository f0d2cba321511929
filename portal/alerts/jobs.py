"""Mail about what needs people as due work."""

from collections.abc import Callable
from datetime import datetime

from portal.alerts import rounds, store
from portal.services import Services
from portal.storage.claims import Claim
from portal.worker.queue import Part, WorkKind


def tell_people(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    rounds.work_through(services, claim, should_stop=should_stop)


def plan(services: Services, now: datetime) -> bool:
    store.plan(services.rows, now=now)
    return True


ALERTS = WorkKind(
    name="alerts",
    part=Part(
        "alerts",
        "Needs you",
        "Once a minute, Portal finds what needs people, and writes to each once a day at most.",
        "Portal has not checked yet.",
    ),
    claims=store.CLAIMS,
    listing=store.LISTING,
    work=tell_people,
    plan=plan,
    stages={"waiting": "Finds what needs people"},
)
