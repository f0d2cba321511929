"""A portal and a practice tenant with rooms and users."""

from dataclasses import dataclass

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.calendars import delegates, jobs, store
from portal.calendars.models import Room
from portal.errors import PortalError
from portal.storage.claims import Claim
from portal.worker.retry import setback
from tests.microsoft365.conftest import env, microsoft
from tests.microsoft365.environment import Environment
from tests.support import consents

__all__ = ["env", "microsoft"]
BY = Actor.system("test")
ROLES = ("Place.Read.All", "Calendars.Read")


@dataclass(frozen=True)
class House:
    """A portal whose tenant has rooms."""

    env: Environment

    def consent(self, *roles: str) -> None:
        body = {"roles": list(roles), "scopes": []}
        self.env.sandbox.control("POST", "consent", body)
        consents.prove(self.env.services)

    def choose(self, name: str = "priya") -> str:
        user_id = self.env.person(name)
        delegates.choose(
            Act(self.env.rows, BY, clock.utc_now()),
            user_id,
        )
        return user_id

    def claim(self) -> Claim | None:
        return jobs.ROOMS.claim(self.env.services, "test", now=clock.utc_now())

    def refresh(self) -> None:
        """Refresh the rooms as a worker does, and record a failure as it does."""
        with self.env.rows.write():
            store.make_due(self.env.rows, now=clock.utc_now())
        claim = self.claim()
        assert claim is not None, "it may not be read, or it is claimed"
        try:
            jobs.refresh_rooms(self.env.services, claim, lambda: False)
        except PortalError as error:
            jobs.ROOMS.fail(self.env.services, claim, setback(error), now=clock.utc_now())

    @property
    def failure(self) -> str:
        found = store.refresh(self.env.rows)
        return (found.failure or "") if found else ""

    def rooms(self) -> list[Room]:
        return store.rooms(self.env.rows, limit=1000)

    @property
    def names(self) -> list[str]:
        return [room.name for room in self.rooms()]


@pytest.fixture
def house(env: Environment) -> House:
    return House(env)
