"""Moves a demo folder aside whose database this version of Portal cannot read."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import TooNew, UnknownSchema, pending
from portal.upkeep import program_locks

DATABASE = "portal.db"


def move_old_folder(folder: Path, *, now: datetime) -> Path | None:
    """Rename an unusable folder and return its new path; None if the folder can be used.

    Refuses while a portal runs in that folder.
    """
    if not _is_unusable(folder / DATABASE):
        return None
    aside = folder.with_name(f"{folder.name}-before-{now:%Y%m%d%H%M%S}")
    with program_locks.nobody_else(folder):
        folder.rename(aside)
    return aside


def _is_unusable(file: Path) -> bool:
    if not file.exists():
        return False
    with closing(SqliteRows.at_rest(file, read_only=True)) as rows:
        try:
            pending(rows)
        except (TooNew, UnknownSchema):
            return True
    return False
