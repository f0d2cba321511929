"""Of a person's calendar only times are kept: no word of an event is in any table or the log."""

import logging

import pytest

from portal.availability.models import Source
from portal.storage.rows import Rows
from tests.availability.calendars import PRIYA, Calendars
from tests.support.raw_rows import raw

# Each stands in another member of the event.
MARKED = ("wombat", "quokka", "numbat", "bilby", "potoroo", "dunnart")
EVENT = {
    "subject": "wombat",
    "body": {"contentType": "text", "content": "quokka"},
    "location": "numbat",
    "attendees": ["bilby@northwind.example"],
    "categories": ["potoroo"],
    "organizer": "dunnart@northwind.example",
}


def found_in(rows: Rows) -> list[str]:
    """The columns of every table that have a marked word in any row."""
    return [
        f"{table.name}.{column}"
        for table in raw(rows).tables
        for row in table.rows
        for column, value in row.items()
        if any(word in str(value).casefold() for word in MARKED)
    ]


def add_marked(calendars: Calendars) -> None:
    day = calendars.day(1)
    span = {"type": "numbered", "startDate": day, "numberOfOccurrences": 3}
    rule = {"pattern": {"type": "daily", "interval": 1}, "range": span}
    calendars.add("priya", **EVENT)
    calendars.add("priya", **EVENT, isPrivate=True)
    calendars.add(
        "priya", **EVENT, recurrence=rule, calendarType=8, exceptions=[{"date": day, **EVENT}]
    )


def test_no_word_of_an_event_is_kept(
    calendars: Calendars, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    calendars.consent()
    add_marked(calendars)

    user_id = calendars.opened()

    assert len(calendars.events(user_id)) == 5
    assert found_in(calendars.env.rows) == []

    # Nor of what a colleague is told, nor of answers that cannot be read.
    calendars.env.person("alex")
    calendars.env.sandbox.control("PATCH", f"users/{PRIYA}", {"fenced": True})
    calendars.make_due()
    calendars.read()
    assert calendars.state(user_id).source is Source.FREE_BUSY
    calendars.fault(
        path="/calendarView|getSchedule", status=200, body={"value": [{"id": "A1", **EVENT}]}
    )
    calendars.env.sandbox.control("PATCH", f"users/{PRIYA}", {"fenced": False})
    calendars.make_due()
    calendars.read()

    assert calendars.state(user_id).failure
    assert found_in(calendars.env.rows) == []
    assert [word for word in MARKED if word in caplog.text.casefold()] == []
