"""Housekeeping: delete old rows, clean the journal, warn of a secret that expires."""

from datetime import datetime, timedelta

from portal.candidates import imports
from portal.microsoft365.application import registration as app_registration
from portal.services import Services
from portal.storage import sessions
from portal.worker import store


def warn_of_expiry(services: Services, now: datetime) -> None:
    app_registration.warn_of_expiry(services.rows, services.microsoft365.expiry, now=now)


def prune(services: Services, now: datetime) -> None:
    """Sessions that are over also go when nobody signs in any more."""
    idle = now - timedelta(minutes=services.config.idle_minutes)
    old = now - timedelta(hours=services.config.absolute_hours)
    with services.rows.write():
        sessions.delete_lapsed(services.rows, seen_before=idle, created_before=old)
        imports.prune(services.rows, now=now)
    store.forget_silent(services.rows, now=now)


def forget_log(services: Services, now: datetime) -> None:  # noqa: ARG001  # chores share one form
    """Clean the journal of wiped secrets, for a program that was killed before it could."""
    services.rows.forget_log()
