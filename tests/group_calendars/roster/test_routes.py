"""The pages of group calendars: the list, the roster, reminders and removal."""

import re
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.group_calendars.roster import recheck, removal
from portal.integrations import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, services_of, visitor, words

PAGE = "/admin/integrations/microsoft-365/group-calendars"
HIRING = f"{PAGE}/Hiring"
READY: dict[str, builders.Value] = {
    "is_member": 1,
    "state": "ready",
    "checked_at": "2026-11-29T08:00:00Z",
}
SINCE = "2026-11-29T08:00:00Z"
SCOPES = "User.Read Mail.Read Group.ReadWrite.All"


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    """Alex can schedule, Priya has to reconnect, and Sam is not in the group."""
    by = Act(rows, Actor.system("test"), clock.utc_now())
    platforms.enable(by, Platform.MICROSOFT_365)
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    builders.user(rows, "Sam Reed")
    builders.group_calendar(rows, "Hiring", is_default=1, default_since=builders.EARLIER)
    builders.group_calendar(rows, "Graduates", default_until=builders.EARLIER)
    builders.connection(rows, "alex", scopes=SCOPES)
    builders.connection(rows, "priya")
    reach(rows, "alex", **READY)
    reach(rows, "priya", is_member=1)
    reach(rows, "sam", is_member=0)
    return portal_in(instance)


def reach(rows: Rows, user_id: str, **columns: builders.Value) -> None:
    row: dict[str, builders.Value] = {"calendar_id": "Hiring", "user_id": user_id}
    row |= columns
    builders.insert(rows, "calendar_reach", row)


@pytest.fixture
def alex(app: Flask) -> Visitor:
    return visitor(app, "alex")


def test_roster_counts_who_is_ready_and_names_each_next_step(alex: Visitor) -> None:
    text = alex.text(PAGE)

    assert "1 of 3 people is ready" in text
    assert "Priya Kaur priya@northwind.example Has to reconnect" in text
    assert "The connection lacks Group.ReadWrite.All ." in text
    assert "Sam Reed sam@northwind.example Not in the group" in text
    assert "They also have to connect afterwards." in text
    assert text.index("Sam Reed") < text.index("Priya Kaur") < text.index("Nothing to do")


def test_roster_of_another_calendar(alex: Visitor) -> None:
    text = alex.text(f"{PAGE}?calendar=Graduates")

    assert "Who can schedule on Graduates" in text
    assert "0 of 3 people are ready" in text
    assert "Portal is about to check 1 person." in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("show=ready", ["Alex"]),
        ("show=not-ready", ["Sam", "Priya"]),
        ("q=PRIYA", ["Priya"]),
        ("show=nonsense", ["Sam", "Priya", "Alex"]),
        ("q=nobody", []),
    ],
)
def test_roster_is_filtered(alex: Visitor, query: str, names: list[str]) -> None:
    page = alex.get(f"{PAGE}?{query}").text.partition("<tbody>")[2]

    shown = sorted(("Sam", "Priya", "Alex"), key=page.find)
    assert [each for each in shown if f"{each} " in page.partition("</tbody>")[0]] == names


def test_roster_has_pages(app: Flask, alex: Visitor) -> None:
    for number in range(60):
        builders.user(services_of(app).rows, f"Member{number} Reed")

    first, second = alex.get(PAGE).text, alex.get(f"{PAGE}?calendar=Hiring&page=2").text

    assert (first.count('data-label="State"'), second.count('data-label="State"')) == (50, 13)
    assert "page=2" in first
    assert "63 people" in second


def test_reminders_without_a_route_name_the_cure(alex: Visitor) -> None:
    text = alex.text(PAGE)

    answer = alex.post(f"{HIRING}/reminders/priya")

    assert "Reminders cannot go out." in text
    assert answer.status_code == 409
    assert "Automated mail has no route yet." in words(answer)
    assert alex.post(f"{HIRING}/reminders").status_code == 409


def test_strange_time_of_a_reminder_is_refused(alex: Visitor) -> None:
    answer = alex.post(f"{HIRING}/reminders/priya", {"last_at": "soon"})

    assert answer.status_code == 422


def test_check_again_makes_everything_due(app: Flask, alex: Visitor) -> None:
    answer = alex.post(f"{HIRING}/check")

    [row] = raw(services_of(app).rows)["group_calendar_watches"].rows
    assert answer.headers["Location"] == f"{PAGE}?calendar=Hiring"
    assert (row["id"], row["round_started_at"]) == ("Hiring", None)
    assert "Portal checks Hiring and its people again now." in alex.text(PAGE)


def test_checking_again_leaves_searches_their_own_limit(alex: Visitor) -> None:
    answers = [alex.post(f"{HIRING}/check").status_code for _ in range(31)]

    assert answers == [303] * 30 + [429]
    assert alex.get(f"{PAGE}/new?q=hiring").status_code != 429


def test_nothing_is_checked_while_microsoft_365_is_disabled(app: Flask, alex: Visitor) -> None:
    watched: dict[str, builders.Value] = {"due_at": builders.EARLIER, "unwatched_since": SINCE}
    watched["next_round_at"] = builders.EARLIER
    rows = services_of(app).rows
    builders.insert(rows, "group_calendar_watches", {"id": "Hiring", **watched})
    before = alex.text(PAGE)
    platforms.disable_microsoft_365(Act(rows, Actor.system("test"), clock.utc_now()))

    text, answer = alex.text(PAGE), alex.post(f"{HIRING}/check")

    assert "is not watched" in before
    assert "is not watched" not in text
    assert "Not checked while Microsoft 365 is not enabled." in text
    assert "Check again" not in text
    assert answer.status_code == 409
    assert recheck.OFF in words(answer)


def test_nobody_of_a_deleted_group_is_ready(app: Flask, alex: Visitor) -> None:
    watched: dict[str, builders.Value] = {"due_at": builders.EARLIER, "gone_since": SINCE}
    watched |= {"missing_since": SINCE, "next_round_at": builders.EARLIER}
    builders.insert(services_of(app).rows, "group_calendar_watches", {"id": "Hiring", **watched})

    text = alex.text(PAGE)

    assert "The group was deleted at Microsoft, so nobody can schedule on its calendar." in text
    assert text.count("Group deleted") == 3
    for untrue in ("is ready", "are ready", "about to check", "Read with", "reads the calendar"):
        assert untrue not in text
    assert "Nobody found" in alex.text(f"{PAGE}?show=ready")


def test_failed_check_says_that_the_page_may_be_old(app: Flask, alex: Visitor) -> None:
    rows = services_of(app).rows
    alex.post(f"{HIRING}/check")
    with rows.write():
        raw(rows).execute(
            "update group_calendar_watches set failure = 'Microsoft is receiving too many "
            "requests.', failed_at = '2026-11-29T08:00:00Z', is_throttled = 1"
        )

    text = alex.text(PAGE)

    assert "so what is shown may be old. Microsoft is receiving too many requests." in text
    assert "deleted" not in text


def test_removal_offers_the_other_calendar_and_says_what_stays(alex: Visitor) -> None:
    text = alex.text(f"{HIRING}/removal")

    assert "Remove Hiring?" in text
    assert "The group and its calendar stay as they are at Microsoft." in text
    assert "Graduates Becomes the default" in text
    assert "People stay connected" in text


def test_each_choice_of_the_removal_page_is_accepted(app: Flask, alex: Visitor) -> None:
    values = re.findall(r'name="instead"\s+value="(\w+)"', alex.get(f"{HIRING}/removal").text)

    answer = alex.post(f"{HIRING}/removal", {"instead": values[-1]})

    assert values == ["Graduates", removal.NONE]
    assert answer.status_code == 303
    assert "No calendar is the default now." in alex.text(PAGE)


def test_deleted_calendar_is_not_suggested_as_the_default(app: Flask, alex: Visitor) -> None:
    watched: dict[str, builders.Value] = {"due_at": builders.EARLIER, "gone_since": SINCE}
    watched |= {"missing_since": SINCE, "next_round_at": builders.EARLIER}
    rows = services_of(app).rows
    builders.insert(rows, "group_calendar_watches", {"id": "Graduates", **watched})

    page = alex.get(f"{HIRING}/removal").text

    assert "Graduates Deleted at Microsoft" in alex.text(f"{HIRING}/removal")
    assert re.findall(r'value="(\w+)"\s+checked', page) == [removal.NONE]
    assert "Graduates Deleted at Microsoft" in alex.text(PAGE)


def test_deleted_calendar_does_not_become_the_default(app: Flask, alex: Visitor) -> None:
    watched: dict[str, builders.Value] = {"due_at": builders.EARLIER, "gone_since": SINCE}
    watched |= {"missing_since": SINCE, "next_round_at": builders.EARLIER}
    builders.insert(services_of(app).rows, "group_calendar_watches", {"id": "Graduates", **watched})

    answer = alex.post(f"{PAGE}/Graduates/default")

    assert answer.status_code == 409
    assert "Graduates/default" not in alex.get(PAGE).text


def test_group_not_found_once_is_a_warning(app: Flask, alex: Visitor) -> None:
    watched: dict[str, builders.Value] = {"due_at": builders.EARLIER, "missing_since": SINCE}
    rows = services_of(app).rows
    builders.insert(
        rows,
        "group_calendar_watches",
        {"id": "Graduates", "next_round_at": builders.EARLIER, **watched},
    )

    page = alex.get(PAGE).text

    assert '<span class="pill warn">Not found at Microsoft</span>' in page
    assert "Nothing has to be done yet." in page


def test_removal_says_what_holds_then(alex: Visitor) -> None:
    refused = alex.post(f"{HIRING}/removal", {"instead": "Sales"})
    answer = alex.post(f"{HIRING}/removal", {"instead": "Graduates"})

    assert refused.status_code == 422
    assert "Please choose one of the list." in words(refused)
    assert answer.headers["Location"] == PAGE
    told = "Hiring is removed. Its group and calendar stay at Microsoft. The default is Graduates."
    assert told in alex.text(PAGE)


def test_removal_of_the_last_one_says_how_to_take_the_permission_back(alex: Visitor) -> None:
    alex.post(f"{PAGE}/Graduates/removal")
    before = alex.text(f"{HIRING}/removal")

    alex.post(f"{HIRING}/removal")

    assert "it stays granted at Microsoft. To take it back: Microsoft Entra admin center" in before
    text = alex.text(PAGE)
    assert "so people connect without Group.ReadWrite.All from now on." in text
    assert "No group calendar yet" in text


@pytest.mark.parametrize(
    "path", ["check", "reminders", "reminders/priya", "removal", "default"], ids=str
)
def test_members_change_nothing(app: Flask, path: str) -> None:
    assert visitor(app, "priya").post(f"{HIRING}/{path}").status_code == 403


@pytest.mark.parametrize("path", ["check", "removal", "default"])
def test_unknown_calendar_is_not_found(alex: Visitor, path: str) -> None:
    assert alex.post(f"{PAGE}/Sales/{path}").status_code == 404


def test_members_do_not_see_the_page(app: Flask) -> None:
    assert visitor(app, "priya").get(PAGE).status_code == 403
