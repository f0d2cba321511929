"""A group calendar that is being removed stays until the last event of an interview has left it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import Conflict
from portal.group_calendars import additions, defaults
from portal.group_calendars import store as calendars
from portal.group_calendars.models import Checks, GroupCalendar
from portal.interviews import store
from portal.interviews.changes import places
from portal.interviews.models import Place, State
from portal.storage.rows import Rows
from tests.interviews.effects.arranged import acts, chore
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, services_of

LIST = "/admin/integrations/microsoft-365/group-calendars"
BELOW = f"{LIST}/Hiring"
PAGE = f"{BELOW}/interviews"
REMOVAL = f"{BELOW}/removal"
CHORE = "calendars that are being removed"


def on_hiring(rows: Rows, interview_id: str, *, at: datetime, **columns: str) -> None:
    """An interview on the calendar with an event that people are invited to."""
    group = {"calendar": "group", "calendar_id": "Hiring"}
    builders.interview(rows, interview_id, at=at, panel=["sam"], **{**group, **columns})
    builders.interview_event(rows, interview_id, group_id="group-Hiring")


@pytest.fixture(autouse=True)
def _graduates(app: Flask, rows: Rows) -> None:
    builders.group_calendar(rows, "Graduates")


def _ids(found: Sequence[GroupCalendar]) -> list[str]:
    return [each.id for each in found]


def _events_gone(rows: Rows) -> None:
    raw(rows).execute("update interview_events set step = 'gone' where generation = 1")


def _act(app: Flask) -> Act:
    return Act(services_of(app).rows, Actor.system("test"), clock.utc_now())


def test_it_is_there_until_the_last_old_event_is_gone(
    app: Flask, alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    on_hiring(rows, "first", at=tomorrow)
    on_hiring(rows, "second", at=tomorrow + timedelta(hours=2))

    answer = alex.post(PAGE, {"to": "Graduates"})
    page, listed = alex.text(PAGE), alex.text(LIST)

    assert answer.location == PAGE
    assert "Hiring is not offered any more. Portal removes it once nothing is left" in page
    assert "Hiring is being removed" in page
    assert "2 interviews are still moving to Graduates." in page
    assert "Being removed" in listed
    assert "2 interviews are still moving to Graduates." in listed
    assert alex.get(REMOVAL).location == PAGE
    chore(app, CHORE)
    assert _ids(calendars.calendars(rows)) == ["Graduates", "Hiring"]
    _events_gone(rows)
    assert "Nothing is left on it. Portal removes it within a minute." in alex.text(PAGE)

    chore(app, CHORE)

    assert _ids(calendars.calendars(rows)) == ["Graduates"]
    graduates = "Graduates <graduates@northwind.example>"
    assert acts(rows, "group calendar retired", "group calendar removed") == [
        (action, "Hiring <hiring@northwind.example>", None, graduates)
        for action in ("group calendar retired", "group calendar removed")
    ]


def test_it_is_not_offered_and_not_the_default(
    app: Flask, alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    builders.interview_kind(rows, "Talk", calendar="group", calendar_id="Hiring")
    on_hiring(rows, "first", at=tomorrow)
    alex.post(PAGE, {"to": "organizers"})

    refused = alex.post(f"{BELOW}/default")
    kinds = alex.text("/admin/scheduling/kinds")
    kind = alex.get("/admin/scheduling/kinds/new").text

    assert calendars.default(rows) is None
    assert refused.status_code == 409
    assert "Hiring is being removed. Keep it first." in refused.text
    assert "the default calendar" in kinds
    assert 'value="group:Graduates"' in kind
    assert 'value="group:Hiring"' not in kind
    with pytest.raises(Conflict, match="is being removed"):
        defaults.make_default(_act(app), "Hiring")


def test_it_can_be_kept(app: Flask, alex: Visitor, rows: Rows, tomorrow: datetime) -> None:
    on_hiring(rows, "first", at=tomorrow)
    alex.post(PAGE, {"to": "Graduates"})

    answer = alex.post(f"{BELOW}/return")

    assert answer.location == f"{LIST}?calendar=Hiring"
    page = alex.text(LIST)
    assert "Hiring stays. Interviews that moved to another calendar stay there." in page
    assert "Being removed" not in page
    _events_gone(rows)
    chore(app, CHORE)
    assert _ids(calendars.offered(rows)) == ["Graduates", "Hiring"]
    assert store.interview(rows, "first").calendar_id == "Graduates"
    assert [each[0] for each in acts(rows, "group calendar kept")] == ["group calendar kept"]


def test_one_that_is_removed_already_cannot_be_kept(
    app: Flask, alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    on_hiring(rows, "first", at=tomorrow)
    alex.post(PAGE, {"to": "Graduates"})
    _events_gone(rows)
    chore(app, CHORE)

    answer = alex.post(f"{BELOW}/return")

    assert answer.location == LIST
    assert "This calendar is removed already. You can add it again." in alex.text(LIST)


def test_an_interview_that_has_begun_stays_until_its_end(
    app: Flask, alex: Visitor, rows: Rows
) -> None:
    begun = clock.utc_now() - timedelta(minutes=20)
    on_hiring(rows, "runs", at=begun)

    asked = alex.text(REMOVAL)
    answer = alex.post(REMOVAL, {"instead": "Graduates"})
    chore(app, CHORE)

    assert "1 interview has begun and stays here until the end." in asked
    assert answer.status_code == 303
    assert store.interview(rows, "runs").generation == 1
    default = calendars.default(rows)
    assert default is not None
    assert default.id == "Graduates"
    assert "1 interview has begun and stays here until the end." in alex.text(LIST)
    raw(rows).execute(
        "update interviews set ends_at = ?", [clock.text(clock.utc_now() - timedelta(minutes=1))]
    )
    chore(app, CHORE)
    assert _ids(calendars.calendars(rows)) == ["Graduates"]


def test_an_interview_that_has_begun_does_not_stop_the_others(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    on_hiring(rows, "runs", at=clock.utc_now() - timedelta(minutes=20))
    on_hiring(rows, "first", at=tomorrow)

    page = alex.text(PAGE)
    answer = alex.post(PAGE, {"to": "Graduates"})

    assert "1 interview has begun and stays here until the end." in page
    assert answer.status_code == 303
    assert [store.interview(rows, each).calendar_id for each in ("runs", "first")] == [
        "Hiring",
        "Graduates",
    ]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (
            {"goal": "cancelled", "state": "changing"},
            "1 interview is still being taken off this calendar.",
        ),
        ({"goal": "cancelled", "state": "asks"}, "1 interview needs a decision first."),
    ],
)
def test_the_page_says_what_keeps_it(
    alex: Visitor, rows: Rows, tomorrow: datetime, columns: dict[str, str], sentence: str
) -> None:
    on_hiring(rows, "first", at=tomorrow, **columns)

    answer = alex.post(REMOVAL, {"instead": "Graduates"})

    assert answer.status_code == 303
    assert sentence in alex.text(PAGE)


def test_an_interview_that_lost_its_time_is_asked_about(
    app: Flask, alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    """It had begun when the calendar went, so nobody had chosen where it goes."""
    on_hiring(rows, "first", at=tomorrow)
    alex.post(PAGE, {"to": "Graduates"})
    _events_gone(rows)
    raw(rows).execute(
        "update interviews set calendar_id = 'Hiring', state = 'needs_time', goal = 'needs_time'"
    )

    chore(app, CHORE)
    listed = alex.text(LIST)
    alex.post(PAGE, {"to": "organizers"})

    assert "1 interview is still on this calendar. Choose where it goes." in listed
    assert _ids(calendars.calendars(rows)) == ["Graduates"]


def test_nothing_new_is_made_on_it(app: Flask, rows: Rows, tomorrow: datetime) -> None:
    """As by a page that was opened before, or by an interview that failed."""
    builders.connection(rows, "priya", scopes="User.Read Group.ReadWrite.All Calendars.ReadWrite")
    reach = {"calendar_id": "Hiring", "user_id": "priya", "state": "ready"}
    builders.insert(rows, "calendar_reach", reach | {"is_member": 1})
    on_hiring(rows, "first", at=tomorrow, place="phone", state="failed")
    raw(rows).execute("update group_calendars set is_default = 0, retiring_since = added_at")
    wanted = places.Chosen(Place.ADDRESS, "Dock 3")

    with pytest.raises(Conflict, match="is being removed"):
        places.change_place(_act(app), "first", version=None, wanted=wanted)

    assert store.interview(rows, "first").state is State.FAILED


def test_its_group_cannot_be_added_a_second_time(app: Flask, rows: Rows) -> None:
    raw(rows).execute("update group_calendars set is_default = 0, retiring_since = added_at")
    checks = Checks("group-Hiring", "Hiring", "hiring@northwind.example", ())

    with pytest.raises(Conflict, match="Hiring is being removed"):
        additions.add(_act(app), checks, confirmed=())
