"""Priya plans an interview with Rosa in Buenos Aires. Sam's and Kim's calendars are read."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal import clock
from portal.config import MicrosoftConfig
from portal.interviews.plan.typed import first_day
from portal.storage.rows import Rows
from tests.interviews.plan.form import filled
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, services_of, visitor

MALMO = ZoneInfo("Europe/Stockholm")
NEW = "/candidates/rosa/interviews/new"
SCOPES = "User.Read Group.ReadWrite.All OnlineMeetings.ReadWrite Calendars.ReadWrite"
# No server answers there.
MICROSOFT = MicrosoftConfig(
    client_id="portal",
    client_secret="secret",  # a test's own
    tenant="northwind",
    authority="http://localhost:9",
    graph="http://localhost:9",
)


@dataclass(frozen=True)
class Desk:
    """Priya at step 1. `day` is the first day that is shown."""

    app: Flask
    priya: Visitor
    day: date

    @property
    def rows(self) -> Rows:
        return services_of(self.app).rows

    def at(self, clock_text: str) -> datetime:
        local = datetime.combine(self.day, time.fromisoformat(clock_text), MALMO)
        return local.astimezone(UTC)

    def start(self, clock_text: str) -> str:
        return clock.text(self.at(clock_text))

    def open(self) -> TestResponse:
        answer = self.priya.get(NEW)
        assert answer.status_code == 200, answer.text
        return answer

    def press(self, do: str, page: TestResponse | None = None, **changes: object) -> TestResponse:
        """Press a button of this page, or of a new one, after changing some fields."""
        found = filled(page or self.open(), **changes)  # type: ignore[arg-type]  # fields by name
        return self.priya.post(NEW, found | {"do": [do]})


@pytest.fixture
def desk(rows: Rows, instance: Path) -> Desk:
    now = clock.utc_now()
    for name, role in (("Priya Kaur", "member"), ("Sam Reed", "member"), ("Kim Lund", "limited")):
        builders.user(rows, name, role=role, time_zone="Europe/Stockholm")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    raw(rows).execute("update candidates set time_zone = 'America/Argentina/Buenos_Aires'")
    builders.connection(rows, "priya", scopes=SCOPES)
    for each in ("sam", "kim"):
        builders.calendar_read(rows, each, at=now)
    app = portal_in(instance, microsoft=MICROSOFT)
    return Desk(app, visitor(app, "priya"), first_day(now, MALMO))
