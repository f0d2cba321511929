"""The ways out when an organizer on the panel would see two events. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal.composer.placeholders import first_name
from portal.group_calendars.models import GroupCalendar
from portal.interviews.communication import GROUP
from portal.interviews.plan.draft import Draft
from portal.interviews.preview.audience import Meant
from portal.interviews.readiness import Organizer

ORGANIZER, ONE, LEAVE = "organizer:", "one", "leave"


@dataclass(frozen=True)
class Cure:
    """A way out, as a radio button. `value` is what the form says."""

    value: str
    label: str
    hint: str = ""
    is_best: bool = False


@dataclass(frozen=True)
class Ways:
    """People who could organize: `on_group` on `group`, `other` on their own calendar."""

    group: GroupCalendar | None = None
    on_group: Organizer | None = None
    other: Organizer | None = None


def cures(meant: Meant, ways: Ways) -> list[Cure]:
    """Everything that can be chosen now, the best first."""
    return [*_possible(meant, ways), Cure(LEAVE, "Leave it as it is")]


def _possible(meant: Meant, ways: Ways) -> Iterator[Cure]:
    candidate = meant.candidate
    if ways.group is not None and ways.on_group is not None:
        name = ways.group.name
        yield Cure(
            f"{GROUP}{ways.group.id}:{ways.on_group.user_id}",
            f"Use {name}'s calendar",
            f"The group organizes, and everybody gets one event. {candidate} sees {name}.",
            is_best=True,
        )
    if ways.other is not None:
        other = first_name(ways.other.name) or ways.other.name
        yield Cure(
            f"{ORGANIZER}{ways.other.user_id}",
            f"Let {other} organize",
            f"{other} is not on the panel. {candidate} sees {ways.other.name}.",
        )
    yield Cure(
        ONE,
        "One event for everyone",
        f"{candidate} is invited to the panel's event, and sees who else is invited.",
    )


def cured(draft: Draft, value: str) -> Draft:
    """The draft after a way out was chosen. Anything else leaves it as it is."""
    if value == ONE:
        return replace(draft, is_one_event=True)
    if value.startswith(ORGANIZER):
        return replace(draft, organizer_id=value.removeprefix(ORGANIZER))
    if value.startswith(GROUP):
        calendar_id, _, user_id = value.removeprefix(GROUP).partition(":")
        return replace(draft, calendar=f"{GROUP}{calendar_id}", organizer_id=user_id)
    return draft
