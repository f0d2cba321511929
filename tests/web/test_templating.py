"""Template filters: times in words, and cleaned text."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import UndefinedError

from portal.clock import utc_now
from portal.storage.rows import Rows
from portal.web.templating import ago, clean, day, moment, size
from tests.support.raw_rows import raw


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(days=3, hours=5), "3 days ago"),
        (timedelta(seconds=-30), "just now"),
    ],
)
def test_elapsed_time_has_one_unit(passed: timedelta, words: str) -> None:
    assert ago(utc_now() - passed) == words


def test_time_is_worded_by_its_distance(app: Flask) -> None:
    with app.test_request_context("/signin"):
        now = utc_now()

        assert moment(now) == f"today {now:%H:%M} UTC"
        assert moment(now - timedelta(days=1)) == f"yesterday {now:%H:%M} UTC"
        assert moment(datetime(2020, 3, 3, 14, 0, tzinfo=UTC)) == "3 March 2020 14:00 UTC"
        assert day(datetime(2020, 3, 3, 14, 0, tzinfo=UTC)) == "3 March 2020"


def test_times_are_those_of_the_viewer(people: Rows, kim: FlaskClient) -> None:
    raw(people).execute("update users set time_zone = 'Asia/Tokyo' where id = 'kim'")

    with kim:
        kim.get("/settings/personal-info")
        shown = moment(datetime(2020, 3, 3, 20, 0, tzinfo=UTC))

    assert shown == "4 March 2020 05:00"


def test_unknown_time_zone_is_utc(people: Rows, kim: FlaskClient) -> None:
    raw(people).execute("update users set time_zone = '../../etc/passwd' where id = 'kim'")

    with kim:
        kim.get("/settings/personal-info")
        shown = moment(datetime(2020, 3, 3, 20, 0, tzinfo=UTC))

    assert shown == "3 March 2020 20:00"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Rosa", "Rosa"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ("a\u200bb\ufeffc\u2066d", "abcd"),
        ("a\0b\x1bc", "a b c"),
        ("a\nb", "a\nb"),
        ("\ud800x", "x"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("a\u2028b", "a b"),
    ],
)
def test_text_of_strangers_is_cleaned(written: str, shown: str) -> None:
    assert clean(written) == shown


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 KB"), (14_300, "14 KB"), (2_500_000, "2.5 MB"),
     (3_000_000_000, "3.0 GB")],
)  # fmt: skip  # one case to a line says no more
def test_sizes_are_short(count: int, words: str) -> None:
    assert size(count) == words


def test_undefined_names_are_errors(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ nobody_set_this }}")

    with app.test_request_context("/"), pytest.raises(UndefinedError):
        template.render()


def test_navigation_follows_the_role(
    people: Rows, kim: FlaskClient, priya: FlaskClient, alex: FlaskClient
) -> None:
    pages = {
        name: client.get("/settings/personal-info").text
        for name, client in (("kim", kim), ("priya", priya), ("alex", alex))
    }

    assert {name for name, html in pages.items() if 'href="/candidates"' in html} == {
        "priya",
        "alex",
    }
    assert {name for name, html in pages.items() if 'href="/admin/users"' in html} == {"alex"}
