"""Old rows of the audit log lose the names of candidates at the upgrade, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.storage.audited_candidates import MARK
from portal.storage.database import IntegrityError
from portal.storage.migrations import MIGRATIONS
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import upgrade
from tests.support.raw_rows import insert, raw

BEFORE = [each for each in MIGRATIONS if each.name < "0067_audited_candidates"]
AT = "2026-01-01T00:00:00Z"


@pytest.fixture
def older(tmp_path: Path) -> Iterator[SqliteRows]:
    """A database from before, with Rosa, who had another name, and two people named Sam Reed."""
    rows = SqliteRows(tmp_path / "portal.db")
    upgrade(rows, backups=None, migrations=BEFORE)
    for id_, name in (("rosa", "Rosa Diaz"), ("sam1", "Sam Reed"), ("sam2", "Sam Reed")):
        values = {"id": id_, "name": name, "headline": "", "created_at": AT, "updated_at": AT}
        insert(rows, "candidates", values)
    address = {"address": "rosa@diaz.example", "folded": "rosa@diaz.example"}
    insert(
        rows,
        "candidate_addresses",
        {"candidate_id": "rosa", **address, "position": 0, "added_at": AT},
    )
    yield rows
    rows.close()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("candidate closed", "Rosa Diaz", None, "Hired"), (MARK, None, "Hired", "rosa")),
        (("message written", "Rosa Ortega", None, None), (MARK, None, None, "rosa")),
        (("message taken back", "j@x.example", None, None), ("j@x.example", None, None, None)),
        (("candidate closed", "Sam Reed", None, "Hired"), ("a candidate", None, "Hired", None)),
        (("candidate deleted", "Ann Lee", None, "1 message removed"),
         (MARK, None, "1 message removed", None)),
        (("candidate added", "Ann Lee", None, "Ann Lee; ann@x.example"), (MARK, None, None, None)),
        (("interview asks", "Call with Rosa Diaz", None, "rosa@diaz.example declined"),
         (f"Call with {MARK}", None, f"{MARK} declined", "rosa")),
        (("interview scheduled", "Call: Ann Lee", None, "with Ann Lee"),
         (f"Call: {MARK}", None, f"with {MARK}", None)),
        (("interview kind added", "Call with a designer", None, "30 minutes"),
         ("Call with a designer", None, "30 minutes", None)),
        (("never sync entry added", "organization's list: sam@x.example", None, None),
         ("organization's list: an address at x.example", None, None, None)),
        (("synced mail removed", "Rosa Diaz", None, "2 messages removed"),
         (MARK, None, "2 messages removed", "rosa")),
        (("synced mail removed", "Jobs", None, "x"), ("Jobs", None, "x", None)),
        (("signed in", "Rosa Diaz", None, None), ("Rosa Diaz", None, None, None)),
    ],
)  # fmt: skip  # a row before and after
def test_old_rows_name_the_candidate_by_id(
    older: SqliteRows, before: tuple[str | None, ...], after: tuple[str | None, ...]
) -> None:
    renamed = ("candidate changed", "Rosa Diaz", "Rosa Ortega; rosa@ortega.example", "Rosa Diaz")
    for id_, row in (("change", renamed), ("row", before)):
        keep(older, id_, *row)

    upgrade(older, backups=None)

    assert kept(older, "row") == after
    assert kept(older, "change") == (MARK, None, None, "rosa")


def test_log_is_append_only_after_the_upgrade(older: SqliteRows) -> None:
    keep(older, "row", "candidate closed", "Rosa Diaz", None, None)

    upgrade(older, backups=None)

    for change in ("update audit_log set target = 'x'", "delete from audit_log"):
        with pytest.raises(IntegrityError, match="append-only"):
            raw(older).execute(change)


def keep(rows: SqliteRows, id_: str, action: Any, target: Any, old: Any, new: Any) -> None:
    values = {"action": action, "target": target, "old_value": old, "new_value": new}
    insert(rows, "audit_log", {"id": id_, "at": AT, "actor_name": "x", "result": "ok", **values})


def kept(rows: SqliteRows, id_: str) -> tuple[Any, ...]:
    (row,) = raw(rows).query("select * from audit_log where id = ?", [id_])
    return row["target"], row["old_value"], row["new_value"], row["candidate_id"]
