"""An upgrade as a program of its own, killed while the last migration is at work."""

import os
import signal
import sys
from pathlib import Path

from sqlite_utils import Database

from portal.storage.database import open_database
from portal.storage.migrations import migrations
from portal.storage.upgrade import upgrade


@migrations(name="9998_change")
def change_and_die(db: Database) -> None:
    db.execute("update settings set value = 'red'")
    db.execute("create table half (a text)")
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    upgrade(open_database(file), backups=file.parent / "backups")
