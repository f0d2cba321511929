"""The group calendars on the pages of administrators."""

from pathlib import Path

import pytest
from flask import Flask

from portal.group_calendars import store
from portal.group_calendars.flash_texts import GroupCalendarFlash
from tests.claims.checks import claims
from tests.support import builders
from tests.support.visitors import portal_in, services_of, visitor, words

PAGE = "/admin/integrations/microsoft-365"
BELOW = f"{PAGE}/group-calendars"


@pytest.fixture
def app(rows: object, instance: Path) -> Flask:
    app = portal_in(instance)
    known = services_of(app).rows
    builders.user(known, "Alex Berg", role="admin")
    builders.user(known, "Priya Kaur")
    builders.group_calendar(known, "Hiring", is_default=1, default_since=builders.EARLIER)
    builders.group_calendar(known, "Graduates", default_until=builders.EARLIER)
    return app


def test_page_of_microsoft_365_lists_them(app: Flask) -> None:
    text = words(visitor(app, "alex").get(PAGE))

    assert "Hiring Default" in text
    assert "graduates@northwind.example · the default until 1 Nov" in text
    assert "Make it the default again" in text


@claims(GroupCalendarFlash.DEFAULT)
def test_one_click_makes_the_previous_one_the_default(app: Flask) -> None:
    alex = visitor(app, "alex")

    answer = alex.post(f"{BELOW}/Graduates/default")

    assert answer.headers["Location"] == BELOW
    assert "Graduates is the default calendar now." in words(alex.get(PAGE))
    chosen = store.default(services_of(app).rows)
    assert chosen is not None
    assert chosen.name == "Graduates"


def test_members_do_not_choose_the_default(app: Flask) -> None:
    answer = visitor(app, "priya").post(f"{BELOW}/Graduates/default")

    assert answer.status_code == 403
    assert store.calendar(services_of(app).rows, "Hiring").is_default


def test_unknown_calendar_is_not_found(app: Flask) -> None:
    assert visitor(app, "alex").post(f"{BELOW}/Sales/default").status_code == 404
