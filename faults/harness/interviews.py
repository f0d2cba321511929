"""A fault run in which interviews are scheduled, and the practice tenant's record of them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from faults.harness import fault_run
from faults.harness.fault_run import ACTOR, FaultRun
from faults.harness.messages import MEMBER, ROSA
from portal.audit.act import Act
from portal.clock import utc_now
from portal.entra.models import Identity, PersonToken
from portal.interviews import store
from portal.interviews.changes import generations
from portal.interviews.models import Claimed, Event, Role, State, Subject
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature, scopes_needed
from sandbox.entra import tokens
from tests.support import builders
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID

FEATURES = (
    Feature.SIGN_IN,
    Feature.EMAIL_SYNC,
    Feature.GROUP_CALENDARS,
    Feature.SCHEDULING,
    Feature.MEETINGS,
)
SAM = "sam.panel@northwind.example"
KIM = "kim.panel@northwind.example"
CALENDAR = "calendar"
GROUP = {
    "displayName": "Interviews",
    "mail": "interviews@northwind.example",
    "groupTypes": ["Unified"],
    "visibility": "Public",
    "members": [MEMBER],
    "subscribers": [],
}
LONG_AGO = "2026-01-01T00:00:00Z"
IS_UNDER_WAY = """
select (select count(*) from interviews where state in ('writing', 'changing'))
    + (select count(*) from interview_findings f join interviews i on i.id = f.interview_id
        where f.state = 'put_back' and f.kind in ('attendee_added', 'attendee_removed', 'subject',
            'room') and i.goal = 'scheduled' and i.state = 'scheduled')
"""


@dataclass
class InterviewRun:
    """Interviews of one organizer with Rosa, and Sam on the panel. Kim could organize too."""

    run: FaultRun
    panel: str
    kim: str
    group_id: str

    def schedule(
        self,
        number: int = 0,
        *,
        calendar: str = "group",
        place: str = "teams",
        panel: str = "",
    ) -> str:
        """Write what a page does when somebody sends an interview. Returns its id."""
        panelist = panel or self.panel
        rows, now = self.run.services.rows, utc_now()
        interview_id = f"interview-{number}"
        builders.interview(
            rows,
            interview_id,
            at=now + timedelta(days=2, hours=number),
            panel=[panelist],
            candidate_id=self.run.candidate,
            organizer_id=self.run.user_id,
            scheduled_by=self.run.user_id,
            calendar=calendar,
            calendar_id=CALENDAR if calendar == "group" else None,
            place=place,
            state=State.WRITING,
        )
        with rows.write():
            one = store.interview(rows, interview_id)
            generations.plan(rows, one)
            held = Claimed(one.id, Subject.PERSON, panelist, one.starts_at, one.ends_at)
            store.add_claims(rows, [held])
            store.make_due(rows, interview_id, now=now)
        return interview_id

    def make_due(self) -> None:
        """Let the time of each wait pass, and end the claim of a killed worker."""
        self.run.end_claims()
        self.run.change("update interview_work set due_at = ?", [LONG_AGO])
        self.run.change(
            "update interview_events set proof_due_at = ?, invited_at = ? "
            "where proof_due_at is not null",
            [LONG_AGO, LONG_AGO],
        )

    @property
    def is_under_way(self) -> bool:
        return self.run.value(IS_UNDER_WAY) > 0

    def wrong(self, interview_id: str) -> list[str]:
        """Sentences about an interview that was not written once, or left something behind."""
        rows = self.run.services.rows
        one = store.interview(rows, interview_id)
        events = {each.role: each for each in store.events(rows, interview_id)}
        told = {each.address for each in store.ledger(rows, interview_id)}
        expected = {Role.INTERNAL: {SAM}, Role.CANDIDATE: {ROSA}}
        theirs = self._events(interview_id)
        wrong = [] if one.state is State.SCHEDULED else [f"it is {one.state}: {one.reason}"]
        if sorted(theirs) != sorted(each.graph_id or "" for each in events.values()):
            wrong.append(f"{len(theirs)} events are at Microsoft, not one for each role")
        for role, people in expected.items():
            invited = theirs.get(events[role].graph_id or "", Counter())
            if invited != Counter(people):
                wrong.append(f"the {role} event invites {sorted(invited.elements())}")
        if told != {SAM, ROSA}:
            wrong.append(f"the ledger has {sorted(told)}")
        return wrong + self._mails(events.values()) + self._left(interview_id)

    def _mails(self, events: Iterable[Event]) -> list[str]:
        """Mail of these meetings other than one invitation for each person."""
        uids = [each.ical_uid for each in events]
        found = self.run.sandbox.control("GET", "invitations")["value"]
        sent = Counter(
            (each["kind"], each["address"])
            for each in found
            if each["icalUid"] in uids and each["address"] not in (MEMBER, GROUP["mail"])
        )
        expected = Counter([("request", SAM), ("request", ROSA)])
        return [] if sent == expected else [f"Microsoft sent {dict(sent)}"]

    def _events(self, interview_id: str) -> dict[str, Counter[str]]:
        """The events with our mark that are not deleted: their attendees, by id."""
        state, rows = self.run.sandbox.state, self.run.services.rows
        marks = [each.id for each in store.events(rows, interview_id)]
        found = state.rows("select id, item, properties from events where deleted_at is null")
        ours = (each for each in found if any(mark in each["properties"] for mark in marks))
        return {each["id"]: _attendees(each["item"]) for each in ours if _is_organizers(each)}

    def _left(self, interview_id: str) -> list[str]:
        """Claims on times and on work that nobody holds any more."""
        value = self.run.services.rows.value
        held = value(int, "select count(*) from slot_claims where interview_id = ?", [interview_id])
        claimed = value(
            int,
            "select count(*) from interview_work where id = ? and claimed_by is not null",
            [interview_id],
        )
        wrong = [] if held == 1 else [f"{held} times are held"]
        return wrong + (["a worker's claim is left"] if claimed else [])


def _attendees(item: str) -> Counter[str]:
    """Everybody invited. The group and the writer may stand there by a quirk of Microsoft's."""
    found = [each["emailAddress"]["address"] for each in json.loads(item)["attendees"]]
    return Counter(each for each in found if each not in (MEMBER, GROUP["mail"]))


def _is_organizers(row: dict[str, str]) -> bool:
    return bool(json.loads(row["item"])["isOrganizer"])


@contextmanager
def interviews() -> Iterator[InterviewRun]:
    with fault_run.one_mailbox(messages=0) as run:
        group = run.sandbox.control("POST", "groups", GROUP)
        panel = run.environment.add_member("Sam Reed", SAM, [SAM])
        kim = run.environment.add_member("Kim Field", KIM, [KIM])
        _connect(run, MEMBER, run.user_id)
        _connect(run, KIM, kim)
        rows = run.services.rows
        builders.group_calendar(rows, "Interviews", id=CALENDAR, group_id=group["id"], is_default=1)
        yield InterviewRun(run, panel, kim, group["id"])


def _connect(run: FaultRun, address: str, user_id: str) -> None:
    """Give a person's connection every permission that scheduling needs."""
    state = run.sandbox.state
    person = state.row("select * from users where upn = ?", (address,))
    if person is None:
        raise LookupError(address)
    scopes = scopes_needed(FEATURES)
    access = tokens.person_access_token(state, person, client_id=CLIENT_ID, scopes=set(scopes))
    identity = Identity(TENANT_ID, person["id"], address, person["display_name"])
    ends_at = utc_now() + timedelta(days=3)  # also for workers whose clocks run fast
    token = PersonToken(access, "a refresh token", ends_at, frozenset(scopes), identity)
    act = Act(run.services.rows, ACTOR, utc_now())
    connections.connect(act, run.services.vault, user_id=user_id, token=token)
