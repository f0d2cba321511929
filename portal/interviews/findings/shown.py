"""The differences of an interview as its page lists them, with the ways to decide."""

from dataclasses import dataclass
from datetime import datetime

from portal.errors import Conflict
from portal.interviews.changes import checks
from portal.interviews.findings import choices, finding_store, sentences
from portal.interviews.findings.choices import Choice, Way
from portal.interviews.findings.context import Context, contexts
from portal.interviews.findings.models import FindingKind
from portal.interviews.microsoft import work
from portal.storage.rows import Rows

# These end what goes on, so the other way stands first.
PUT_BACK_FIRST = (FindingKind.DELETED,)


@dataclass(frozen=True)
class Button:
    """A way to decide. `path` goes on from the page of the interview."""

    label: str
    path: str


@dataclass(frozen=True)
class Shown:
    title: str
    text: str
    seen_at: datetime | None
    buttons: tuple[Button, ...]
    is_being_written: bool
    is_deleted: bool


def shown(rows: Rows, interview_id: str, *, now: datetime) -> list[Shown]:
    """List those that wait for a decision or are being put back. None once it begins."""
    several = finding_store.of_interview(rows, interview_id)
    if not several:
        return []
    known = work.known(rows, interview_id)
    try:
        checks.require_goal(known.interview)
        checks.require_not_begun(known.interview, now=now)
    except Conflict:
        return []
    return [_shown(each, now) for each in contexts(rows, known, several)]


def _shown(found: Context, now: datetime) -> Shown:
    is_being_written = found.finding.is_being_written
    return Shown(
        sentences.title(found),
        sentences.text(found),
        found.finding.seen_at,
        () if is_being_written else tuple(_buttons(found, now)),
        is_being_written,
        found.finding.kind is FindingKind.DELETED,
    )


def _buttons(found: Context, now: datetime) -> list[Button]:
    """The two ways, as far as each is possible now."""
    several = [
        (choice, way) for way in Way if (choice := choices.of(found, way, now=now)) is not None
    ]
    if found.finding.kind in PUT_BACK_FIRST:
        several.reverse()
    return [Button(choice.label, _path(found, choice, way)) for choice, way in several]


def _path(found: Context, choice: Choice, way: Way) -> str:
    if not choice.page:
        return f"outlook/{found.finding.id}/{way}"
    if found.finding.kind is not FindingKind.PROPOSAL:
        return choice.page
    return f"{choice.page}?proposal={found.finding.id}"
