"""Priya schedules an interview with Rosa; Sam and Kim are the panel."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.config import MicrosoftConfig
from portal.group_calendars.roster import store as roster
from portal.group_calendars.roster.models import Probe
from portal.interviews import store
from portal.interviews.models import Claimed, Place, Subject
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.planned import Planned, planned
from portal.microsoft365 import authorizations
from portal.storage import platforms
from portal.storage.ids import new_id
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from tests.interviews.rows import interview
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, visitor

HOUR = timedelta(hours=1)
# No server answers there.
MICROSOFT = MicrosoftConfig(
    client_id="portal",
    client_secret="secret",  # a test's own
    tenant="northwind",
    authority="http://localhost:9",
    graph="http://localhost:9",
)
OWN = "User.Read Mail.Read Calendars.ReadWrite OnlineMeetings.ReadWrite"
EVERYTHING = f"{OWN} Group.ReadWrite.All"


@dataclass(frozen=True)
class Desk:
    """Priya at step 2, with an hour at `at` tomorrow."""

    rows: Rows
    at: datetime

    @property
    def act(self) -> Act:
        return Act(self.rows, Actor("priya", "Priya Kaur"), clock.utc_now())

    @property
    def draft(self) -> Draft:
        """A Teams interview on Priya's own calendar."""
        return Draft(
            form_number=new_id(),
            day=self.at.date(),
            zone="Europe/Stockholm",
            kind_id="interview",
            title="Technical interview",
            panel=("sam", "kim"),
            place=Place.TEAMS,
            calendar="organizer",
            organizer_id="priya",
            starts_at=self.at,
            words="Sam and Kim look forward to talking to you.",
        )

    def drafted(self, **changes: Any) -> Draft:
        return replace(self.draft, **changes)

    def planned(self, **changes: Any) -> Planned:
        return planned(self.act, "rosa", self.drafted(**changes))

    def group_calendar(self, name: str = "Hiring", *, member: str = "priya") -> str:
        """Add a default group calendar that one person is proven to open."""
        calendar_id = builders.group_calendar(self.rows, name, is_default=1)
        with self.rows.write():
            roster.save_membership(self.rows, calendar_id, {member: True})
            roster.save_probe(self.rows, calendar_id, member, Probe.READY, now=clock.utc_now())
        return calendar_id

    def connect(self, user_id: str, scopes: str = EVERYTHING) -> None:
        builders.connection(self.rows, user_id, scopes=scopes)

    def consent(self, role: str) -> None:
        """Let the organization's consent write into organizers' calendars."""
        now = clock.utc_now()
        builders.consent(self.rows, at=now)
        builders.insert(self.rows, "consent_roles", {"role": role, "granted_at": now})
        authorizations.set_scheduling(self.act, wanted=True)

    def hold(self, at: datetime, *, person: str = "", room: str = "") -> None:
        """Another interview holds this hour of a person or a room."""
        other = interview(self.rows, new_id(), at=at)
        kind = Subject.PERSON if person else Subject.ROOM
        with self.rows.write():
            store.add_claims(self.rows, [Claimed(other, kind, person or room, at, at + HOUR)])

    def change(self, sql: str, *parameters: Any) -> None:
        raw(self.rows).execute(sql, [*parameters])

    def count(self, table: str) -> int:
        return int(raw(self.rows)[table].count)

    @property
    def audited(self) -> list[dict[str, Any]]:
        return [*raw(self.rows)["audit_log"].rows]


@pytest.fixture
def desk(rows: Rows) -> Desk:
    now = clock.utc_now()
    builders.user(rows, "Alex Berg", role="admin")
    for name in ("Priya Kaur", "Sam Reed"):
        builders.user(rows, name)
    builders.user(rows, "Kim Lund", role="limited")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.connection(rows, "priya", scopes=EVERYTHING)
    room: dict[str, builders.Value] = {
        "id": "aurora",
        "name": "Aurora",
        "address": "aurora@northwind.example",
    }
    more: dict[str, builders.Value] = {
        "building": "Harbour House",
        "floor": "",
        "equipment": "[]",
        "found_at": now,
    }
    builders.insert(rows, "rooms", room | more)
    return Desk(rows, (now + timedelta(days=1)).replace(minute=0, second=0))


@pytest.fixture
def app(desk: Desk, instance: Path) -> Flask:
    with desk.rows.write():
        platforms.save(
            desk.rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="", now=desk.act.now
        )
    return portal_in(instance, microsoft=MICROSOFT)


@pytest.fixture
def priya(app: Flask) -> Visitor:
    return visitor(app, "priya")
