"""Removal of a group calendar, and the default that takes its place."""

from datetime import UTC, datetime

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import Invalid, NotFound
from portal.group_calendars import store
from portal.group_calendars.roster import recheck, removal, watch_store
from portal.group_calendars.roster.removal import NONE, Removed
from portal.integrations import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.raw_rows import raw

AT = datetime(2026, 11, 30, 10, tzinfo=UTC)


@pytest.fixture
def calendars(rows: Rows) -> Rows:
    builders.user(rows, "Priya Kaur")
    builders.group_calendar(rows, "Hiring", is_default=1)
    builders.group_calendar(rows, "Graduates")
    builders.insert(rows, "calendar_reach", {"calendar_id": "Hiring", "user_id": "priya"})
    platforms.enable(act(rows), Platform.MICROSOFT_365)
    recheck.check_again(act(rows), "Hiring")
    return rows


def act(rows: Rows) -> Act:
    return Act(rows, Actor.system("test"), AT)


def remove(rows: Rows, calendar_id: str, *, instead: str) -> Removed:
    return removal.remove(act(rows), calendar_id, instead=instead)


def test_another_calendar_becomes_the_default(calendars: Rows) -> None:
    removed = remove(calendars, "Hiring", instead="Graduates")

    [left] = store.calendars(calendars)
    assert (left.name, left.is_default, left.default_since) == ("Graduates", True, AT)
    assert (removed.default, removed.left) == (left, 1)
    assert [*raw(calendars)["calendar_reach"].rows] == []
    assert watch_store.watches(calendars) == {}


def test_no_calendar_becomes_the_default(calendars: Rows) -> None:
    removed = remove(calendars, "Hiring", instead=NONE)

    assert (removed.default, removed.left) == (None, 1)
    assert store.default(calendars) is None


def test_calendar_that_is_not_the_default_leaves_it_alone(calendars: Rows) -> None:
    removed = remove(calendars, "Graduates", instead="")

    assert removed.default == store.calendar(calendars, "Hiring")


@pytest.mark.parametrize("instead", ["", "Hiring", "Sales"])
def test_default_needs_a_choice(calendars: Rows, instead: str) -> None:
    with pytest.raises(Invalid) as refusal:
        remove(calendars, "Hiring", instead=instead)

    assert refusal.value.field == "instead"
    assert len(store.calendars(calendars)) == 2


def test_last_calendar_needs_no_choice_and_nothing_is_asked_any_more(calendars: Rows) -> None:
    remove(calendars, "Graduates", instead="")

    removed = remove(calendars, "Hiring", instead="")

    assert (removed.default, removed.left) == (None, 0)
    assert calendars.all(dict, "select * from scheduling_calendars") == []


def test_removal_is_recorded_with_the_new_default(calendars: Rows) -> None:
    remove(calendars, "Hiring", instead="Graduates")

    [entry] = raw(calendars).query(
        "select target, new_value from audit_log where action = 'group calendar removed'"
    )
    assert entry == {
        "target": "Hiring <hiring@northwind.example>",
        "new_value": "Graduates <graduates@northwind.example>",
    }


def test_removed_calendar_is_not_found_again(calendars: Rows) -> None:
    remove(calendars, "Hiring", instead="Graduates")

    with pytest.raises(NotFound):
        remove(calendars, "Hiring", instead="Graduates")
