"""The chores of a worker: interviews follow people who were disabled and candidates deleted."""

from datetime import datetime

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.interviews.effects import deletions, departures, lost_groups, lost_rooms
from portal.services import Services

NAME = "interviews"


def settle(services: Services, now: datetime) -> None:
    """Settle what a page has not: people whom user sync disabled, and more."""
    act = Act(services.rows, Actor.system(NAME), now)
    departures.settle_all(act)
    deletions.cancel_left(act)
    lost_rooms.ask_all(act)
    lost_groups.ask_all(act)


def forget_candidates(services: Services, now: datetime) -> None:
    deletions.forget(Act(services.rows, Actor.system(NAME), now))
