"""The days and times of step 1 in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol

from portal import clock
from portal.interviews.models import STEP
from portal.interviews.plan import suggestions
from portal.interviews.plan.board import Board
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.grid import Row, clock_of, their_time
from portal.interviews.plan.zones import zone_of
from portal.wording import place_of_zone

DAY = timedelta(days=1)
MOST_ROWS = 4
# More columns than this need more room than a page has.
MOST_COLUMNS = 6
# All columns together, before a word of a name would break within them.
LETTERS_ON_A_PHONE = 27


@dataclass(frozen=True)
class Slot:
    """A start to choose: its value in the form, and the candidate's time as a note."""

    value: str
    label: str
    note: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownDay:
    """The day of the grid, and the days beside it. `previous` is None before today."""

    day: date
    today: date

    @property
    def title(self) -> str:
        return f"{self.day:%a} {self.day.day} {self.day:%B}{self._year}"

    @property
    def _year(self) -> str:
        return "" if self.day.year == self.today.year else f" {self.day.year}"

    @property
    def previous(self) -> date | None:
        return self.day - DAY if self.day > self.today else None

    @property
    def next(self) -> date:
        return self.day + DAY


@dataclass(frozen=True)
class Shown:
    """The card "When" in words: its day, the slots above it and the rows of its table."""

    city: str
    their_city: str
    day: ShownDay
    slots: list[Slot]
    rows: list[Row]
    table_class: str
    is_wide: bool
    suggested_days: int = suggestions.DAYS


class View(Protocol):
    """A view of a draft, by step 1 or while an interview is rescheduled."""

    @property
    def draft(self) -> Draft: ...
    @property
    def board(self) -> Board | None: ...
    @property
    def name(self) -> str: ...


def shown(step: View, *, now: datetime) -> Shown:
    draft, board = step.draft, step.board
    zone = zone_of(draft.zone) or UTC
    rows = board.grid.rows if board else []
    return Shown(
        city=place_of_zone(draft.zone),
        their_city=place_of_zone(draft.candidate_zone),
        day=ShownDay(draft.day, now.astimezone(zone).date()),
        slots=slots(draft, board.suggested if board else (), rows, zone, step.name),
        rows=rows,
        table_class=table_class(draft, [each.name for each in board.columns] if board else ()),
        is_wide=board is not None and len(board.columns) > MOST_COLUMNS,
    )


def slots(
    draft: Draft, suggested: Sequence[datetime], rows: Sequence[Row], zone: tzinfo, name: str
) -> list[Slot]:
    """The suggested starts, and the chosen one unless it has a radio button among these."""
    chosen, in_grid = draft.starts_at, [each.starts_at for each in rows]
    found = [*suggested]
    if chosen is not None and chosen not in (*suggested, *in_grid):
        found.insert(0, chosen)
    return [
        _slot(each, draft, zone, name, is_chosen=each == chosen and each not in in_grid)
        for each in found
    ]


def _slot(start: datetime, draft: Draft, zone: tzinfo, name: str, *, is_chosen: bool) -> Slot:
    local, their_zone = start.astimezone(zone), zone_of(draft.candidate_zone)
    label = f"{local:%a} {local.day} {local:%b}, {clock_of(start, zone)}"
    note = ""
    if their_zone is not None:
        theirs = their_time((start, start + draft.length), their_zone, local.date())
        note = " ".join(each for each in (theirs.day, theirs.clock, "for", name) if each)
    return Slot(clock.text(start), label, note, is_chosen)


def table_class(draft: Draft, names: Sequence[str]) -> str:
    """The classes for the length of the interview, and for names too long for a phone's columns."""
    count = min(-(-draft.length // STEP), MOST_ROWS)
    longest = max((len(word) for name in names for word in name.split()), default=0)
    return " ".join(
        (
            "times",
            *([f"rows-{count}"] if count > 1 else []),
            *(["long-names"] if longest * len(names) > LETTERS_ON_A_PHONE else []),
        )
    )
