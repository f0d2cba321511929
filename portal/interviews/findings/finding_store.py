"""All SQL for differences between events in Outlook and their interviews."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime

from portal.errors import NotFound
from portal.interviews.findings.models import WRITTEN_BACK, Finding, FindingState
from portal.storage.rows import Rows

COLUMNS = ", ".join(each.name for each in fields(Finding))
LISTED = ", ".join(f"f.{each.name}" for each in fields(Finding))
OPEN = f"('{FindingState.OPEN}', '{FindingState.PUT_BACK}')"
WRITTEN = "('" + "', '".join(WRITTEN_BACK) + "')"
# Events of an earlier generation leave their calendar, with all that stands on them.
OF_PRESENT = (
    f"select {LISTED} from interview_findings f "  # noqa: S608  # constants
    "join interview_events e on e.id = f.event_id join interviews i on i.id = f.interview_id "
    "where e.generation = i.generation"
)


def finding(rows: Rows, interview_id: str, finding_id: str) -> Finding:
    found = rows.one(
        Finding,
        f"select {COLUMNS} from interview_findings where id = ? and interview_id = ?",  # noqa: S608  # constants
        [finding_id, interview_id],
    )
    if found is None:
        raise NotFound
    return found


def of_event(rows: Rows, event_id: str) -> list[Finding]:
    """All that was ever different on an event."""
    sql = f"select {COLUMNS} from interview_findings where event_id = ?"  # noqa: S608  # constants
    return rows.all(Finding, sql, [event_id])


def of_interview(rows: Rows, interview_id: str) -> list[Finding]:
    """Differences that wait for a decision, or that a worker writes back, in order of time."""
    return rows.all(
        Finding,
        f"{OF_PRESENT} and f.interview_id = ? and (f.state = '{FindingState.OPEN}' "
        f"or f.state = '{FindingState.PUT_BACK}' and f.kind in {WRITTEN}) "
        "order by f.seen_at, f.kind, f.subject",
        [interview_id],
    )


def written_back(rows: Rows, interview_id: str) -> list[str]:
    """The events to which a worker has to write something back."""
    return rows.all(
        str,
        "select distinct f.event_id from interview_findings f "  # noqa: S608  # constants
        "join interview_events e on e.id = f.event_id join interviews i on i.id = f.interview_id "
        f"where f.interview_id = ? and f.state = '{FindingState.PUT_BACK}' "
        f"and f.kind in {WRITTEN} and e.generation = i.generation order by f.event_id",
        [interview_id],
    )


def save(rows: Rows, several: Iterable[Finding]) -> None:
    """Add differences, or save what is known of them now. Belongs inside write()."""
    changes = ", ".join(
        f"{each.name} = excluded.{each.name}" for each in fields(Finding) if each.name != "id"
    )
    rows.many(
        f"insert into interview_findings ({COLUMNS}) values "  # noqa: S608  # constants
        f"({', '.join(f':{each.name}' for each in fields(Finding))}) "
        f"on conflict (event_id, kind, subject) do update set {changes}",
        [vars(each) for each in several],
    )


def end(rows: Rows, ids: Collection[str], *, now: datetime) -> None:
    """Close differences that are gone. Belongs inside write()."""
    rows.execute(
        "update interview_findings set state = :over, "
        "decided_at = coalesce(decided_at, :now) where id in :ids",
        {"over": FindingState.OVER, "now": now, "ids": [*ids]},
    )
