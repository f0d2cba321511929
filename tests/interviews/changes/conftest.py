"""One interview with Rosa tomorrow, whose panel is Sam and Kim, and what people make of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.calendars.models import Room
from portal.interviews import claims, store
from portal.interviews.models import Claimed, Interview, Panelist, Subject
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from tests.interviews.plan.conftest import MICROSOFT
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import portal_in

HOUR = timedelta(hours=1)
AURORA = Room("aurora", "Aurora", "Aurora@northwind.example")
BIRCH = Room("birch", "Birch", "birch@northwind.example")


@dataclass(frozen=True)
class Desk:
    """Priya, who changes the interview "first" at `at`."""

    rows: Rows
    at: datetime

    @property
    def act(self) -> Act:
        return Act(self.rows, Actor("priya", "Priya Kaur"), clock.utc_now())

    @property
    def interview(self) -> Interview:
        return store.interview(self.rows, "first")

    @property
    def panel(self) -> list[Panelist]:
        return store.panel(self.rows, "first")

    def panelist(self, user_id: str, *, is_required: bool = True) -> Panelist:
        row = next(raw(self.rows).query("select * from users where id = ?", [user_id]))
        return Panelist(user_id, row["display_name"], row["address"], is_required)

    def held(self, interview_id: str = "first") -> set[tuple[str, datetime]]:
        """People and rooms that the interview holds, each with the start."""
        found = raw(self.rows).query(
            "select subject, starts_at from slot_claims where interview_id = ?", [interview_id]
        )
        return {(row["subject"], clock.moment(row["starts_at"])) for row in found}

    def change(self, **columns: builders.Value) -> None:
        """Set columns of the interview as a worker would have left them."""
        with self.rows.write():
            for name, value in columns.items():
                stored = clock.text(value) if isinstance(value, datetime) else value
                raw(self.rows).execute(
                    f"update interviews set {name} = ? where id = 'first'",  # noqa: S608  # names of columns
                    [stored],
                )

    def other(self, at: datetime, *, person: str = "", room: str = "") -> None:
        """Another interview that holds a person's or a room's time."""
        builders.interview(self.rows, "other", at=at)
        kind = Subject.PERSON if person else Subject.ROOM
        with self.rows.write():
            store.add_claims(self.rows, [Claimed("other", kind, person or room, at, at + HOUR)])

    @property
    def is_due(self) -> bool:
        return bool(builders.ids(self.rows, "interview_work"))

    @property
    def audited(self) -> list[str]:
        return [row["action"] for row in raw(self.rows)["audit_log"].rows]


def claimed(rows: Rows) -> None:
    one = store.interview(rows, "first")
    with rows.write():
        claims.take(rows, one, store.panel(rows, "first"), override=False)


@pytest.fixture
def desk(rows: Rows) -> Desk:
    now = clock.utc_now()
    at = now + timedelta(days=1)
    with rows.write():
        platforms.save(rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="", now=now)
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    for name in ("Sam Reed", "Kim Lund", "Noa Levi"):
        builders.user(rows, name, role="limited")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.interview(rows, "first", at=at, panel=["sam", "kim"])
    builders.interview_event(rows, "first")
    builders.interview_event(rows, "first", "candidate")
    builders.told(rows, "first", "Rosa Ortega", "rosa.ortega@mail.example", at=at, role="candidate")
    for name in ("Sam Reed", "Kim Lund"):
        address = f"{builders.first_name(name)}@northwind.example"
        builders.told(rows, "first", name, address, at=at, user_id=builders.first_name(name))
    claimed(rows)
    return Desk(rows, at)


@pytest.fixture
def app(desk: Desk, instance: Path) -> Flask:  # its rows come first
    return portal_in(instance, microsoft=MICROSOFT)
