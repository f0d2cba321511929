"""The default calendar, and the one before it."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import NotFound
from portal.group_calendars import defaults, store
from portal.storage.database import IntegrityError
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.raw_rows import raw

AT = datetime(2026, 11, 30, 10, tzinfo=UTC)


def test_one_calendar_is_the_default(rows: Rows) -> None:
    builders.group_calendar(rows, "Hiring")
    builders.group_calendar(rows, "Graduates")

    make_default(rows, "Hiring", AT)
    make_default(rows, "Graduates", AT + timedelta(hours=1))

    first, second = store.calendars(rows)
    assert (first.name, first.is_default, first.default_since) == (
        "Graduates",
        True,
        AT + timedelta(hours=1),
    )
    assert (second.name, second.is_default, second.default_until) == (
        "Hiring",
        False,
        AT + timedelta(hours=1),
    )


def test_previous_default_comes_back(rows: Rows) -> None:
    for name in ("Hiring", "Graduates"):
        builders.group_calendar(rows, name)
        make_default(rows, name, AT)

    make_default(rows, "Hiring", AT + timedelta(hours=1))

    chosen = store.default(rows)
    assert chosen is not None
    assert (chosen.name, chosen.default_since, chosen.default_until) == (
        "Hiring",
        AT + timedelta(hours=1),
        None,
    )


def test_default_once_more_changes_nothing(rows: Rows) -> None:
    builders.group_calendar(rows, "Hiring")
    make_default(rows, "Hiring", AT)

    make_default(rows, "Hiring", AT + timedelta(hours=1))

    assert store.calendar(rows, "Hiring").default_since == AT
    assert [each["action"] for each in raw(rows)["audit_log"].rows] == [
        "default group calendar chosen"
    ]


def test_default_of_no_calendar_is_refused(rows: Rows) -> None:
    with pytest.raises(NotFound):
        make_default(rows, "Hiring", AT)


def test_database_refuses_a_second_default(rows: Rows) -> None:
    builders.group_calendar(rows, "Hiring", is_default=1)

    with pytest.raises(IntegrityError):
        builders.group_calendar(rows, "Graduates", is_default=1)


def test_database_refuses_a_group_twice(rows: Rows) -> None:
    builders.group_calendar(rows, "Hiring", group_id="1")

    with pytest.raises(IntegrityError):
        builders.group_calendar(rows, "Graduates", group_id="1")


def test_view_shows_calendars_for_scheduling(rows: Rows) -> None:
    builders.group_calendar(rows, "Hiring", group_id="1", is_default=1)

    found = rows.all(dict, "select * from scheduling_calendars")

    assert found == [{"calendar_id": "Hiring", "group_id": "1", "name": "Hiring", "is_default": 1}]


def make_default(rows: Rows, calendar_id: str, now: datetime) -> None:
    defaults.make_default(Act(rows, Actor.system("test"), now), calendar_id)
