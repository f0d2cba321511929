"""A person is disabled: what becomes of the interviews they organize, or sit on the panel of."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.interviews import store
from portal.interviews.audited import audited
from portal.interviews.effects import effect_store
from portal.interviews.models import Goal, Home, Interview, Panelist, Place, State
from portal.storage.rows import Rows
from portal.users import administration
from portal.users import store as people
from portal.users.models import User


class Effect(StrEnum):
    """The effect of a departure on one interview."""

    NEEDS_ORGANIZER = "needs_organizer"
    NEEDS_PANEL = "needs_panel"
    LEAVES_PANEL = "leaves_panel"
    GOES_ON = "goes_on"


@dataclass(frozen=True)
class Affected:
    """A coming interview of a person, and what their departure means for it."""

    interview: Interview
    effects: tuple[Effect, ...]

    @property
    def asks(self) -> bool:
        return not {Effect.NEEDS_ORGANIZER, Effect.NEEDS_PANEL}.isdisjoint(self.effects)

    @property
    def waits(self) -> bool:
        """Whether Microsoft hears of the new panel only after somebody decides."""
        return self.asks or self.interview.state is State.ASKS

    @property
    def is_told(self) -> bool:
        """Whether the person has an invitation that is taken back at once."""
        is_written = self.interview.state in (State.SCHEDULED, State.CHANGING)
        return is_written and self.interview.goal is Goal.SCHEDULED and not self.waits

    @property
    def keeps_meeting(self) -> bool:
        """Whether the Teams meeting belongs to the person, and people keep its link."""
        is_on_group = Effect.GOES_ON in self.effects and self.interview.calendar is Home.GROUP
        return is_on_group and self.interview.place is Place.TEAMS


def affected(act: Act, user_id: str) -> list[Affected]:
    """The coming interviews of a person, in order of time."""
    found = effect_store.of_person(act.rows, user_id, now=act.now)
    panels = effect_store.panels(act.rows, [one.id for one in found])
    return [Affected(one, _effects(one, panels[one.id], {user_id})) for one in found]


def disable(act: Act, user_id: str) -> tuple[User, list[Affected]]:
    """Disable a person and settle their coming interviews, in one transaction."""
    with act.rows.write():
        found = affected(act, user_id)
        user = administration.set_enabled(act, user_id, enabled=False)
        for each in found:
            settle(act, each.interview, {user_id})
    return user, found


def settle_all(act: Act) -> int:
    """Settle interviews of people whom user sync or anything else disabled; how many."""
    found = effect_store.without_people(act.rows, now=act.now)
    for one in found:
        involved = {each.user_id for each in store.panel(act.rows, one.id)}
        involved |= {one.organizer_id} if one.organizer_id else set()
        settle(act, one, effect_store.gone_people(act.rows, involved))
    return len(found)


def settle(act: Act, seen: Interview, gone: Collection[str]) -> None:
    """Take people who have gone off a panel, or let the interview ask. May be repeated."""
    with act.rows.write():
        one = store.interview(act.rows, seen.id)
        if not one.is_open or one.goal is Goal.CANCELLED:
            return
        panel = store.panel(act.rows, one.id)
        effects = _effects(one, panel, gone)
        if Effect.LEAVES_PANEL in effects:
            one = _without(act, one, panel, gone)
        reason = _reason(act.rows, one, effects)
        if reason and (one.state, one.reason) != (State.ASKS, reason):
            one = replace(one, state=State.ASKS, reason=reason, changed_at=act.now)
            store.save(act.rows, one)
            act.record(Action.INTERVIEW_ASKS, one.label, new=reason, candidate=audited(one))


def _effects(
    one: Interview, panel: Collection[Panelist], gone: Collection[str]
) -> tuple[Effect, ...]:
    found = []
    # Without a time, nothing has to be decided before there is a new one.
    is_timeless = one.goal is Goal.NEEDS_TIME or one.state is State.NEEDS_TIME
    if one.organizer_id in gone:
        is_own = one.calendar is Home.ORGANIZER and not is_timeless
        found.append(Effect.NEEDS_ORGANIZER if is_own else Effect.GOES_ON)
    if any(each.user_id in gone for each in panel):
        is_held = is_timeless or any(
            each.is_required and each.user_id not in gone for each in panel
        )
        found.append(Effect.LEAVES_PANEL if is_held else Effect.NEEDS_PANEL)
    return tuple(found)


def _without(
    act: Act, one: Interview, panel: Collection[Panelist], gone: Collection[str]
) -> Interview:
    """The interview without these people. One that asks or waits goes on doing so."""
    staying = [each for each in panel if each.user_id not in gone]
    store.save_panel(act.rows, one.id, staying)
    effect_store.free_people(act.rows, one.id, gone)
    state = State.CHANGING if one.state is State.SCHEDULED else one.state
    changed = replace(one, version=one.version + 1, state=state, changed_at=act.now)
    store.save(act.rows, changed)
    store.make_due(act.rows, one.id, now=act.now)
    act.record(
        Action.INTERVIEW_PANEL_CHANGED,
        one.label,
        old=_names(panel),
        new=_names(staying),
        candidate=audited(one),
    )
    return changed


def _names(panel: Iterable[Panelist]) -> str:
    return ", ".join(each.name for each in panel)


def _reason(rows: Rows, one: Interview, effects: Collection[Effect]) -> str:
    """Sentences about what only a person can decide. Empty if nothing has to be."""
    found = []
    if Effect.NEEDS_ORGANIZER in effects:
        name = people.user(rows, one.organizer_id).display_name if one.organizer_id else ""
        found.append(
            f"{name} was disabled, so Portal cannot change {name}'s calendar any more. "
            "Choose another organizer."
        )
    if Effect.NEEDS_PANEL in effects:
        found.append(
            "Nobody who must attend is left on the panel: the others cannot sign in any more. "
            "Choose another panel."
        )
    return " ".join(found)
