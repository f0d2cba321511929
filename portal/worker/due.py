"""The kinds of work there are, one line each; those that are named first are claimed first."""

from functools import partial

from portal.alerts import jobs as alerts
from portal.availability import jobs as availability
from portal.calendars import jobs as calendars
from portal.directory import jobs as directory
from portal.email import jobs as email
from portal.group_calendars.roster import jobs as group_calendars
from portal.interviews.effects import jobs as interview_effects
from portal.interviews.microsoft import jobs as interviews
from portal.interviews.watch import jobs as interview_watch
from portal.microsoft365 import jobs as microsoft365
from portal.outbox import jobs as outbox
from portal.services import Services
from portal.worker import chores, clock_repair
from portal.worker.models import Chore
from portal.worker.queue import WorkKind
from portal.worker.wakes import WAKES

SUBSCRIPTIONS = microsoft365.subscription_work(WAKES)
Kind = WorkKind[Services]
KINDS: tuple[Kind, ...] = (
    microsoft365.CONSENT,
    directory.DIRECTORY,
    interviews.INTERVIEWS,
    interview_watch.WATCH,
    outbox.SENDING,
    outbox.EMAIL_DOMAIN,
    email.MAILBOXES,
    email.SEARCHES,
    SUBSCRIPTIONS,
    availability.CALENDARS,
    calendars.ROOMS,
    group_calendars.GROUP_CALENDARS,
    alerts.ALERTS,
)
CHORES = (
    Chore("changed roles", 1, email.turn_off_after_role_change),
    Chore("new mailboxes", 1, email.take_over_readable),
    Chore("new searches", 1, email.plan_searches),
    Chore("interviews that lost something", 1, interview_effects.settle),
    Chore("calendars that are being removed", 10, group_calendars.remove_empty),
    Chore("names of deleted candidates", 60, interview_effects.forget_candidates),
    Chore("times in the future", 60, partial(clock_repair.undo_future, KINDS)),
    Chore("automated mail", 60, outbox.settle_automated),
    Chore("old files and tests of sent mail", 3600, outbox.drop_old),
    Chore("pruning", 3600, chores.prune),
    Chore("clean journal", 3600, chores.forget_log),
    Chore("warning of an expiry", 3600, chores.warn_of_expiry),
)
