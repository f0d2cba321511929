"""A portal whose people have calendars in the practice tenant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.availability import jobs, openings, store
from portal.availability.models import CalendarRead, Event
from portal.entra.models import Identity, PersonToken
from portal.errors import PortalError
from portal.microsoft365 import authorizations, connections
from portal.storage.claims import Claim
from portal.worker.retry import setback
from sandbox.entra import tokens
from tests.microsoft365.environment import PEOPLE, Environment
from tests.support import consents
from tests.support.raw_rows import raw
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID

READ = "Calendars.Read"
PRIYA = PEOPLE["priya"][0]
BY = Actor.system("test")


def never() -> bool:
    return False


@dataclass(frozen=True)
class Calendars:
    """A portal and the calendars of its people."""

    env: Environment

    def consent(self, *roles: str) -> None:
        authorizations.set_reading_calendars(self.act(), wanted=True)
        body = {"roles": list(roles or (READ,)), "scopes": []}
        self.env.sandbox.control("POST", "consent", body)
        consents.prove(self.env.services)

    def add(self, name: str, **event: Any) -> dict[str, Any]:
        """Add an event of an hour tomorrow at nine, unless told otherwise."""
        day = self.day(1)
        usual = {"subject": "", "start": f"{day}T09:00:00Z", "end": f"{day}T10:00:00Z"}
        found: dict[str, Any] = self.env.sandbox.control("POST", self.path(name), usual | event)
        return found

    def connect(self, name: str, *scopes: str, user_id: str | None = None) -> str:
        """Connect a new person, or one who is here, with these permissions. Returns the user id."""
        granted = frozenset({"openid", "profile", "email", "offline_access", "User.Read", *scopes})
        user_id = user_id or self.env.person(name)
        address = PEOPLE[name][0]
        state = self.env.sandbox.state
        person = state.row("select * from users where upn = ?", (address,))
        assert person is not None
        token = tokens.person_access_token(state, person, client_id=CLIENT_ID, scopes=set(granted))
        connections.connect(
            self.act(),
            self.env.services.vault,
            user_id=user_id,
            token=PersonToken(
                token,
                "a refresh token",
                clock.utc_now() + timedelta(hours=1),
                granted,
                Identity(TENANT_ID, person["id"], address, person["display_name"]),
            ),
        )
        return user_id

    def act(self) -> Act:
        return Act(self.env.rows, BY, clock.utc_now())

    @staticmethod
    def path(name: str) -> str:
        return f"mailboxes/{PEOPLE[name][0]}/events"

    @staticmethod
    def day(ahead: int) -> str:
        return (datetime.now(UTC) + timedelta(days=ahead)).date().isoformat()

    def fault(self, **plan: Any) -> None:
        self.env.sandbox.control("POST", "faults", plan)

    def open_page(self, user_id: str) -> None:
        openings.note(self.env.rows, user_id, now=clock.utc_now())

    def claim(self, *, after: timedelta = timedelta()) -> Claim | None:
        return jobs.CALENDARS.claim(self.env.services, "test", now=clock.utc_now() + after)

    def read(self, *, should_stop: Callable[[], bool] = never) -> None:
        """Read the calendar that is due as a worker does, and record a failure as it does."""
        claim = self.claim()
        assert claim is not None, "no calendar is due"
        try:
            jobs.read_due_calendar(self.env.services, claim, should_stop)
        except PortalError as error:
            jobs.CALENDARS.fail(self.env.services, claim, setback(error), now=clock.utc_now())

    def opened(self, name: str = "priya") -> str:
        """Add a person who opens the page, and read their calendar."""
        user_id = self.env.person(name)
        self.open_page(user_id)
        self.read()
        return user_id

    def state(self, user_id: str) -> CalendarRead:
        found = store.calendar_read(self.env.rows, user_id)
        assert found is not None
        return found

    def events(self, user_id: str) -> list[Event]:
        now, days = clock.utc_now(), timedelta(days=400)
        return store.events(self.env.rows, user_id, since=now - days, until=now + days)

    def change(self, column: str, moment: datetime) -> None:
        """Set a time of every calendar that is read."""
        raw(self.env.rows).execute(
            f"update calendar_reads set {column} = ?",  # noqa: S608  # the tests' own names
            [clock.text(moment)],
        )

    def make_due(self) -> None:
        self.change("due_at", clock.utc_now() - timedelta(minutes=1))
