"""All SQL for what is known of interviews' rooms after they were invited."""

from collections.abc import Collection
from dataclasses import fields

from portal.interviews.rooms.models import Check, Trouble
from portal.storage.rows import Rows

COLUMNS = ", ".join(each.name for each in fields(Check))


def save(rows: Rows, check: Check) -> None:
    """Keep the last check alone. Belongs inside write()."""
    changes = ", ".join(f"{each.name} = excluded.{each.name}" for each in fields(Check)[1:])
    rows.execute(
        f"insert into room_checks ({COLUMNS}) values "  # noqa: S608  # constants
        f"({', '.join(f':{each.name}' for each in fields(Check))}) "
        f"on conflict (interview_id) do update set {changes}",
        vars(check),
    )


def check(rows: Rows, interview_id: str) -> Check | None:
    sql = f"select {COLUMNS} from room_checks where interview_id = ?"  # noqa: S608  # constants
    return rows.one(Check, sql, [interview_id])


def troubles(rows: Rows, interview_ids: Collection[str]) -> dict[str, Trouble]:
    """Those of these interviews whose room is not booked, each with the reason."""
    found = rows.all(
        tuple,
        "select interview_id, trouble from rooms_not_booked where interview_id in :ids",
        {"ids": [*interview_ids]},
    )
    return {interview_id: Trouble(trouble) for interview_id, trouble in found}
