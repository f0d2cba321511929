"""The calendar of an interview: inherited from the organization and the kind, or its own."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.group_calendars.models import GroupCalendar
from portal.interviews.communication import Communication, communication
from portal.interviews.models import CalendarSource, Home, Kind, Place

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HIRING = GroupCalendar(
    "hiring", "g-1", "Hiring", "hiring@northwind.example", True, AT, None, "alex", AT, AT
)
GRADUATES = replace(HIRING, id="graduates", group_id="g-2", name="Graduates", is_default=False)
KIND = Kind("interview", "Interview", 60, Place.TEAMS, "", "", None, "")
OF_GRADUATES = replace(KIND, calendar="group", calendar_id="graduates")
OF_ORGANIZER = replace(KIND, calendar="organizer")
OF_REMOVED = replace(KIND, calendar="group", calendar_id=None)


@pytest.mark.parametrize(
    ("choice", "kind", "expected"),
    [
        ("", KIND, Communication(Home.GROUP, CalendarSource.ORGANIZATION, HIRING)),
        ("", None, Communication(Home.GROUP, CalendarSource.ORGANIZATION, HIRING)),
        ("", OF_GRADUATES, Communication(Home.GROUP, CalendarSource.KIND, GRADUATES)),
        ("", OF_ORGANIZER, Communication(Home.ORGANIZER, CalendarSource.KIND)),
        ("", OF_REMOVED, Communication(Home.GROUP, CalendarSource.ORGANIZATION, HIRING)),
        (
            "group:graduates",
            OF_ORGANIZER,
            Communication(Home.GROUP, CalendarSource.INTERVIEW, GRADUATES),
        ),
        ("organizer", OF_GRADUATES, Communication(Home.ORGANIZER, CalendarSource.INTERVIEW)),
        ("group:gone", KIND, None),
        ("anything", KIND, None),
    ],
)
def test_calendar_is_the_nearest_choice(
    choice: str, kind: Kind | None, expected: Communication | None
) -> None:
    assert communication(choice, kind, [HIRING, GRADUATES]) == expected


def test_without_group_calendars_the_organizer_s_own_is_left() -> None:
    found = communication("", KIND, [])

    assert found == Communication(Home.ORGANIZER, CalendarSource.ORGANIZATION)
    assert (found.value, found.calendar_id) == ("organizer", None)


def test_form_names_a_calendar_as_it_is_read_again() -> None:
    found = communication("group:graduates", KIND, [HIRING, GRADUATES])

    assert found is not None
    assert communication(found.value, KIND, [HIRING, GRADUATES]) == found
