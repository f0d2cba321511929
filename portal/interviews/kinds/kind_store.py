"""All SQL for kinds of interviews."""

from dataclasses import fields
from datetime import datetime

from portal.errors import NotFound
from portal.interviews.models import Kind
from portal.storage.rows import Rows

COLUMNS = ", ".join(each.name for each in fields(Kind))
BY_NAME = f"select {COLUMNS} from interview_kinds order by lower(name), id"  # noqa: S608  # constants


def kinds(rows: Rows) -> list[Kind]:
    """The kinds that can be scheduled, by name."""
    return [each for each in every_kind(rows) if not each.is_retired]


def every_kind(rows: Rows) -> list[Kind]:
    """All kinds by name, with those that were retired."""
    return rows.all(Kind, BY_NAME)


def kind(rows: Rows, kind_id: str) -> Kind:
    """One kind, retired or not."""
    sql = f"select {COLUMNS} from interview_kinds where id = ?"  # noqa: S608  # constants
    found = rows.one(Kind, sql, [kind_id])
    if found is None:
        raise NotFound
    return found


def save(rows: Rows, one: Kind, *, now: datetime) -> None:
    """Add a kind, or save all of it. Belongs inside write()."""
    names = [each.name for each in fields(Kind)]
    changes = ", ".join(f"{name} = excluded.{name}" for name in [*names[1:], "changed_at"])
    rows.execute(
        f"insert into interview_kinds ({COLUMNS}, created_at, changed_at) values "  # noqa: S608  # constants
        f"({', '.join(f':{name}' for name in names)}, :now, :now) "
        f"on conflict (id) do update set {changes}",
        {**vars(one), "now": now},
    )
