"""A room that Microsoft no longer lists: its coming interviews ask."""

from dataclasses import replace

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.calendars import store as rooms
from portal.interviews import store
from portal.interviews.audited import audited
from portal.interviews.effects import effect_store
from portal.interviews.models import Goal, Interview, State

DECIDABLE = (State.WRITING, State.SCHEDULED, State.CHANGING)


def ask_all(act: Act) -> int:
    """Let each coming interview in a room that is gone ask, once; how many."""
    found = effect_store.with_room(act.rows, now=act.now)
    gone = rooms.gone(act.rows, {one.room_id for one in found if one.room_id})
    lost = [one for one in found if one.room_id in gone]
    for one in lost:
        with act.rows.write():
            _ask(act, store.interview(act.rows, one.id))
    return len(lost)


def _ask(act: Act, one: Interview) -> None:
    """The name stays, for the person who decides. Without the id it asks no second time."""
    asking = replace(one, room_id=None, changed_at=act.now)
    if one.state in DECIDABLE and one.goal is Goal.SCHEDULED:
        reason = (
            f"Microsoft no longer lists the room {one.room_name}. Choose another room, or keep "
            "the interview as it is."
        )
        asking = replace(asking, state=State.ASKS, reason=reason)
        act.record(Action.INTERVIEW_ASKS, one.label, new=reason, candidate=audited(one))
    store.save(act.rows, asking)
