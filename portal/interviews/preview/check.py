"""Everything that step 2 shows before anything is sent."""

from dataclasses import dataclass

from portal.audit.act import Act
from portal.group_calendars import store as group_calendars
from portal.group_calendars.models import CheckName, GroupCalendar, Outcome
from portal.interviews import readiness
from portal.interviews.models import Panelist, Place
from portal.interviews.plan import conflicts
from portal.interviews.plan.columns import Free
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.planned import Planned, planned
from portal.interviews.preview import cures
from portal.interviews.preview.audience import Meant, Open, Sees, audience, limits
from portal.interviews.preview.cures import Cure, Ways
from portal.interviews.preview.invitation_text import InvitationText, invitation_text
from portal.interviews.readiness import Organizer
from portal.storage.rows import Rows
from portal.wording import listed


@dataclass(frozen=True)
class Check:
    """The interview, who sees what of it, and what can still be decided.

    `cures` are empty where nobody sees two events.
    """

    planned: Planned
    meant: Meant
    sees: tuple[Sees, ...]
    limits: tuple[str, ...]
    cures: tuple[Cure, ...]
    invitation: InvitationText
    states: dict[str, Free]

    @property
    def busy(self) -> list[Panelist]:
        """People who must attend and are busy."""
        required = (each for each in self.planned.panel if each.is_required)
        return [each for each in required if self.states[each.user_id] is Free.BUSY]

    @property
    def invited_words(self) -> str:
        return listed(self.meant.invited)


def check(act: Act, candidate_id: str, draft: Draft, *, base_url: str) -> Check:
    """Show a draft from everybody's side. Raises Invalid for one that cannot be sent."""
    found = planned(act, candidate_id, draft)
    one, group = found.interview, found.communication.group
    meant = Meant(one, found.panel, group, Open.by(_publicness(act.rows, group)))
    return Check(
        planned=found,
        meant=meant,
        sees=tuple(audience(meant)),
        limits=tuple(limits(meant, found.kind.name)),
        cures=_cures(act, meant, one.place) if meant.has_two_events else (),
        invitation=invitation_text(meant, found.kind.name, base_url=base_url),
        states=conflicts.states(act.rows, found.panel, one.starts_at, one.ends_at, now=act.now),
    )


def _publicness(rows: Rows, group: GroupCalendar | None) -> Outcome | None:
    """The last check of whether the group is public. None if it was never checked."""
    checks = group_calendars.all_checks(rows).get(group.id, []) if group else []
    return next((each.outcome for each in checks if each.name is CheckName.PUBLIC), None)


def _cures(act: Act, meant: Meant, place: Place) -> tuple[Cure, ...]:
    rows, user_id = act.rows, act.actor.id or ""
    group = group_calendars.default(rows)
    on_group = _organizer_on(rows, group, meant, user_id) if group else None
    own = readiness.choice(rows, user_id, place, None)
    on_panel = {each.user_id for each in meant.panel}
    others = [each for each in own.able if each.user_id not in on_panel]
    other = next((each for each in others if each.user_id == user_id), next(iter(others), None))
    return tuple(cures.cures(meant, Ways(group, on_group, other)))


def _organizer_on(rows: Rows, group: GroupCalendar, meant: Meant, user_id: str) -> Organizer | None:
    """The present organizer if they can use the group's calendar too, else another person."""
    one = meant.interview
    found = readiness.choice(rows, user_id, one.place, group)
    same = (each for each in found.able if each.user_id == one.organizer_id)
    return next(same, found.proposed)
