"""Something that happens at one moment of a worker's turn: at its n-th call or transaction."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from portal.graph.client import GraphClient
from portal.storage.rows import Rows


class Killed(BaseException):
    """A worker ends here, as by kill -9."""


class Moments:
    """Counts the moments of this thread: either side of a call, and before each transaction."""

    def __init__(self) -> None:
        self._left = 0
        self._do: Callable[[], object] | None = None
        self._thread = threading.get_ident()

    def at(self, number: int, do: Callable[[], object]) -> None:
        self._left, self._do = number, do

    def clear(self) -> None:
        self._do = None

    def pass_by(self) -> None:
        if self._do is None or threading.get_ident() != self._thread:
            return
        self._left -= 1
        if self._left <= 0:
            do, self._do = self._do, None
            do()

    def watch(self, monkeypatch: pytest.MonkeyPatch, rows: Rows) -> None:
        """Watch the calls to Microsoft and the transactions of this process."""
        send, write, begin = HTTPAdapter.send, type(rows).write, GraphClient.__init__

        def sending(adapter: HTTPAdapter, request: PreparedRequest, **options: Any) -> Response:
            is_ours = "/_sandbox/" not in (request.url or "")
            if is_ours:
                self.pass_by()
            answer = send(adapter, request, **options)
            if is_ours:
                self.pass_by()
            return answer

        @contextmanager
        def writing(rows: Any, **options: Any) -> Iterator[None]:
            if not rows.database.conn.in_transaction:
                self.pass_by()
            with write(rows, **options):
                yield

        def beginning(client: GraphClient, *given: Any, **options: Any) -> None:
            begin(client, *given, **options | {"wait": lambda _: None})

        monkeypatch.setattr(HTTPAdapter, "send", sending)
        monkeypatch.setattr(type(rows), "write", writing)
        monkeypatch.setattr(GraphClient, "__init__", beginning)
