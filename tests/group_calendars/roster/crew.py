"""People who schedule on the calendar of the group Recruiting: Alex owns it, Priya is a member."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.entra.models import Identity, PersonToken
from portal.errors import PortalError
from portal.group_calendars import store as calendars
from portal.group_calendars.roster import overview, watch_store
from portal.group_calendars.roster.jobs import GROUP_CALENDARS
from portal.group_calendars.roster.models import Status, Watch
from portal.group_calendars.roster.overview import Person
from portal.integrations import platforms
from portal.microsoft365 import connections
from portal.storage.claims import Claim
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from portal.worker.retry import setback
from sandbox.entra import tokens
from tests.email.environment import ALEX, PRIYA, EmailEnvironment, never
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID

NOW = clock.utc_now
BY = Actor(id="alex", name="Alex Berg")
USUAL = frozenset({"openid", "profile", "email", "offline_access", "User.Read", "Mail.Read"})
WRITES_GROUPS = "Group.ReadWrite.All"
HIRING = "hiring"


@dataclass
class Crew:
    """A portal with one group calendar, and time that moves here and at Microsoft."""

    env: EmailEnvironment
    monkeypatch: pytest.MonkeyPatch
    offset: timedelta = timedelta(0)
    alex: str = ""
    priya: str = ""

    @property
    def rows(self) -> Rows:
        return self.env.rows

    def open(self) -> None:
        self.monkeypatch.setattr(clock, "utc_now", lambda: NOW() + self.offset)
        platforms.enable(Act(self.rows, BY, clock.utc_now()), Platform.MICROSOFT_365)
        self.priya, self.alex = self.env.hire(PRIYA), self.env.hire(ALEX)
        self.change("update users set role = 'admin' where id = ?", self.alex)
        self.add_calendar()

    def add_calendar(self) -> None:
        groups = self.env.sandbox.control("GET", "groups")["value"]
        group = next(each for each in groups if each["displayName"] == "Recruiting")
        builders.group_calendar(
            self.rows,
            "Recruiting",
            id=HIRING,
            group_id=group["id"],
            is_default=1,
        )

    def connect(self, address: str, *scopes: str) -> str:
        """Connect a person with these permissions beside the usual ones."""
        person = self.env.sandbox.state.row("select * from users where upn = ?", (address,))
        assert person is not None, address
        user_id = self.env.hire(address)
        granted = USUAL | set(scopes)
        token = tokens.person_access_token(
            self.env.sandbox.state, person, client_id=CLIENT_ID, scopes=set(granted)
        )
        identity = Identity(TENANT_ID, person["id"], address, person["display_name"])
        expires_at = clock.utc_now() + timedelta(days=3)
        connections.connect(
            self.act,
            self.env.services.vault,
            user_id=user_id,
            token=PersonToken(token, "a refresh token", expires_at, granted, identity),
        )
        return user_id

    @property
    def act(self) -> Act:
        return Act(self.rows, BY, clock.utc_now())

    def change(self, sql: str, *values: object) -> None:
        with self.rows.write():
            raw(self.rows).execute(sql, list(values))

    def group(self, **changes: object) -> None:
        """Change the group at Microsoft."""
        self.env.sandbox.control("PATCH", f"groups/{self.group_id}", changes)

    @property
    def group_id(self) -> str:
        return calendars.calendar(self.rows, HIRING).group_id

    def claim(self) -> Claim | None:
        return GROUP_CALENDARS.claim(self.env.services, "test", now=clock.utc_now())

    def work(self) -> bool:
        """Do what is due, as a worker does. False if nothing is."""
        claim = self.claim()
        if claim is None:
            return False
        try:
            GROUP_CALENDARS.work(self.env.services, claim, never)
        except PortalError as error:
            back = setback(error)
            GROUP_CALENDARS.fail(self.env.services, claim, back, now=clock.utc_now())
        return True

    def pass_time(self, **time: float) -> None:
        self.offset += timedelta(**time)

    def person(self, user_id: str) -> Person:
        calendar = calendars.calendar(self.rows, HIRING)
        found = overview.person(self.rows, calendar, user_id)
        assert found is not None
        return found

    def status(self, user_id: str) -> Status:
        return self.person(user_id).status

    @property
    def watch(self) -> Watch:
        found = watch_store.watches(self.rows).get(HIRING)
        assert found is not None
        return found

    def fault(self, path: str, status: int, **more: Any) -> None:
        self.env.sandbox.control("POST", "faults", {"path": path, "status": status, **more})

    def calls(self, path: str) -> int:
        """Count the requests that the tenant received for this path."""
        found = self.env.sandbox.state.rows("select path from requests")
        return sum(1 for each in found if path in each["path"])
