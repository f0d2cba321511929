"""Counts the steps of a program, and ends it with kill -9 before the n-th.

A step is a statement that writes, some pages of a copied database, a file that is made, renamed or
removed, and either side of a call to Microsoft.
"""

import os
import re
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from portal.storage import database

WRITES = re.compile(
    r"\s*(begin|commit|rollback|savepoint|release|insert|update|delete|create|drop|alter"
    r"|pragma (wal_checkpoint|journal_mode =))",
    re.IGNORECASE,
)
FILES = {"os.rename": 1, "os.remove": 0, "os.mkdir": 0}
PAGES = 16


class KillPoints:
    """`at` zero never strikes: the steps are only counted."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0
        self._lock = threading.Lock()

    def step(self) -> None:
        with self._lock:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)

    def lay(self, below: Path) -> None:
        """Across everything that this process does from now on; of files, those below a folder."""
        self._across_rows()
        self._across_calls()
        self._across_files(str(below))

    def _across_rows(self) -> None:
        sqlite: Any = vars(database)["sqlite"]
        real, step = sqlite.connect, self.step

        class Stepping(sqlite.Connection):  # type: ignore[misc]  # pysqlite3 has no types
            def backup(self, target: Any) -> None:
                super().backup(target, pages=PAGES, progress=lambda *_: step())

        def connect(*arguments: Any, **options: Any) -> Any:
            made = real(*arguments, factory=Stepping, **options)
            made.set_trace_callback(lambda sql: step() if WRITES.match(sql) else None)
            return made

        sqlite.connect = connect

    def _across_calls(self) -> None:
        real, step = HTTPAdapter.send, self.step

        def send(adapter: HTTPAdapter, request: PreparedRequest, **options: Any) -> Response:
            step()
            answer = real(adapter, request, **options)
            step()
            return answer

        HTTPAdapter.send = send  # type: ignore[assignment, method-assign]  # this process is there for it

    def _across_files(self, below: str) -> None:
        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            place = FILES.get(event)
            is_made = event == "open" and bool(arguments[2] & os.O_CREAT)
            if place is None and not is_made:
                return
            if str(arguments[place or 0]).startswith(below):
                self.step()

        sys.addaudithook(watch)
