"""Rosa's interview with Sam and Kim, which somebody moved in Outlook to an hour in a week."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.interviews import store
from portal.interviews.models import Interview
from portal.interviews.outside import move_store
from portal.interviews.outside.models import Move
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from tests.interviews.changes.conftest import claimed
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, visitor, words

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BUENOS_AIRES = "America/Argentina/Buenos_Aires"
PAGE = "/interviews/first"
UNDO = f"{PAGE}/moves/first-move/undo"


@dataclass(frozen=True)
class Moved:
    """Priya before the interview "first", which was at `before` and now is at `at`."""

    rows: Rows
    priya: Visitor
    before: datetime
    at: datetime

    @property
    def interview(self) -> Interview:
        return store.interview(self.rows, "first")

    @property
    def moves(self) -> list[Move]:
        """The latest first."""
        return move_store.of_interview(self.rows, "first")

    @property
    def page(self) -> str:
        return self.priya.text(PAGE)

    def fields(self, path: str = PAGE) -> dict[str, str]:
        """The hidden fields of the form that undoes the move."""
        names = ("version", "seen_time", "seen_place", "seen_panel", "seen_state", "override")
        form = self.priya.get(path).text.split("</form>")
        shown = next(each for each in form if 'name="seen_time"' in each)
        return {
            name: shown.split(f'name="{name}" value="')[1].split('"')[0]
            for name in names
            if f'name="{name}"' in shown
        }

    def undo(self, fields: dict[str, str] | None = None, path: str = UNDO) -> str:
        answer = self.priya.post(path, self.fields() if fields is None else fields)
        return self.said(answer)

    def said(self, answer: object) -> str:
        """The sentence after a redirect, or the page of a refusal."""
        if answer.status_code == 303:  # type: ignore[attr-defined]  # an answer of a visitor
            with self.priya.client.session_transaction() as session:
                return " ".join(text for _, text in session.pop("_flashes", []))
        return f"{answer.status_code} {words(answer)}"  # type: ignore[attr-defined,arg-type]  # the same

    def change(self, **columns: builders.Value) -> None:
        with self.rows.write():
            for name, value in columns.items():
                raw(self.rows).execute(f"update interviews set {name} = ?", [value])  # noqa: S608  # names of columns

    def agree(self, role: str, at: datetime) -> None:
        """Let Microsoft have this hour for one event."""
        with self.rows.write():
            raw(self.rows).execute(
                "update interview_events set agreed_starts_at = ?, agreed_ends_at = ? "
                "where role = ?",
                [clock.text(at), clock.text(at + HOUR), role],
            )


@pytest.fixture
def moved(rows: Rows, instance: Path) -> Moved:
    now = clock.utc_now()
    at = (now + 7 * DAY).replace(hour=9, minute=30, second=0)
    before = at - DAY
    for name in ("Priya Kaur", "Sam Reed"):
        builders.user(rows, name, time_zone="Europe/London")
    builders.user(rows, "Kim Lund", role="limited", time_zone="Europe/London")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    zone = {"candidate_zone": BUENOS_AIRES, "zone": "Europe/London"}
    builders.interview(rows, "first", at=at, panel=["sam", "kim"], version=2, **zone)
    for role in ("internal", "candidate"):
        agreed = {"agreed_starts_at": at, "agreed_ends_at": at + HOUR}
        builders.interview_event(rows, "first", role, **agreed)
    builders.told(
        rows, "first", "Rosa Ortega", "rosa.ortega@mail.example", at=at, role="candidate", version=2
    )
    for name, hour in (("Sam Reed", at), ("Kim Lund", before)):
        person = builders.first_name(name)
        address = f"{person}@northwind.example"
        builders.told(rows, "first", name, address, at=hour, user_id=person)
    for person in ("sam", "kim"):
        builders.calendar_read(rows, person, at=now)
    builders.outside_move(rows, "first", before=before, at=at, version=2)
    claimed(rows)
    with rows.write():
        platforms.save(rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="", now=now)
    app = portal_in(instance)
    return Moved(rows, visitor(app, "priya"), before, at)
