"""A candidate is deleted: interviews are cancelled first, and forget them once that is done."""

from datetime import datetime, timedelta

from flask import Flask

from portal import clock
from portal.interviews import store
from portal.interviews.models import Goal, State
from portal.storage.rows import Rows
from tests.interviews.effects.arranged import acts, chore, due
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor

FORGET = "names of deleted candidates"
SETTLE = "interviews that lost something"
DELETION = "/candidates/rosa/deletion"


def told(rows: Rows) -> list[str]:
    return sorted(str(each["name"]) for each in raw(rows)["invite_ledger"].rows)


def test_the_page_says_what_is_cancelled(app: Flask, rows: Rows, tomorrow: datetime) -> None:
    priya = visitor(app, "priya")
    assert "Portal cancels" not in priya.text("/candidates/rosa")
    for number in range(2):
        builders.interview(rows, f"number{number}", at=tomorrow)
    builders.interview(rows, "over", at=tomorrow, state="cancelled")

    page = priya.text("/candidates/rosa")

    assert "2 interviews are coming up. Portal cancels them first, and everybody invited" in page
    assert "Portal keeps the name and address of Rosa Ortega for it." in page


def test_interviews_are_cancelled_and_keep_the_name_until_then(
    app: Flask, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow, panel=["sam"], state="asks", reason="Why?")
    builders.told(rows, "first", "Sam Reed", "sam@northwind.example", at=tomorrow)
    builders.told(
        rows, "first", "Rosa Ortega", "rosa.ortega@mail.example", at=tomorrow, role="candidate"
    )
    priya = visitor(app, "priya")

    answer = priya.post(DELETION)

    assert answer.status_code == 303
    said = "Rosa Ortega and no messages are deleted here. 1 interview is being cancelled."
    assert said in priya.text("/candidates")
    one = store.interview(rows, "first")
    assert (one.candidate_id, one.goal, one.state) == (None, Goal.CANCELLED, State.CHANGING)
    assert (one.candidate_name, one.candidate_address) == (
        "Rosa Ortega",
        "rosa.ortega@mail.example",
    )
    assert due(rows) == ["first"]
    chore(app, FORGET)
    assert store.interview(rows, "first") == one
    assert told(rows) == ["Rosa Ortega", "Sam Reed"]
    assert [each[0] for each in acts(rows, "interview cancelled", "candidate deleted")] == [
        "interview cancelled",
        "candidate deleted",
    ]


def test_the_candidate_is_forgotten_once_the_cancellation_is_done(
    app: Flask, rows: Rows, tomorrow: datetime
) -> None:
    personal: dict[str, builders.Value] = {"place": "phone", "place_text": "+46 40 123"}
    personal |= {"words": "Hello Rosa", "comment": "Sorry, Rosa", "candidate_zone": "Asia/Tokyo"}
    builders.interview(rows, "first", at=tomorrow, panel=["sam"], **personal)
    builders.told(rows, "first", "Sam Reed", "sam@northwind.example", at=tomorrow)
    builders.told(
        rows, "first", "Rosa Ortega", "rosa.ortega@mail.example", at=tomorrow, role="candidate"
    )
    visitor(app, "priya").post(DELETION)
    raw(rows).execute("update interviews set state = 'cancelled'")

    for _ in range(2):
        chore(app, FORGET)

    (row,) = raw(rows)["interviews"].rows
    assert not [value for value in row.values() if "rosa" in str(value).lower()]
    assert (row["place_text"], row["candidate_zone"]) == ("", "")
    assert told(rows) == ["Sam Reed"]
    assert acts(rows, "deleted candidate forgotten") == [
        ("deleted candidate forgotten", "Interview", None, None)
    ]


def test_past_interviews_forget_the_candidate_too(app: Flask, rows: Rows) -> None:
    yesterday = clock.utc_now() - timedelta(days=1)
    builders.interview(rows, "past", at=yesterday, place="address", place_text="Harbour House")
    visitor(app, "priya").post(DELETION)

    chore(app, SETTLE)
    chore(app, FORGET)

    one = store.interview(rows, "past")
    assert (one.candidate_name, one.candidate_address) == ("", "")
    assert (one.state, one.goal) == (State.SCHEDULED, Goal.SCHEDULED)
    assert one.place_text == "Harbour House"
    assert due(rows) == []


def test_an_interview_without_a_time_ends_at_once(app: Flask, rows: Rows) -> None:
    yesterday = clock.utc_now() - timedelta(days=1)
    builders.interview(rows, "first", at=yesterday, state="needs_time", goal="needs_time")
    visitor(app, "priya").post(DELETION)

    chore(app, FORGET)

    one = store.interview(rows, "first")
    assert (one.state, one.candidate_name) == (State.CANCELLED, "")


def test_candidates_who_are_still_here_are_not_forgotten(
    app: Flask, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow, state="cancelled")

    chore(app, FORGET)

    assert store.interview(rows, "first").candidate_name == "Rosa Ortega"


def test_interviews_of_candidates_deleted_elsewhere_are_cancelled_by_a_worker(
    app: Flask, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow)
    raw(rows).execute("update interviews set candidate_id = null")

    for _ in range(2):
        chore(app, SETTLE)

    assert store.interview(rows, "first").goal is Goal.CANCELLED
    assert due(rows) == ["first"]
    assert len(acts(rows, "interview cancelled")) == 1


def test_a_candidate_with_an_interview_is_not_proposed_for_deletion(
    app: Flask, rows: Rows, tomorrow: datetime, alex: Visitor
) -> None:
    raw(rows).execute("update candidates set created_at = '2020-01-01T00:00:00Z'")
    alex.post("/admin/privacy/retention", {"months": "12"})
    assert "Rosa Ortega" in alex.text("/admin/privacy/retention")

    builders.interview(rows, "first", at=tomorrow)

    assert "Rosa Ortega" not in alex.text("/admin/privacy/retention")
