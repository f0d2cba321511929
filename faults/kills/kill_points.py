"""Count the steps of a program and kill -9 it before the n-th.

A step is a writing statement, a few pages of a database copy, a file created, renamed or removed,
or either side of a call to Microsoft.
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
    """Counts steps; with `at` zero it never kills."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0
        self._lock = threading.Lock()

    def step(self) -> None:
        with self._lock:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, below: Path) -> None:
        """Watch every step of this process from now on; files only below this folder."""
        self._watch_statements()
        self._watch_calls()
        self._watch_files(str(below))

    def _watch_statements(self) -> None:
        sqlite: Any = vars(database)["sqlite"]
        real, step = sqlite.connect, self.step

        class Stepping(sqlite.Connection):  # type: ignore[misc]  # pysqlite3 ships no types
            def backup(self, target: Any) -> None:
                super().backup(target, pages=PAGES, progress=lambda *_: step())

        def connect(*arguments: Any, **options: Any) -> Any:
            made = real(*arguments, factory=Stepping, **options)
            made.set_trace_callback(lambda sql: step() if WRITES.match(sql) else None)
            return made

        sqlite.connect = connect

    def _watch_calls(self) -> None:
        real, step = HTTPAdapter.send, self.step

        def send(adapter: HTTPAdapter, request: PreparedRequest, **options: Any) -> Response:
            step()
            answer = real(adapter, request, **options)
            step()
            return answer

        HTTPAdapter.send = send  # type: ignore[assignment, method-assign]  # this process exists to be killed

    def _watch_files(self, below: str) -> None:
        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            place = FILES.get(event)
            is_made = event == "open" and bool(arguments[2] & os.O_CREAT)
            if place is None and not is_made:
                return
            if str(arguments[place or 0]).startswith(below):
                self.step()

        sys.addaudithook(watch)
