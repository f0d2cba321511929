"""An upgrade as a program of its own, killed while the last migration is at work."""

import os
import signal
import sys
from pathlib import Path

from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import upgrade
from tests.storage.made_up import FIRST, KILLED

if __name__ == "__main__":
    file = Path(sys.argv[1])
    db = SqliteRows(file)
    db.database.conn.create_function("die", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))
    upgrade(db, backups=file.parent / "backups", migrations=(FIRST, KILLED))
