"""The kinds of work that subscriptions wake, one line for each."""

from portal.availability import jobs as availability
from portal.email import jobs as email

WAKES = (email.NEW_MAIL, availability.CHANGED_CALENDAR)
