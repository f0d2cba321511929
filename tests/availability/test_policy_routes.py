"""The Scheduling page: who opens it, meeting hours, and what counts as busy."""

import re
from datetime import time
from pathlib import Path

import pytest
from flask import Flask

from portal.availability import policy
from portal.availability.hours import DAYS, STANDARD, Window, week_of
from portal.availability.models import Rules
from portal.storage.rows import Rows
from tests.availability.hours_forms import ticked, typed
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_of_two, visitor

PAGE = "/admin/scheduling"
HOURS = f"{PAGE}/hours"


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    builders.user(rows, "Alex Berg", role="admin")
    return portal_of_two(rows, instance)


@pytest.fixture
def alex(app: Flask) -> Visitor:
    return visitor(app, "alex")


def acts(rows: Rows) -> list[tuple[str, str, str, str]]:
    return [
        (each["action"], each["target"], each["old_value"], each["new_value"])
        for each in raw(rows)["audit_log"].rows
        if each["action"] in ("meeting hours changed", "busy rules changed")
    ]


@pytest.mark.parametrize("name", ["priya", "kim"])
def test_only_administrators_open_it(app: Flask, name: str) -> None:
    person = visitor(app, name)

    answers = [
        person.get(PAGE),
        person.post(HOURS, typed(monday=("10:00", "11:00"))),
        person.post(f"{PAGE}/tentative", {"on": "0"}),
        person.post(f"{PAGE}/working-elsewhere", {"on": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_page_shows_the_usual_hours_and_rules(alex: Visitor, rows: Rows) -> None:
    page = alex.get(PAGE).text

    assert ticked(page) == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert page.count('value="09:00"') == page.count('value="17:00"') == 7
    assert re.findall(r'aria-checked="(\w+)"', page) == ["true", "false", "false"]
    assert policy.organization_hours(rows) == STANDARD
    assert policy.rules(rows) == Rules(tentative_blocks=True, elsewhere_blocks=False)


def test_hours_are_saved_and_recorded_once(alex: Visitor, rows: Rows) -> None:
    sent = typed(wednesday=("09:30", "12:00"), sunday=("18:00", "00:00"))

    answer = alex.post(HOURS, sent)
    alex.post(HOURS, sent)

    assert answer.status_code == 303
    assert policy.organization_hours(rows) == week_of(
        [Window(2, time(9, 30), time(12)), Window(6, time(18), time())]
    )
    assert ticked(alex.get(PAGE).text) == ["wednesday", "sunday"]
    usual = ", ".join(f"{day} 09:00 to 17:00" for day in DAYS[:5])
    saved = "Wednesday 09:30 to 12:00, Sunday 18:00 to 00:00"
    assert acts(rows) == [("meeting hours changed", "organization", usual, saved)]


def test_no_day_may_be_left(alex: Visitor, rows: Rows) -> None:
    alex.post(HOURS, typed())

    assert policy.organization_hours(rows) == {}
    assert ticked(alex.get(PAGE).text) == []
    assert acts(rows)[0][3] == "none"


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [
        ("12:00", "09:00", "On Wednesday, the hours must end after they start."),
        ("09:00", "09:00", "On Wednesday, the hours must end after they start."),
        ("", "09:00", "Please enter a time such as 09:00."),
        ("09:00", "", "Please enter a time such as 09:00."),
        ("25:00", "26:00", "Please enter a time such as 09:00."),
        ("nine", "<b>five", "Please enter a time such as 09:00."),
    ],
)
def test_times_that_make_no_hours_are_refused(
    alex: Visitor, rows: Rows, starts: str, ends: str, sentence: str
) -> None:
    answer = alex.post(HOURS, typed(monday=("08:00", "10:00"), wednesday=(starts, ends)))

    assert answer.status_code == 422
    assert answer.text.count(sentence) == 1
    assert 'aria-describedby="wednesday-error"' in answer.text
    assert ticked(answer.text) == ["monday", "wednesday"]
    assert 'value="08:00"' in answer.text
    assert "<b>five" not in answer.text
    assert policy.organization_hours(rows) == STANDARD
    assert acts(rows) == []


def test_rules_are_switched_and_recorded(alex: Visitor, rows: Rows) -> None:
    off = alex.post(f"{PAGE}/tentative", {"on": "0"})
    on = alex.post(f"{PAGE}/working-elsewhere", {"on": "1"})
    alex.post(f"{PAGE}/working-elsewhere", {"on": "1"})

    assert [off.status_code, on.status_code] == [303, 303]
    assert policy.rules(rows) == Rules(tentative_blocks=False, elsewhere_blocks=True)
    assert re.findall(r'aria-checked="(\w+)"', alex.get(PAGE).text) == ["false", "true", "false"]
    assert acts(rows) == [
        ("busy rules changed", "tentative", "counts as busy", "does not count"),
        ("busy rules changed", "working elsewhere", "does not count", "counts as busy"),
    ]


@pytest.mark.parametrize("switch", ["tentative", "working-elsewhere"])
def test_switch_needs_its_state(alex: Visitor, rows: Rows, switch: str) -> None:
    answer = alex.post(f"{PAGE}/{switch}", {"on": "2"})

    assert answer.status_code == 422
    assert policy.rules(rows) == Rules()
