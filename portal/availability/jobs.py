"""Calendars that are due, and what to do with one of them."""

import logging
from collections.abc import Callable
from datetime import datetime

from portal import clock
from portal.availability import calendar_job, store
from portal.availability.calendar_job import CalendarJob, Stopped
from portal.availability.models import Reader
from portal.errors import NotAllowed
from portal.graph.errors import GraphError, MailboxFenced, PermissionMissing
from portal.microsoft365 import connections, consent, consent_store
from portal.microsoft365 import jobs as microsoft365
from portal.microsoft365.permissions import Feature
from portal.services import Services
from portal.storage.claims import Claim
from portal.subscriptions import store as subscription_store
from portal.subscriptions import subscriptions
from portal.subscriptions.models import Subscription
from portal.subscriptions.wakes import Wakes
from portal.worker.queue import THREADS, Lane, Part, WorkKind

CHANGED_CALENDAR = Wakes(
    store.WAKES,
    "events",
    Feature.AVAILABILITY,
    lambda rows, user_ids, now: store.make_due(rows, user_ids, now=now),
    changes="created,updated,deleted",
)

log = logging.getLogger(__name__)


def read_due_calendar(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    """Read a calendar that somebody needs. What was read of any other is deleted."""
    rows = services.rows
    due = store.reader(rows, claim.row_id)
    person = store.person(rows, due.user_id)
    if person is None or due.wanted_until <= clock.utc_now():
        _forget(services, claim, due)
        return
    job = CalendarJob(rows, services.microsoft365, claim, person, should_stop)
    try:
        job.read()
    except Stopped:
        store.CLAIMS.release(rows, claim, due_at=clock.utc_now())
    except GraphError as refusal:
        if calendar_job.is_revoked(refusal, due.source):
            calendar_job.forget_revoked(rows, claim, due.user_id)
        _ask_what_is_permitted(services, refusal)
        raise


def _ask_what_is_permitted(services: Services, refusal: GraphError) -> None:
    """The organization's consent may have been taken back, and be given again any moment."""
    is_missing = isinstance(refusal, PermissionMissing) and not isinstance(refusal, MailboxFenced)
    if is_missing and consent_store.consent(services.rows) is not None:
        consent.ask_again(services.rows, now=clock.utc_now())
        refusal.retry_after = consent.SECONDS_AFTER_REFUSAL


def _forget(services: Services, claim: Claim, due: Reader) -> None:
    """Delete the rows at once. The subscription ends at Microsoft too, as far as it answers."""
    with services.rows.write():
        calendar_job.forget(services.rows, claim, due.user_id)
        subscription = subscription_store.delete_one(
            services.rows, due.user_id, wakes=CHANGED_CALENDAR.name
        )
    services.rows.forget_log()
    if subscription is not None and subscription.microsoft_id:
        _close(services, subscription, subscription.microsoft_id)


def _close(services: Services, subscription: Subscription, microsoft_id: str) -> None:
    try:
        client = microsoft365.opener(services.microsoft365, subscription, Feature.AVAILABILITY)
    except (GraphError, NotAllowed) as error:
        log.warning("no token to close a subscription with: %s", type(error).__name__)
        return
    subscriptions.close(client, [microsoft_id])


def note_failure(services: Services, claim: Claim, sentence: str, now: datetime) -> None:
    """Show it also on the page where the person sees what works and what does not."""
    user_id = store.reader(services.rows, claim.row_id).user_id
    connections.failed(services.rows, user_id, Feature.AVAILABILITY, sentence, now)


CALENDARS = WorkKind(
    name="calendar",
    part=Part(
        "calendars",
        "Calendars",
        "When people are busy. A calendar is read for a day after its owner opened Calendar, or "
        "after somebody planned an interview with them.",
        "Nobody opened Calendar or planned an interview in the last day, so no calendar is read.",
    ),
    claims=store.CLAIMS,
    listing=store.LISTING,
    work=read_due_calendar,
    lanes=(Lane(at_once=THREADS // 2),),
    note_failure=note_failure,
    stages={
        "waiting": "not read yet",
        "organization": "by the organization's consent",
        "connection": "by the person's own connection",
        "free_busy": "free/busy only",
    },
)
