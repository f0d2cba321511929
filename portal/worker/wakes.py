"""The kinds of work that subscriptions wake, one line for each."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from portal.availability import jobs as availability
from portal.email import jobs as email
from portal.interviews.watch import jobs as interview_watch
from portal.storage.rows import Rows


def _read_calendars(rows: Rows, user_ids: Collection[str], now: datetime) -> None:
    """A changed calendar may tell when a person is free, and where their interviews are."""
    availability.CHANGED_CALENDAR.make_due(rows, user_ids, now)
    interview_watch.make_due(rows, user_ids, now)


WAKES = (email.NEW_MAIL, replace(availability.CHANGED_CALENDAR, make_due=_read_calendars))
