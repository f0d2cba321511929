"""Change the panel: new people are invited, and those who leave get a cancellation."""

from collections.abc import Sequence
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.interviews import claims, store
from portal.interviews.audited import audited
from portal.interviews.changes import checks
from portal.interviews.models import Interview, Panelist, State

CHANGEABLE = (State.WRITING, State.SCHEDULED, State.CHANGING, State.ASKS, State.NEEDS_TIME)


def change_panel(
    act: Act,
    interview_id: str,
    *,
    version: int | None,
    panel: Sequence[Panelist],
    override: bool = False,
) -> Interview:
    """Replace the panel. The others hear nothing. Does nothing if it is the same already."""
    rows = act.rows
    with rows.write():
        before = checks.current(rows, interview_id, version=version)
        require_changeable(before, now=act.now)
        checks.require_panel(
            panel, candidate=before.candidate_name, address=before.candidate_address
        )
        old = store.panel(rows, interview_id)
        if checks.is_same_panel(panel, old):
            return before
        has_time = before.state is not State.NEEDS_TIME
        if has_time:
            claims.take(rows, before, panel, override=override)
        store.save_panel(rows, interview_id, panel)
        changed = checks.changed(act, checks.begun(before))
        act.record(
            Action.INTERVIEW_PANEL_CHANGED,
            before.label,
            old=_named(old),
            new=_named(panel),
            candidate=audited(before),
        )
    return changed


def require_changeable(interview: Interview, *, now: datetime) -> None:
    """Raise Conflict if its panel cannot change now."""
    checks.require_state(interview, CHANGEABLE)
    checks.require_goal(interview)
    checks.require_candidate(interview)
    checks.require_not_begun(interview, now=now)


def _named(panel: Sequence[Panelist]) -> str:
    return ", ".join(each.name if each.is_required else f"{each.name} (optional)" for each in panel)
