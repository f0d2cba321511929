"""Bring a database to this program's schema: once, with a backup first, never backwards."""

from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from portal.clock import utc_now
from portal.errors import PortalError
from portal.storage.database import open_database, write
from portal.storage.migrations import migrations


class TooNew(PortalError):
    """A newer portal wrote these rows."""


def upgrade(db: Database, *, backups: Path) -> list[str]:
    """The names of the migrations that were applied; nothing when all had been."""
    with write(db):  # of two programs that start at once, the second waits and finds all done
        applied = [migration.name for migration in migrations.applied(db)]
        pending = [migration.name for migration in migrations.pending(db)]
        _refuse_newer(applied, pending)
        if applied and pending:
            _back_up(db, backups / f"portal-before-{pending[0]}-{utc_now():%Y%m%d%H%M%S}.db")
        migrations.apply(db)
    return pending


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
    path.touch(mode=0o600)
    source = Path(str(next(iter(db.query("pragma database_list")))["file"]))
    with closing(open_database(source).conn) as own, closing(open_database(path).conn) as copy:
        own.backup(copy)
