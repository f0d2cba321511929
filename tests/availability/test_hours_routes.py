"""A person's own meeting hours, and their free times, on their Calendar page."""

import re
from datetime import time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.availability import own_hours, policy
from portal.availability.hours import DAYS, STANDARD, Window, week_of
from portal.storage.rows import Rows
from tests.availability.hours_forms import ticked, typed
from tests.support import builders
from tests.support.browser import browser, send
from tests.support.raw_rows import raw
from tests.support.visitors import words

PAGE = "/settings/calendar"
HOURS = f"{PAGE}/hours"
WEDNESDAY = week_of([Window(2, time(9, 30), time(12))])


@pytest.fixture
def kim(app: Flask, rows: Rows) -> FlaskClient:
    builders.user(rows, "Priya Kaur")
    builders.user(rows, "Kim Lund", role="limited")
    return browser(app, "kim")


def test_hours_of_the_organization_apply_first(kim: FlaskClient, rows: Rows) -> None:
    page = words(kim.get(PAGE))

    assert "The hours of your organization, until you save your own." in page
    assert own_hours.hours_of(rows, "kim").week == STANDARD
    assert ticked(kim.get(PAGE).text) == ["monday", "tuesday", "wednesday", "thursday", "friday"]


def test_own_hours_replace_them_for_one_person(kim: FlaskClient, rows: Rows) -> None:
    answer = send(kim, HOURS, **typed(wednesday=("09:30", "12:00")))

    assert (answer.status_code, answer.location) == (303, f"{PAGE}#hours")
    assert own_hours.hours_of(rows, "kim") == own_hours.Hours(WEDNESDAY, is_own=True)
    assert own_hours.hours_of(rows, "priya") == own_hours.Hours(STANDARD, is_own=False)
    assert policy.organization_hours(rows) == STANDARD
    assert "Your own hours." in words(kim.get(PAGE))
    assert ticked(kim.get(PAGE).text) == ["wednesday"]


def test_hours_of_the_organization_apply_again(kim: FlaskClient, rows: Rows) -> None:
    send(kim, HOURS, **typed(wednesday=("09:30", "12:00")))

    answers = [send(kim, f"{HOURS}/removal"), send(kim, f"{HOURS}/removal")]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert own_hours.hours_of(rows, "kim").is_own is False
    assert "The hours of your organization, until you save your own." in words(kim.get(PAGE))


def test_refused_hours_stay_in_the_form(kim: FlaskClient, rows: Rows) -> None:
    answer = send(kim, HOURS, **typed(wednesday=("12:00", "09:30")))

    assert answer.status_code == 422
    assert "On Wednesday, the hours must end after they start." in answer.text
    assert 'value="12:00"' in answer.text
    assert own_hours.hours_of(rows, "kim").is_own is False


def free_times(page: str) -> list[str]:
    """The days of the card with their times."""
    card = page.partition('id="free-title"')[2].partition("</section>")[0]
    found = re.findall(r"<dd>(.*?)</dd>", card, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


@pytest.fixture
def whole_days(kim: FlaskClient) -> FlaskClient:
    """Kim, who can be met at any hour."""
    send(kim, HOURS, **typed(**{day.lower(): ("00:00", "00:00") for day in DAYS}))
    return kim


def test_free_times_are_hours_without_what_blocks(whole_days: FlaskClient, rows: Rows) -> None:
    tomorrow = clock.utc_now().replace(hour=9, minute=0, second=0) + timedelta(days=1)
    builders.calendar_read(rows, "kim", at=clock.utc_now())
    builders.calendar_time(rows, "kim", "1", at=tomorrow)
    builders.calendar_time(rows, "kim", "2", at=tomorrow + timedelta(hours=3), show_as="free")

    found = free_times(whole_days.get(PAGE).text)

    assert len(found) == 7
    assert found[1] == "00:00 to 09:00, 10:00 to 24:00"
    assert found[2] == "00:00 to 24:00"


def test_nobody_is_free_without_meeting_hours(kim: FlaskClient, rows: Rows) -> None:
    send(kim, HOURS, **typed())
    builders.calendar_read(rows, "kim", at=clock.utc_now())

    assert free_times(kim.get(PAGE).text) == ["No meeting hours"] * 7


def test_event_of_forty_days_leaves_no_free_time(whole_days: FlaskClient, rows: Rows) -> None:
    start = clock.utc_now() - timedelta(days=1)
    builders.calendar_read(rows, "kim", at=clock.utc_now())
    builders.calendar_time(rows, "kim", "1", at=start, ends_at=start + timedelta(days=40))

    assert free_times(whole_days.get(PAGE).text) == ["Not free"] * 7


def test_nobody_is_called_free_while_that_is_not_known(kim: FlaskClient, rows: Rows) -> None:
    builders.calendar_read(rows, "kim", at=clock.utc_now(), failure="Microsoft is busy.")

    page = kim.get(PAGE).text

    assert free_times(page) == []
    assert "Not known" in page.partition('id="free-title"')[2].partition("</section>")[0]


def test_zone_has_the_name_that_outlook_shows(kim: FlaskClient, rows: Rows) -> None:
    before = words(kim.get(PAGE))
    raw(rows).execute("update users set time_zone = 'America/Buenos_Aires'")

    assert "in your time zone, UTC." in before
    wanted = "in your time zone, America/Buenos Aires (in Outlook: Argentina Standard Time)."
    assert wanted in words(kim.get(PAGE))
