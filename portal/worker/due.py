"""The kinds of work there are, one line each; those that are named first are claimed first."""

from portal.calendars import jobs as calendars
from portal.directory import jobs as users
from portal.email import jobs as email
from portal.worker import chores
from portal.worker.models import Chore, Kind

# Together the long ones leave threads free, so that new mail never waits for a first sync.
THREADS = 10

KINDS = (
    Kind(
        "directory", users.claim_directory, users.sync_directory,
        users.extend_directory, users.fail_directory, at_once=1,
    ),
    Kind(
        "mailbox", email.claim_followed, email.sync_due_mailbox,
        email.extend_mailbox, email.fail_mailbox, at_once=THREADS,
    ),
    Kind(
        "first sync", email.claim_first_sync, email.sync_due_mailbox,
        email.extend_mailbox, email.fail_mailbox, at_once=4, slice_seconds=60,
    ),
    Kind(
        "search", email.claim_search, email.run_due_search,
        email.extend_search, email.fail_search, at_once=3, slice_seconds=10,
    ),
    Kind(
        "subscription", chores.due_subscription, chores.keep_subscription,
        chores.extend_nothing, chores.leave_subscription, at_once=1,
    ),
    Kind(
        "consent", chores.due_consent, chores.look_at_consent,
        chores.extend_nothing, chores.leave_subscription, at_once=1,
    ),
    Kind(
        "rooms", calendars.claim_rooms, calendars.refresh_rooms,
        calendars.extend_rooms, calendars.fail_rooms, at_once=1,
    ),
)  # fmt: skip  # one to a line says no more

CHORES = (
    Chore("new mailboxes", 1, email.take_over_readable),
    Chore("new searches", 1, email.plan_searches),
    Chore("pruning", 3600, chores.prune),
    Chore("warning of an expiry", 3600, chores.warn_of_expiry),
)
