"""What subscriptions wake, one line for each kind."""

from portal.email import jobs as email

WAKES = (email.NEW_MAIL,)
