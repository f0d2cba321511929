"""People to choose a panel from: those who are chosen, and others by a search."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from portal.interviews.models import Panelist
from portal.interviews.plan import people_store
from portal.interviews.plan.people_store import Person
from portal.storage.rows import Rows

MOST_SHOWN = 30


@dataclass(frozen=True)
class Row:
    """A person as a row to choose."""

    person: Person
    is_chosen: bool
    is_optional: bool


def panel(rows: Rows, chosen: Sequence[str], optional: Collection[str]) -> list[Panelist]:
    """The chosen people who may still be on a panel, in the order of the form."""
    known = {each.user_id: each for each in people_store.chosen(rows, chosen)}
    return [
        Panelist(id, known[id].name, known[id].address, is_required=id not in optional)
        for id in chosen
        if id in known
    ]


def choices(
    rows: Rows, chosen: Sequence[str], optional: Collection[str], *, search: str
) -> list[Row]:
    """The chosen people first, then those whom the search finds."""
    first = people_store.chosen(rows, chosen)
    ids = {each.user_id for each in first}
    found = people_store.people(rows, search=search, limit=MOST_SHOWN + len(first))
    others = [each for each in found if each.user_id not in ids][:MOST_SHOWN]
    return [
        Row(each, is_chosen=each.user_id in ids, is_optional=each.user_id in optional)
        for each in [*first, *others]
    ]
