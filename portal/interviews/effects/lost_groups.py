"""A group that Microsoft no longer has: the coming interviews on its calendar ask."""

from dataclasses import replace

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.group_calendars import store as group_calendars
from portal.group_calendars.roster import watch_store
from portal.interviews import store
from portal.interviews.audited import audited
from portal.interviews.effects import effect_store
from portal.interviews.models import Goal, Interview, State

DECIDABLE = (State.SCHEDULED, State.CHANGING)
REASON = (
    "Microsoft no longer finds “{calendar}”, so this interview is on no calendar that Portal can "
    "change. Choose another calendar."
)


def ask_all(act: Act) -> None:
    """Let each coming interview on the calendar of such a group ask."""
    for calendar_id in watch_store.gone(act.rows):
        name = group_calendars.calendar(act.rows, calendar_id).name
        for one in effect_store.on_calendar(act.rows, calendar_id, now=act.now):
            with act.rows.write():
                _ask(act, store.interview(act.rows, one.id), calendar_id, name)


def _ask(act: Act, one: Interview, calendar_id: str, name: str) -> None:
    is_there = one.calendar_id == calendar_id and one.goal is Goal.SCHEDULED
    if not is_there or one.state not in DECIDABLE:
        return
    reason = REASON.format(calendar=name)
    act.record(Action.INTERVIEW_ASKS, one.label, new=reason, candidate=audited(one))
    store.save(act.rows, replace(one, state=State.ASKS, reason=reason, changed_at=act.now))
