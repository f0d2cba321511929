"""Priya organizes interviews with Rosa; Sam and Kim are on the panel, and can be read."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.entra.models import Identity, PersonToken
from portal.errors import PortalError
from portal.group_calendars import store as group_calendars
from portal.integrations import platforms
from portal.interviews import store
from portal.interviews.changes import generations
from portal.interviews.microsoft import turn, work
from portal.interviews.microsoft.jobs import INTERVIEWS
from portal.interviews.microsoft.models import Known
from portal.interviews.models import Event, Interview, Role, Told
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature
from portal.storage.claims import Claim
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from portal.users import store as users
from portal.worker.retry import setback
from sandbox.entra import tokens
from tests.microsoft365.environment import Environment
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID

NOW = clock.utc_now
BY = Actor.system("test")
USUAL = frozenset({"openid", "profile", "email", "offline_access", "User.Read"})
ORGANIZES = ("Calendars.ReadWrite", "OnlineMeetings.ReadWrite", "Group.ReadWrite.All")
READS = ("Calendars.Read",)
ROSA = "rosa.ortega@mail.example"
SAM, KIM = "sam@northwind.example", "kim@northwind.example"
ROOM = "aurora@northwind.example"
PRIYA = "priya@northwind.example"
GROUP = "recruiting@northwind.example"
CREATE, LINK = "/onlineMeetings/createOrGet", "https://teams.microsoft.com/"


def never() -> bool:
    return False


@dataclass
class Stage:
    """A portal, the practice tenant, and time that moves in Portal alone."""

    env: Environment
    monkeypatch: pytest.MonkeyPatch
    offset: timedelta = timedelta(0)
    pauses: list[float] = field(default_factory=list)
    during_pause: tuple[int, Callable[[], object]] | None = None

    feature: ClassVar = Feature.SCHEDULING

    @property
    def rows(self) -> Rows:
        return self.env.rows

    @property
    def act(self) -> Act:
        """The act of Priya at a page."""
        return Act(self.rows, Actor("priya", "Priya Kaur"), clock.utc_now())

    def open(self) -> None:
        self.monkeypatch.setattr(clock, "utc_now", lambda: NOW() + self.offset)
        platforms.enable(Act(self.rows, BY, clock.utc_now()), Platform.MICROSOFT_365)
        for name, scopes in (("Priya Kaur", ORGANIZES), ("Sam Reed", READS), ("Kim Lund", READS)):
            self.hire(name)
            self.connect(builders.first_name(name), *scopes)
        builders.candidate(self.rows, "Rosa Ortega", ROSA, now=clock.utc_now(), by="priya")
        groups = self.env.sandbox.control("GET", "groups")["value"]
        group = next(each for each in groups if each["displayName"] == "Recruiting")
        builders.group_calendar(self.rows, "Recruiting", id="hiring", group_id=group["id"])

    def hire(self, name: str) -> str:
        address = f"{builders.first_name(name)}@northwind.example"
        facts = {"tenant_id": TENANT_ID, "object_id": self.env.sandbox.oid(address)}
        return builders.user(self.rows, name, **facts)

    def connect(self, user_id: str, *scopes: str) -> None:
        """Connect a person with these permissions beside the usual ones."""
        user, state = users.user(self.rows, user_id), self.env.sandbox.state
        person = state.row("select * from users where upn = ?", (user.address,))
        assert person is not None
        granted = USUAL | set(scopes)
        access = tokens.person_access_token(state, person, client_id=CLIENT_ID, scopes=set(granted))
        ends_at = clock.utc_now() + timedelta(days=3)
        identity = Identity(TENANT_ID, person["id"], user.address, user.display_name)
        connections.connect(
            Act(self.rows, BY, clock.utc_now()),
            self.env.services.vault,
            user_id=user_id,
            token=PersonToken(access, "a refresh token", ends_at, granted, identity),
        )

    def schedule(self, interview_id: str = "first", **columns: Any) -> None:
        """An interview that a page just made: its row, panel, events, claims and work."""
        usual: dict[str, Any] = {"panel": ("sam", "kim"), "state": "writing", "place": "phone"}
        usual["words"] = "Hi Rosa"
        if columns.get("calendar") == "group":
            usual |= {"calendar_id": "hiring"}
        usual["at"] = clock.utc_now() + timedelta(days=2)
        builders.interview(self.rows, interview_id, **usual | columns)
        with self.rows.write():
            one = store.interview(self.rows, interview_id)
            generations.plan(self.rows, one)
            store.make_due(self.rows, interview_id, now=clock.utc_now())
        for each in store.panel(self.rows, interview_id):
            self.hold("person", each.user_id, one)

    def hold(self, kind: str, subject: str, one: Interview) -> None:
        claim: dict[str, Any] = {
            "interview_id": one.id,
            "kind": kind,
            "subject": subject,
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
        }
        builders.insert(self.rows, "slot_claims", claim)

    def claim(self) -> Claim | None:
        return INTERVIEWS.claim(self.env.services, "test", now=clock.utc_now())

    def work(self, claim: Claim | None = None) -> str:
        """Do what is due as a worker does. Returns the failure, or nothing."""
        claim = claim or self.claim()
        assert claim is not None, "nothing is due"
        try:
            turn.work_through(self.env.services, claim, should_stop=never, pause=self.pause)
        except PortalError as error:
            back = setback(error)
            INTERVIEWS.fail(self.env.services, claim, back, now=clock.utc_now())
            return str(error)
        return ""

    def at_pause(self, number: int, do: Callable[[], object]) -> None:
        """Let something happen during the pause of this number."""
        self.during_pause = number, do

    def pause(self, seconds: float) -> None:
        """Wait without waiting."""
        self.pauses.append(seconds)
        if self.during_pause and self.during_pause[0] == len(self.pauses):
            self.during_pause[1]()

    def fail(self, error: Exception) -> None:
        """Let the work on it fail like this."""
        claim = self.claim()
        assert claim is not None, "nothing is due"
        INTERVIEWS.fail(self.env.services, claim, setback(error), now=clock.utc_now())

    def work_until_done(self) -> None:
        """Work through failures, each after its wait."""
        for _ in range(6):
            if not self.work():
                return
            self.pass_time(seconds=61)
        raise AssertionError("it fails again and again")

    def make_member(self, user_id: str) -> None:
        """A member of the group whose connection was proven to read its calendar."""
        self.hire("Alex Berg" if user_id == "alex" else user_id.title())
        self.connect(user_id, *ORGANIZES)
        now = clock.utc_now()
        reach: dict[str, Any] = {"calendar_id": "hiring", "user_id": user_id, "is_member": 1}
        reach |= {"state": "ready", "checked_at": now}
        builders.insert(self.rows, "calendar_reach", reach)

    @property
    def now(self) -> datetime:
        return clock.utc_now()

    def pass_time(self, **time: float) -> None:
        self.offset += timedelta(**time)

    def fault(self, path: str, **plan: Any) -> None:
        self.env.sandbox.control("POST", "faults", {"path": path, "times": 1, **plan})

    def lose(self, path: str, method: str) -> None:
        """Carry the next such call out, and lose its answer."""
        self.fault(path, method=method, carriedOut=True, reset=True)

    def change(self, sql: str, *values: object) -> None:
        with self.rows.write():
            raw(self.rows).execute(sql, list(values))

    @property
    def known(self) -> Known:
        return work.known(self.rows, "first")

    @property
    def one(self) -> Interview:
        return store.interview(self.rows, "first")

    def event(self, role: Role = Role.INTERNAL) -> Event:
        return next(each for each in store.events(self.rows, "first") if each.role is role)

    @property
    def ledger(self) -> dict[str, Told]:
        return {each.address: each for each in store.ledger(self.rows, "first")}

    @property
    def claims(self) -> int:
        return self.rows.value(int, "select count(*) from slot_claims") or 0

    @property
    def is_due(self) -> bool:
        return self.rows.value(int, "select 1 from interview_work") is not None

    def at_microsoft(self, mailbox: str = PRIYA) -> list[dict[str, Any]]:
        """The events that a calendar organizes, as they are stored there, the first made first."""
        state, owner = self.env.sandbox.state, self._owner(mailbox)
        found = state.rows(
            "select id, item, ical_uid from events where owner = ? and deleted_at is null "
            "order by created_at",
            (owner,),
        )
        items = [json.loads(each["item"]) | {"uid": each["ical_uid"]} for each in found]
        return [each for each in items if each["isOrganizer"] and not each["isCancelled"]]

    def answer(self, who: str, verb: str) -> None:
        """Answer the panel's event on one's own copy, as in Outlook."""
        user_id = who.partition("@")[0]
        graph = self.env.services.microsoft365.client_of_person(Feature.AVAILABILITY, user_id)
        found = graph.get("events", query={"$filter": f"iCalUId eq '{self.event().ical_uid}'"})
        self.connect(user_id, *ORGANIZES)
        graph.post(f"events/{found['value'][0]['id']}/{verb}", {"sendResponse": True})

    def set_status(self, who: str, response: str) -> None:
        """An answer by mail of somebody outside, as it stands on the candidate's event."""
        event, state = self.event(Role.CANDIDATE), self.env.sandbox.state
        row = state.row("select item from events where id = ?", (event.graph_id,))
        assert row is not None
        item = json.loads(row["item"])
        status = {"response": response, "time": "2026-11-30T10:00:00Z"}
        [attendee] = [each for each in item["attendees"] if who in str(each["emailAddress"])]
        attendee["status"] = status
        with state.write():
            values = (json.dumps(item), event.graph_id)
            state.execute("update events set item = ? where id = ?", values)

    def hide_copies(self) -> None:
        """Take the invitations from everybody's calendar, as before they arrive."""
        self._rename_copies("hidden-")

    def show_copies(self) -> None:
        self._rename_copies("")

    def _rename_copies(self, start: str) -> None:
        state, uid = self.env.sandbox.state, self.event().ical_uid
        with state.write():
            for address in (SAM, KIM):
                state.execute(
                    "update events set ical_uid = ? where owner = ? and ical_uid like ?",
                    (f"{start}{uid}", self._owner(address), f"%{uid}"),
                )

    def _owner(self, mailbox: str) -> str:
        if mailbox == GROUP:
            return group_calendars.calendar(self.rows, "hiring").group_id
        return self.env.sandbox.oid(mailbox)

    @property
    def mails(self) -> Counter[tuple[str, str]]:
        """The mail of meetings that people got who were invited: how often, by kind and address.

        A quirk of Microsoft's makes the writer on a group's calendar an attendee.
        """
        found = self.env.sandbox.control("GET", "invitations")["value"]
        invited = (each for each in found if each["via"] == "attendee")
        sent = (each for each in invited if each["address"] != PRIYA)
        return Counter((each["kind"], each["address"]) for each in sent)

    def calls(self, method: str, path: str) -> int:
        found = self.env.sandbox.state.rows("select method, path from requests")
        return sum(1 for each in found if each["method"] == method and path in each["path"])


def once(*people: str) -> Counter[tuple[str, str]]:
    """One invitation for each, and no other mail."""
    return Counter(("request", each) for each in people)


def addresses(event: dict[str, Any]) -> set[str]:
    return {each["emailAddress"]["address"] for each in event["attendees"]}
