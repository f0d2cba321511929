"""The people to choose a panel from: those chosen, and others who were on one lately."""

from dataclasses import dataclass
from datetime import datetime

from portal.interviews.plan import people, people_store
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.people import Times
from portal.interviews.plan.people_store import Person
from portal.storage.rows import Rows
from portal.wording import place_of_zone

FEW, MANY = 6, 60


@dataclass(frozen=True)
class PanelRow:
    """A person as a row to choose. `zone` is the reader's."""

    person: Person
    times: Times
    is_chosen: bool
    is_optional: bool
    zone: str

    @property
    def hint(self) -> str:
        """Meeting hours in the person's zone, which is named if it is not the reader's."""
        hours = people.hours_in_words(self.times.week)
        place = "" if self.times.zone_name == self.zone else place_of_zone(self.times.zone_name)
        return f"Meets {hours}" + (f" in {place}" if place else "")


@dataclass(frozen=True)
class Who:
    """The rows that are shown, and how many there are. `search` is what they were found by."""

    rows: tuple[PanelRow, ...]
    total: int
    search: str
    has_more: bool
    has_found: bool
    most: int = MANY

    @property
    def panel(self) -> tuple[Person, ...]:
        return tuple(each.person for each in self.rows if each.is_chosen)


def who(rows: Rows, draft: Draft, *, search: str, shows_all: bool, now: datetime) -> Who:
    """The chosen people first, then the first others."""
    chosen = people_store.chosen(rows, draft.panel)
    limit = MANY if shows_all or search else FEW
    found = people_store.people(rows, search=search, limit=limit + len(chosen))
    ids = {each.user_id for each in chosen}
    others = [each for each in found if each.user_id not in ids][:limit]
    shown = [*chosen, *others]
    times = people.times_of(rows, [each.user_id for each in shown], since=now, until=now, now=now)
    return Who(
        rows=tuple(
            PanelRow(
                person=each,
                times=times[each.user_id],
                is_chosen=each.user_id in ids,
                is_optional=each.user_id in draft.optional,
                zone=draft.zone,
            )
            for each in shown
        ),
        total=found[0].found_count if found else len(chosen),
        search=search,
        has_more=bool(found) and found[0].found_count > len(found),
        has_found=bool(found),
    )
