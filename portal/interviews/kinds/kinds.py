"""Add, change and retire kinds of interviews. Interviews keep what they were scheduled with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, Invalid
from portal.group_calendars import store as calendars
from portal.group_calendars.models import GroupCalendar
from portal.interviews.kinds import kind_store as store
from portal.interviews.models import Home, Kind, Place
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.wording import counted, number

LONGEST_NAME = 80
SHORTEST_MINUTES = 5
LONGEST_MINUTES = 12 * 60
MOST = 100


@dataclass(frozen=True)
class Written:
    """A kind as a form has it. Empty `calendar`: the organization's default."""

    name: str
    minutes: int
    place: Place
    place_text: str
    calendar: str
    calendar_id: str | None
    words: str


def add(act: Act, written: Written) -> Kind:
    """Add a kind. A second one of the same name is refused, also if the first is retired."""
    made = Kind(id=new_id(), **vars(written))
    with act.rows.write():
        others = store.every_kind(act.rows)
        if len(others) >= MOST:
            raise Invalid(f"There are {number(MOST)} kinds already. Change one of them instead.")
        _require_savable(act.rows, made, others)
        store.save(act.rows, made, now=act.now)
        act.record(Action.INTERVIEW_KIND_ADDED, made.name, new=_described(act.rows, made))
    return made


def change(act: Act, kind_id: str, written: Written) -> Kind:
    """Change what a kind suggests from now on. Does nothing if all of it holds already."""
    with act.rows.write():
        known = store.kind(act.rows, kind_id)
        changed = replace(known, **vars(written))
        if changed == known:
            return known
        others = [each for each in store.every_kind(act.rows) if each.id != kind_id]
        _require_savable(act.rows, changed, others)
        store.save(act.rows, changed, now=act.now)
        act.record(
            Action.INTERVIEW_KIND_CHANGED,
            changed.name,
            old=_described(act.rows, known),
            new=_described(act.rows, changed),
        )
    return changed


def retire(act: Act, kind_id: str) -> Kind:
    """Offer a kind no longer. Raises Conflict for the last one: scheduling begins with a kind."""
    with act.rows.write():
        known = store.kind(act.rows, kind_id)
        if known.is_retired:
            return known
        if len(store.kinds(act.rows)) == 1:
            raise Conflict("This is the only kind left. Add another one before you retire it.")
        retired = replace(known, retired_at=act.now)
        store.save(act.rows, retired, now=act.now)
        act.record(Action.INTERVIEW_KIND_RETIRED, known.name)
    return retired


def bring_back(act: Act, kind_id: str) -> Kind:
    """Offer a retired kind again. Does nothing if it is offered."""
    with act.rows.write():
        known = store.kind(act.rows, kind_id)
        if not known.is_retired:
            return known
        offered = replace(known, retired_at=None)
        store.save(act.rows, offered, now=act.now)
        act.record(Action.INTERVIEW_KIND_BROUGHT_BACK, known.name)
    return offered


def _require_savable(rows: Rows, made: Kind, others: Iterable[Kind]) -> None:
    same = (each for each in others if each.name.casefold() == made.name.casefold())
    for other in same:
        if other.is_retired:
            raise Invalid(
                "A retired kind has this name. Bring it back, or choose another name.", field="name"
            )
        raise Invalid("Another kind has this name.", field="name")
    known = {each.id for each in calendars.offered(rows)}
    if made.calendar_id is not None and made.calendar_id not in known:
        raise Invalid("This calendar was removed. Choose another one.", field="calendar")


def _described(rows: Rows, one: Kind) -> str:
    """A kind in the audit log: everything that a change of it can change."""
    place = f"{one.place.label} ({one.place_text})" if one.place_text else one.place.label
    calendar = calendar_label(one, calendars.offered(rows))
    parts = [one.name, counted(one.minutes, "minute"), place, calendar]
    if one.words:
        parts.append(f"words: {' '.join(one.words.split())}")
    return ", ".join(parts)


def calendar_label(one: Kind, known: Iterable[GroupCalendar]) -> str:
    """The calendar that a kind chooses, in words. One that was removed leaves the default."""
    if one.calendar == Home.ORGANIZER:
        return "the organizer's own calendar"
    chosen = next((each.name for each in known if each.id == one.calendar_id), "")
    return chosen or "the default calendar"
