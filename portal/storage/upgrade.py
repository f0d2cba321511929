"""Bring a database to this program's schema: once, with a backup first, never backwards."""

from collections.abc import Sequence
from pathlib import Path

from portal.clock import utc_now
from portal.errors import PortalError
from portal.storage.copies import copy_database
from portal.storage.migrations import MIGRATIONS, Migration, applied, apply, is_empty
from portal.storage.sqlite_rows import SqliteRows, refusals_of_ours

KEPT_BACKUPS = 5
PREFIX = "portal-before-"


class TooNew(PortalError):
    """A newer portal wrote these rows."""


class UnknownSchema(PortalError):
    """No migration of this program leads from this database."""


def upgrade(
    rows: SqliteRows, *, backups: Path | None, migrations: Sequence[Migration] | None = None
) -> list[str]:
    """Apply pending migrations and return their names.

    Takes no backup without a folder for `backups`, as for a copy.
    """
    db = rows.database
    # Of two programs that start at once, the second waits and finds all done.
    with refusals_of_ours(), rows.write():
        steps = pending(rows, migrations)
        if backups and steps and not is_empty(db):
            _back_up(rows.path, backups / f"{PREFIX}{steps[0].name}-{utc_now():%Y%m%d%H%M%S}.db")
        for each in steps:
            apply(db, each, now=utc_now())
    if backups and steps:
        _forget_oldest(backups)
    return [each.name for each in steps]


def pending(rows: SqliteRows, migrations: Sequence[Migration] | None = None) -> Sequence[Migration]:
    """List what upgrade() would apply: the product's own migrations unless others are given.

    Refuses a database that no migration leads from. Changes nothing.
    """
    db = rows.database
    steps = MIGRATIONS if migrations is None else migrations
    known, found = [each.as_applied for each in steps], applied(db)
    if found == known[: len(found)] and (found or is_empty(db)):
        return steps[len(found) :]
    if found[: len(known)] == known:
        raise TooNew(
            f"A newer portal has written this database ({found[len(known)].name}), and this one "
            "cannot read it. Start the newer one, or restore a backup from before."
        )
    raise UnknownSchema(
        "Another version of Portal made this database, and this one does not know its schema."
    )


def _back_up(source: Path, path: Path) -> None:
    """Copy through another connection: ours is inside the transaction that migrates."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    copy_database(source, path)


def _forget_oldest(backups: Path) -> None:
    """Delete old backups of this module, including unfinished ones of killed programs."""
    if not backups.is_dir():
        return
    for part in backups.glob(f"{PREFIX}*.part*"):
        part.unlink(missing_ok=True)
    newest_first = sorted(
        backups.glob(f"{PREFIX}*.db"), key=lambda path: path.stat().st_mtime_ns, reverse=True
    )
    for path in newest_first[KEPT_BACKUPS:]:
        path.unlink(missing_ok=True)
