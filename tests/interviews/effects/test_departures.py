"""A person is disabled: the page lists their interviews first, and each is settled."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.interviews import store
from portal.interviews.models import State
from portal.storage.rows import Rows
from tests.interviews.effects.arranged import acts, chore, claimed, due
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor

SETTLE = "interviews that lost something"
OFF = {"on": "0"}
ASKS = (
    "Priya Kaur was disabled, so Portal cannot change Priya Kaur's calendar any more. "
    "Choose another organizer."
)
ALONE = (
    "Nobody who must attend is left on the panel: the others cannot sign in any more. "
    "Choose another panel."
)
LABEL = "Interview with ⟨candidate⟩"


def page(user_id: str) -> str:
    return f"/admin/users/{user_id}/interviews"


def seats(rows: Rows, interview_id: str) -> list[str]:
    return [each.user_id for each in store.panel(rows, interview_id)]


def is_enabled(rows: Rows, user_id: str) -> bool:
    return bool(raw(rows)["users"].get(user_id)["is_enabled"])  # type: ignore[union-attr]  # a table


@pytest.mark.parametrize("name", ["priya", "kim"])
def test_only_administrators_are_asked(app: Flask, rows: Rows, name: str) -> None:
    person = visitor(app, name)

    answers = [person.get(page("sam")), person.post(page("sam"))]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert is_enabled(rows, "sam")


def test_the_switch_asks_first_only_if_interviews_are_coming(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    past = clock.utc_now() - timedelta(days=1)
    builders.interview(rows, "past", at=past, panel=["kim"])
    builders.interview(rows, "over", at=tomorrow, panel=["kim"], state="cancelled")
    builders.interview(rows, "first", at=tomorrow, panel=["sam"])

    answers = [
        alex.post(f"/admin/users/{each}/enablement", OFF) for each in ("kim", "sam", "priya")
    ]

    places = [answer.location for answer in answers]
    assert places == ["/admin/users", page("sam"), page("priya")]
    assert [is_enabled(rows, each) for each in ("kim", "sam", "priya")] == [False, True, True]


def test_a_person_leaves_the_panel_and_the_others_keep_it(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow, panel=["sam", "kim"])
    claimed(rows, "first", "sam", "kim", at=tomorrow)

    said = alex.text(page("sam"))
    answer = alex.post(page("sam"))

    assert "1 interview with Sam Reed is coming up." in said
    assert "Sam Reed is taken off the panel, and Microsoft tells them so." in said
    assert "Needs a decision" not in said
    assert (answer.status_code, answer.location) == (303, "/admin/users")
    assert not is_enabled(rows, "sam")
    one = store.interview(rows, "first")
    assert (one.state, one.version) == (State.CHANGING, 2)
    assert seats(rows, "first") == ["kim"]
    assert [each["subject"] for each in raw(rows)["slot_claims"].rows] == ["kim"]
    assert due(rows) == ["first"]
    assert acts(rows, "disabled for sign-in", "interview panel changed") == [
        ("disabled for sign-in", "Sam Reed <sam@northwind.example>", "enabled", "disabled"),
        ("interview panel changed", LABEL, "Sam Reed, Kim Lund", "Kim Lund"),
    ]
    assert "signed out everywhere. No interview needs a decision." in alex.text("/admin/users")


def test_an_interview_asks_when_nobody_is_left_on_its_panel(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow, panel=["sam"])

    said = alex.text(page("sam"))
    alex.post(page("sam"))

    assert "Nobody else who must attend is on the panel." in said
    assert "Needs a decision" in said
    one = store.interview(rows, "first")
    assert (one.state, one.reason, one.version) == (State.ASKS, ALONE, 1)
    assert seats(rows, "first") == ["sam"]
    assert acts(rows, "interview asks") == [("interview asks", LABEL, None, ALONE)]
    assert "1 interview needs a decision." in alex.text("/admin/users")


def test_an_interview_on_the_organizers_own_calendar_asks(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow, panel=["sam"])

    said = alex.text(page("priya"))
    alex.post(page("priya"))

    assert "own calendar, which Portal can no longer change." in said
    one = store.interview(rows, "first")
    assert (one.state, one.reason) == (State.ASKS, ASKS)
    assert seats(rows, "first") == ["sam"]
    assert due(rows) == []


def test_a_group_calendar_goes_on_without_its_organizer(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    group: dict[str, builders.Value] = {"calendar": "group", "calendar_id": "Hiring"}
    builders.interview(rows, "first", at=tomorrow, panel=["sam"], **group)
    before = store.interview(rows, "first")

    said = alex.text(page("priya"))
    alex.post(page("priya"))

    assert "connections keep it up to date on the group calendar." in said
    assert "Its Teams meeting belongs to Priya Kaur" in said
    assert store.interview(rows, "first") == before
    assert not is_enabled(rows, "priya")


def test_one_who_organizes_and_sits_on_the_panel_leaves_both(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow, panel=["priya", "sam"])

    alex.post(page("priya"))

    one = store.interview(rows, "first")
    assert (one.state, one.reason, one.version) == (State.ASKS, ASKS, 2)
    assert seats(rows, "first") == ["sam"]


def test_an_interview_without_a_time_has_no_calendar_to_lose(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow, panel=["sam"], state="needs_time")

    alex.post(page("priya"))

    assert store.interview(rows, "first").state is State.NEEDS_TIME


@pytest.mark.parametrize("state", ["changing", "needs_time", "asks"])
def test_without_a_time_people_only_leave_the_panel(
    app: Flask, alex: Visitor, rows: Rows, tomorrow: datetime, state: str
) -> None:
    """A new time asks for a panel and an organizer anyway."""
    columns: dict[str, builders.Value] = {"state": state, "goal": "needs_time", "reason": ""}
    builders.interview(rows, "first", at=tomorrow, panel=["sam", "priya"], **columns)

    alex.post(page("sam"))
    raw(rows).execute("update users set is_enabled = 0 where id = 'priya'")
    for _ in range(2):
        chore(app, SETTLE)

    one = store.interview(rows, "first")
    assert (one.state, one.reason, seats(rows, "first")) == (state, "", [])
    assert len(acts(rows, "interview panel changed", "interview asks")) == 2


def test_people_whom_user_sync_disables_are_settled_by_a_worker_once(
    app: Flask, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "panel", at=tomorrow, panel=["sam", "kim"])
    builders.interview(rows, "alone", at=tomorrow, panel=["sam", "kim"])
    raw(rows).execute("update interview_panel set is_required = 0 where user_id = 'kim'")
    raw(rows).execute("update interview_panel set is_required = 1 where interview_id = 'panel'")
    builders.interview(rows, "asks", at=tomorrow, panel=["sam", "kim"], state="asks", reason="Why?")
    builders.interview(rows, "goes", at=tomorrow, panel=["sam"], goal="cancelled", state="changing")
    past = clock.utc_now() - timedelta(hours=2)
    builders.interview(rows, "past", at=past, panel=["sam"])
    raw(rows).execute("update users set is_enabled = 0, kept_out = 'blocked' where id = 'sam'")

    for _ in range(2):
        chore(app, SETTLE)

    found = {each: store.interview(rows, each) for each in ("panel", "alone", "asks")}
    assert [(one.state, one.version) for one in found.values()] == [
        (State.CHANGING, 2),
        (State.ASKS, 1),
        (State.ASKS, 2),
    ]
    assert found["asks"].reason == "Why?"
    assert [seats(rows, each) for each in ("panel", "alone", "asks", "goes", "past")] == [
        ["kim"],
        ["sam", "kim"],
        ["kim"],
        ["sam"],
        ["sam"],
    ]
    assert len(acts(rows, "interview panel changed", "interview asks")) == 3


def test_an_organizer_whom_user_sync_disables_is_noticed(
    app: Flask, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow, panel=["sam"])
    raw(rows).execute("update users set is_enabled = 0 where id = 'priya'")

    for _ in range(2):
        chore(app, SETTLE)

    assert store.interview(rows, "first").reason == ASKS
    assert len(acts(rows, "interview asks")) == 1


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("scheduled", "and Microsoft tells them so"),
        ("asks", "The calendars follow once somebody decides"),
        ("needs_time", "The interview has no time, so nobody gets mail."),
        ("writing", "Whoever has no invitation yet hears nothing of it."),
    ],
)
def test_the_page_says_whether_microsoft_tells_them(
    alex: Visitor, rows: Rows, tomorrow: datetime, state: str, sentence: str
) -> None:
    builders.interview(rows, "first", at=tomorrow, panel=["sam", "kim"], state=state)
    assert sentence in alex.text(page("sam"))


def test_an_interview_that_runs_keeps_its_panel(alex: Visitor, rows: Rows) -> None:
    begun = clock.utc_now() - timedelta(minutes=5)
    builders.interview(rows, "first", at=begun, panel=["sam", "kim"])
    assert LABEL not in alex.text(page("sam"))
    alex.post(page("sam"))
    assert sorted(seats(rows, "first")) == ["kim", "sam"]


def test_the_page_of_one_without_interviews_says_so(alex: Visitor, rows: Rows) -> None:
    assert "No interviews with Sam Reed are coming up." in alex.text(page("sam"))
    assert alex.get(page("nobody")).status_code == 404
    assert alex.post(page("nobody")).status_code == 404


def test_the_last_administrator_stays_with_their_interviews(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview(rows, "first", at=tomorrow, panel=["alex", "sam"])

    assert alex.post(page("alex")).status_code == 409
    assert seats(rows, "first") == ["alex", "sam"]
