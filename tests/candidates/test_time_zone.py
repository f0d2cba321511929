"""A candidate's time zone: entered, shown as the time there, recorded and exported."""

from datetime import UTC, datetime

import pytest

from portal import clock
from portal.candidates import store
from portal.candidates.models import Candidate
from portal.storage.rows import Rows
from tests.candidates.form_fields import ROSA, number_in
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

DETAILS = "/candidates/rosa/details"
BUENOS_AIRES = "America/Argentina/Buenos_Aires"


def entered(visitor: Visitor, zone: str) -> int:
    number = number_in(visitor.get(DETAILS))
    answer = visitor.post(DETAILS, {**ROSA, "number": number, "time_zone": zone})
    return answer.status_code


def test_a_zone_is_entered_and_the_page_shows_the_time_there(
    priya: Visitor, rosa: str, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "now in" not in priya.text(f"/candidates/{rosa}")
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 11, 24, 10, 5, tzinfo=UTC))

    assert entered(priya, BUENOS_AIRES) == 303

    assert store.candidate(rows, rosa).time_zone == BUENOS_AIRES
    assert "07:05 now in Buenos Aires" in priya.text(f"/candidates/{rosa}")
    page = priya.get(DETAILS).text
    assert 'value="America/Argentina/Buenos Aires"' in page
    (change,) = raw(rows).query("select * from audit_log where action = 'candidate changed'")
    assert change["new_value"].endswith("time zone")


def test_a_zone_can_be_forgotten(priya: Visitor, rosa: str, rows: Rows) -> None:
    entered(priya, BUENOS_AIRES)

    assert entered(priya, "") == 303

    assert store.candidate(rows, rosa).time_zone == ""
    assert "now in" not in priya.text(f"/candidates/{rosa}")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "UTC\x00", "u" * 5000])
def test_other_zones_are_refused(priya: Visitor, rosa: str, rows: Rows, zone: str) -> None:
    assert entered(priya, zone) == 422
    assert store.candidate(rows, rosa).time_zone == ""


def test_a_zone_that_this_machine_does_not_know_shows_no_time(rows: Rows, now: datetime) -> None:
    person = Candidate("rosa", "Rosa", "", (), now, now, time_zone="Mars/Olympus")

    assert person.hour(now) == ""


def test_a_new_candidate_has_the_zone_of_the_form(priya: Visitor, rows: Rows) -> None:
    number = number_in(priya.get("/candidates/new"))

    priya.post("/candidates", {**ROSA, "number": number, "time_zone": "Asia/Tokyo"})

    assert store.candidate(rows, number).time_zone == "Asia/Tokyo"
