"""A time zone is typed, and chosen where the words mean several; a page holds no list of all."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.storage.rows import Rows
from portal.users import store
from tests.support import builders
from tests.support.browser import browser, send

PATH = "/settings/personal-info"


@pytest.fixture
def kim(app: Flask, rows: Rows) -> FlaskClient:
    builders.user(rows, "Kim Lund", role="limited")
    return browser(app, "kim")


def zone_of(rows: Rows) -> str:
    return store.user(rows, "kim").time_zone


def test_a_city_is_enough(kim: FlaskClient, rows: Rows) -> None:
    answer = send(kim, PATH, time_zone="buenos aires")

    assert answer.status_code == 303
    assert zone_of(rows) == "America/Argentina/Buenos_Aires"
    page = kim.get(PATH).text
    assert 'value="America/Argentina/Buenos Aires"' in page
    assert page.count("<option") == 0


def test_one_of_several_is_chosen_without_scripts(kim: FlaskClient, rows: Rows) -> None:
    asked = send(kim, PATH, time_zone="Spain")
    offered = re.findall(r'name="time_zone"\s+value="([^"]+)"', asked.text)

    assert asked.status_code == 422
    assert "“Spain” has 3 time zones. Choose one of them." in asked.text
    assert re.search(r"Spain, \d\d:\d\d now", asked.text)
    assert "Atlantic/Canary" in offered
    assert zone_of(rows) == "UTC"

    chosen = send(kim, PATH, time_zone=["Spain", "Atlantic/Canary"])

    assert chosen.status_code == 303
    assert zone_of(rows) == "Atlantic/Canary"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("Gotham", "No time zone is called “Gotham”."),
        ("<zz>", "No time zone is called “&lt;zz&gt;”."),
        ("America", "“America” has"),
        ("", "Please fill in “Time zone”."),
        ("Europe/" + "x" * 90, "This is too long"),
    ],
)
def test_other_words_are_refused_and_kept(
    kim: FlaskClient, rows: Rows, written: str, sentence: str
) -> None:
    answer = send(kim, PATH, time_zone=written)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert zone_of(rows) == "UTC"


def test_the_words_stay_in_the_field(kim: FlaskClient) -> None:
    assert 'value="Gotham"' in send(kim, PATH, time_zone="Gotham").text
