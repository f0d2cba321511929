"""Kinds of interviews: who keeps them, what a form may say, and what is recorded."""

from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from portal.errors import NotFound
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.kinds import kind_store
from portal.interviews.kinds.kinds import MOST
from portal.interviews.models import Home, Kind, Place
from portal.storage.rows import Rows
from tests.claims.checks import claims
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_of_two, visitor

PAGE = "/admin/scheduling/kinds"
FIRST = Kind("interview", "Interview", 60, Place.TEAMS, "", "", None, "")
TALK = {
    "name": "Portfolio talk",
    "minutes": "45",
    "place": "address",
    "place_text": "Harbour House, Malmö",
    "calendar": "organizer",
    "words": "Bring your work.\r\nWe look forward to it.",
}


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    builders.user(rows, "Alex Berg", role="admin")
    builders.group_calendar(rows, "Hiring", is_default=1)
    builders.group_calendar(rows, "Graduates")
    return portal_of_two(rows, instance)


@pytest.fixture
def alex(app: Flask) -> Visitor:
    return visitor(app, "alex")


def acts(rows: Rows) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (each["action"], each["target"], each["old_value"], each["new_value"])
        for each in raw(rows)["audit_log"].rows
        if each["action"].startswith("interview kind")
    ]


def named(rows: Rows, name: str) -> Kind:
    return next(each for each in kind_store.every_kind(rows) if each.name == name)


@pytest.mark.parametrize("name", ["priya", "kim"])
def test_only_administrators_keep_kinds(app: Flask, rows: Rows, name: str) -> None:
    person = visitor(app, name)

    answers = [
        *(person.get(each) for each in (PAGE, f"{PAGE}/new", f"{PAGE}/interview")),
        *(
            person.post(each, TALK)
            for each in (
                PAGE,
                *(f"{PAGE}/interview{end}" for end in ("", "/retirement", "/return")),
            )
        ),
    ]

    assert [answer.status_code for answer in answers] == [403] * 7
    assert kind_store.every_kind(rows) == [FIRST]


def test_one_kind_is_there_at_first_and_scheduling_leads_to_it(alex: Visitor, rows: Rows) -> None:
    page = alex.text(PAGE)

    assert kind_store.kinds(rows) == [FIRST]
    assert f'href="{PAGE}"' in alex.get("/admin/scheduling").text
    assert "Interview 60 minutes · Microsoft Teams · the default calendar Change" in page
    assert "Retired" not in page
    only = alex.text(f"{PAGE}/interview")
    assert "This is the only kind left. To retire it, add another one first." in only


@claims(InterviewFlash.KIND_ADDED)
def test_a_kind_is_added_and_recorded(alex: Visitor, rows: Rows) -> None:
    answer = alex.post(PAGE, TALK)

    assert (answer.status_code, answer.location) == (303, PAGE)
    page = alex.text(PAGE)
    assert "“Portfolio talk” is added. Colleagues can schedule it now." in page
    line = "45 minutes · Harbour House, Malmö · the organizer's own calendar"
    assert f"Portfolio talk {line}" in unescape(page)
    made = named(rows, "Portfolio talk")
    written = "Bring your work.\nWe look forward to it."
    place = "Harbour House, Malmö"
    assert made == Kind(
        made.id, "Portfolio talk", 45, Place.ADDRESS, place, Home.ORGANIZER, None, written
    )
    assert kind_store.kind(rows, made.id) == made
    described = (
        "Portfolio talk, 45 minutes, Somewhere else (Harbour House, Malmö), the organizer's own "
        "calendar, words: Bring your work. We look forward to it."
    )
    assert acts(rows) == [("interview kind added", "Portfolio talk", None, described)]


def test_a_kind_is_changed_once(alex: Visitor, rows: Rows) -> None:
    wanted = TALK | {"name": "First call", "place": "phone", "calendar": "group:Graduates"}
    wanted |= {"words": ""}

    alex.post(f"{PAGE}/interview", wanted)
    alex.post(f"{PAGE}/interview", wanted)

    changed = Kind("interview", "First call", 45, Place.PHONE, "", Home.GROUP, "Graduates", "")
    assert kind_store.every_kind(rows) == [changed]
    assert acts(rows) == [
        (
            "interview kind changed",
            "First call",
            "Interview, 60 minutes, Microsoft Teams, the default calendar",
            "First call, 45 minutes, Phone, Graduates",
        )
    ]
    page = alex.get(f"{PAGE}/interview").text
    assert '<option selected value="group:Graduates">Graduates</option>' in page
    assert '<option value="">The default (now Hiring)</option>' in page


def test_a_kind_keeps_no_calendar_that_was_removed(alex: Visitor, rows: Rows) -> None:
    alex.post(f"{PAGE}/interview", TALK | {"calendar": "group:Graduates"})
    raw(rows).execute("delete from group_calendars where id = 'Graduates'")

    assert "the default calendar" in alex.text(PAGE)
    page = alex.get(f"{PAGE}/interview").text
    assert '<option selected value="">The default (now Hiring)</option>' in page
    answer = alex.post(f"{PAGE}/interview", TALK | {"calendar": "group:Graduates"})
    assert answer.status_code == 422
    assert "Please choose one of the list." in answer.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Please fill in “Name”."),
        ({"name": "Talk\x00"}, "This contains an invisible control character."),
        ({"name": "Talk\nmore"}, "This has to stay on one line."),
        ({"name": "T" * 81}, "This is too long: 81 characters, and 80 fit."),
        ({"name": "INTERVIEW"}, "Another kind has this name."),
        ({"minutes": "0"}, "Please enter a number from 5 to 720, such as 60."),
        ({"minutes": "721"}, "Please enter a number from 5 to 720, such as 60."),
        ({"minutes": "-60"}, "Please enter a number from 5 to 720, such as 60."),
        ({"minutes": "1.5"}, "Please enter a number from 5 to 720, such as 60."),
        ({"minutes": "٦٠"}, "Please enter a number from 5 to 720, such as 60."),
        ({"minutes": "1" * 5000}, "This is too long: 5,000 characters, and 4 fit."),
        ({"place": "moon"}, "Please choose one of the list."),
        ({"place_text": "A" * 201}, "This is too long: 201 characters, and 200 fit."),
        ({"calendar": "group:Nowhere"}, "Please choose one of the list."),
        ({"words": "W" * 2001}, "This is too long: 2,001 characters, and 2,000 fit."),
        ({"words": "Come\x1b"}, "This contains an invisible control character."),
    ],
)
def test_what_no_kind_can_be_is_refused(
    alex: Visitor, rows: Rows, wrong: dict[str, str], sentence: str
) -> None:
    added = alex.post(PAGE, TALK | wrong)

    assert added.status_code == 422
    assert added.text.count(sentence) == 1
    assert kind_store.every_kind(rows) == [FIRST]
    assert acts(rows) == []


def test_a_kind_may_keep_its_own_name_and_take_no_other(alex: Visitor, rows: Rows) -> None:
    alex.post(PAGE, TALK)

    kept = alex.post(f"{PAGE}/interview", TALK | {"name": "interview"})
    refused = alex.post(f"{PAGE}/interview", TALK)

    assert (kept.status_code, refused.status_code) == (303, 422)
    assert "Another kind has this name." in refused.text
    assert [each.name for each in kind_store.kinds(rows)] == ["interview", "Portfolio talk"]


@claims(InterviewFlash.KIND_RETIRED, InterviewFlash.KIND_BACK)
def test_a_kind_is_retired_and_brought_back(alex: Visitor, rows: Rows) -> None:
    alex.post(PAGE, TALK)
    talk = named(rows, "Portfolio talk").id

    for _ in range(2):
        assert alex.post(f"{PAGE}/{talk}/retirement").status_code == 303
    assert kind_store.kinds(rows) == [FIRST]
    assert kind_store.kind(rows, talk).is_retired
    page = alex.text(PAGE)
    assert "“Portfolio talk” is retired. Interviews of this kind stay as they are." in page
    assert "Retired Nobody can schedule these. Their interviews stay as they are." in page
    assert "This kind is retired." in alex.text(f"{PAGE}/{talk}")
    taken = alex.post(PAGE, TALK)
    assert taken.status_code == 422
    assert "A retired kind has this name. Bring it back, or choose another name." in taken.text

    for _ in range(2):
        assert alex.post(f"{PAGE}/{talk}/return").status_code == 303
    assert [each.id for each in kind_store.kinds(rows)] == ["interview", talk]
    assert "“Portfolio talk” is back. Colleagues can schedule it again." in alex.text(PAGE)
    assert acts(rows)[1:] == [
        ("interview kind retired", "Portfolio talk", None, None),
        ("interview kind brought back", "Portfolio talk", None, None),
    ]


def test_the_last_kind_stays(alex: Visitor, rows: Rows) -> None:
    builders.interview_kind(rows, "Talk", retired_at=builders.EARLIER)

    answer = alex.post(f"{PAGE}/interview/retirement")

    assert answer.status_code == 409
    assert "This is the only kind left. Add another one before you retire it." in answer.text
    assert kind_store.kinds(rows) == [FIRST]
    assert acts(rows) == []


def test_there_are_only_so_many_kinds(alex: Visitor, rows: Rows) -> None:
    for number in range(MOST - 1):
        builders.interview_kind(rows, f"Talk {number}")

    answer = alex.post(PAGE, TALK)

    assert answer.status_code == 422
    assert "There are 100 kinds already. Change one of them instead." in answer.text
    assert len(kind_store.kinds(rows)) == MOST


def test_unknown_kinds_are_not_found(alex: Visitor, rows: Rows) -> None:
    paths = [f"{PAGE}/nobody", f"{PAGE}/nobody/retirement", f"{PAGE}/nobody/return"]

    answers = [alex.get(paths[0]), *(alex.post(path, TALK) for path in paths)]

    assert [answer.status_code for answer in answers] == [404] * 4
    with pytest.raises(NotFound):
        kind_store.kind(rows, "nobody")
