"""A database as an older portal left it."""

from pathlib import Path

import pytest

from portal.storage.database import open_database
from portal.storage.migrations import migrations


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Everything but the last migration, and one row."""
    path = tmp_path / "portal.db"
    db = open_database(path)
    migrations.apply(db, stop_before=migrations.pending(db)[-1].name)
    db.execute("insert into settings values ('colour', 'green')")
    db.conn.close()
    return path
