"""All SQL for interviews, their panels, events, claims and ledger."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime

from portal.errors import NotFound
from portal.interviews.models import (
    OPEN,
    Claimed,
    Event,
    Interview,
    Panelist,
    Subject,
    Told,
)
from portal.storage.rows import Rows

INTERVIEW_COLUMNS = ", ".join(each.name for each in fields(Interview))
EVENT_COLUMNS = ", ".join(each.name for each in fields(Event))
TOLD_COLUMNS = ", ".join(each.name for each in fields(Told))
INTERVIEW = f"select {INTERVIEW_COLUMNS} from interviews"  # noqa: S608  # constants
IS_OPEN = "state in ('" + "', '".join(OPEN) + "')"


def interview(rows: Rows, interview_id: str) -> Interview:
    found = rows.one(Interview, f"{INTERVIEW} where id = ?", [interview_id])
    if found is None:
        raise NotFound
    return found


def by_form(rows: Rows, form_number: str) -> Interview | None:
    """The interview that a form made before."""
    return rows.one(Interview, f"{INTERVIEW} where form_number = ?", [form_number])


def of_candidate(rows: Rows, candidate_id: str) -> list[Interview]:
    """All interviews with a candidate, in order of time."""
    return rows.all(
        Interview, f"{INTERVIEW} where candidate_id = ? order by starts_at, id", [candidate_id]
    )


def add(rows: Rows, one: Interview) -> None:
    """Belongs inside write(), like all that change something."""
    rows.execute(
        f"insert into interviews ({INTERVIEW_COLUMNS}) values "  # noqa: S608  # constants
        f"({', '.join(f':{each.name}' for each in fields(Interview))})",
        vars(one),
    )


def save(rows: Rows, one: Interview) -> None:
    """Save every column of an interview that was read in the same transaction."""
    changes = ", ".join(f"{each.name} = :{each.name}" for each in fields(Interview)[1:])
    rows.execute(f"update interviews set {changes} where id = :id", vars(one))  # noqa: S608  # constants


def kind_name(rows: Rows, kind_id: str | None) -> str:
    """The name of a kind. Empty for a kind that was deleted."""
    return rows.value(str, "select name from interview_kinds where id = ?", [kind_id]) or ""


def panel(rows: Rows, interview_id: str) -> list[Panelist]:
    return rows.all(
        Panelist,
        "select p.user_id, u.display_name as name, u.address, p.is_required "
        "from interview_panel p join people u on u.id = p.user_id "
        "where p.interview_id = ? order by p.position, u.display_name, p.user_id",
        [interview_id],
    )


def save_panel(rows: Rows, interview_id: str, people: Iterable[Panelist]) -> None:
    """Replace the whole panel."""
    rows.execute("delete from interview_panel where interview_id = ?", [interview_id])
    rows.many(
        "insert into interview_panel (interview_id, user_id, is_required, position) "
        "values (?, ?, ?, ?)",
        [(interview_id, one.user_id, one.is_required, number) for number, one in enumerate(people)],
    )


def events(rows: Rows, interview_id: str) -> list[Event]:
    """The events of every generation, the newest first, the internal one before the candidate's."""
    return rows.all(
        Event,
        f"select {EVENT_COLUMNS} from interview_events where interview_id = ? "  # noqa: S608  # constants
        "order by generation desc, role desc",
        [interview_id],
    )


def save_event(rows: Rows, one: Event) -> None:
    """Add an event, or save all that is known of it now."""
    changes = ", ".join(f"{each.name} = excluded.{each.name}" for each in fields(Event)[4:])
    rows.execute(
        f"insert into interview_events ({EVENT_COLUMNS}) values "  # noqa: S608  # constants
        f"({', '.join(f':{each.name}' for each in fields(Event))}) "
        f"on conflict (id) do update set {changes}",
        vars(one),
    )


def claims(
    rows: Rows, kind: Subject, subjects: Collection[str], *, since: datetime, until: datetime
) -> list[Claimed]:
    """The times that interviews hold of these people or rooms and that overlap a span."""
    return rows.all(
        Claimed,
        "select interview_id, kind, subject, starts_at, ends_at from slot_claims "
        "where kind = :kind and subject in :subjects and starts_at < :until and ends_at > :since "
        "order by starts_at, subject, interview_id",
        {"kind": kind, "subjects": [*subjects], "since": since, "until": until},
    )


def add_claims(rows: Rows, wanted: Iterable[Claimed]) -> None:
    """Hold these times, besides those that are held already."""
    rows.many(
        "insert into slot_claims (interview_id, kind, subject, starts_at, ends_at) "
        "values (?, ?, ?, ?, ?) on conflict (interview_id, kind, subject, starts_at) "
        "do update set ends_at = excluded.ends_at",
        [(one.interview_id, one.kind, one.subject, one.starts_at, one.ends_at) for one in wanted],
    )


def free_claims(rows: Rows, interview_id: str) -> None:
    """Hold none of an interview's times any more."""
    rows.execute("delete from slot_claims where interview_id = ?", [interview_id])


def ledger(rows: Rows, interview_id: str) -> list[Told]:
    """Everybody who was told of an interview: the candidate, the panel, the room."""
    return rows.all(
        Told,
        f"select {TOLD_COLUMNS} from invite_ledger where interview_id = ? "  # noqa: S608  # constants
        "order by case role when 'candidate' then 1 when 'panel' then 2 else 3 end, name, folded",
        [interview_id],
    )


def save_told(rows: Rows, several: Iterable[Told]) -> None:
    """Add people to the ledger, or save what they were told now."""
    changes = ", ".join(f"{each.name} = excluded.{each.name}" for each in fields(Told)[2:])
    rows.many(
        f"insert into invite_ledger ({TOLD_COLUMNS}) values "  # noqa: S608  # constants
        f"({', '.join(f':{each.name}' for each in fields(Told))}) "
        f"on conflict (interview_id, folded) do update set {changes}",
        [vars(each) for each in several],
    )


def forget_told(rows: Rows, interview_id: str, folded: Collection[str]) -> None:
    """Take people off the ledger who turned out not to be told."""
    rows.execute(
        "delete from invite_ledger where interview_id = :id and folded in :folded",
        {"id": interview_id, "folded": [*folded]},
    )


def make_due(rows: Rows, interview_id: str, *, now: datetime) -> None:
    """Let a worker bring Microsoft to what the interview says, now. Ends a failure's wait."""
    rows.execute(
        "insert into interview_work (id, due_at) values (?, ?) on conflict (id) do update set "
        "due_at = excluded.due_at, failure = null, failed_at = null, failure_count = 0, "
        "is_throttled = 0",
        [interview_id, now],
    )
