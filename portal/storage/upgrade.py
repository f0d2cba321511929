"""Bring a database to this program's schema: once, with a backup first, never backwards."""

from pathlib import Path

from sqlite_utils import Database

from portal.clock import utc_now
from portal.errors import PortalError
from portal.storage.copies import copy_database
from portal.storage.database import write
from portal.storage.migrations import migrations

KEPT_BACKUPS = 5
PREFIX = "portal-before-"


class TooNew(PortalError):
    """A newer portal wrote these rows."""


def upgrade(db: Database, *, backups: Path | None) -> list[str]:
    """The names of the migrations that were applied; nothing when all had been.

    Without a folder for `backups` none is made: for what is a copy itself.
    """
    with write(db):  # of two programs that start at once, the second waits and finds all done
        before = applied(db)
        pending = [migration.name for migration in migrations.pending(db)]
        _refuse_newer(before, pending)
        if backups and before and pending:
            _back_up(db, backups / f"{PREFIX}{pending[0]}-{utc_now():%Y%m%d%H%M%S}.db")
        migrations.apply(db)
    if backups and pending:
        _forget_oldest(backups)
    return pending


def applied(db: Database) -> list[str]:
    """Empty for a file that no portal has written."""
    return [migration.name for migration in migrations.applied(db)]


def _refuse_newer(applied: list[str], pending: list[str]) -> None:
    probe = Database(memory=True)
    known = {migration.name for migration in migrations.pending(probe)}
    probe.conn.close()
    unknown = [name for name in applied if name not in known]
    if unknown:
        raise TooNew(
            f"A newer portal has written this database ({unknown[0]}), and this one cannot read "
            f"it{' beside ' + pending[0] if pending else ''}. Start the newer one, or restore a "
            "backup from before."
        )


def _back_up(db: Database, path: Path) -> None:
    """Read through a connection of its own: ours is inside the transaction that migrates."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    copy_database(Path(str(next(iter(db.query("pragma database_list")))["file"])), path)


def _forget_oldest(backups: Path) -> None:
    """Only what this module wrote, unfinished copies of killed programs included."""
    if not backups.is_dir():
        return
    for part in backups.glob(f"{PREFIX}*.part*"):
        part.unlink(missing_ok=True)
    newest_first = sorted(
        backups.glob(f"{PREFIX}*.db"), key=lambda path: path.stat().st_mtime_ns, reverse=True
    )
    for path in newest_first[KEPT_BACKUPS:]:
        path.unlink(missing_ok=True)
