"""The time that a page may take for everything it asks of others."""

from collections.abc import Callable, Iterable
from typing import Any

from portal.graph.time_limits import PAGE_SECONDS, within


class TimeLimit:
    """Limit what each request asks of others, whichever route it takes."""

    def __init__(self, app: Callable[[dict[str, Any], Any], Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with within(PAGE_SECONDS):
            return self._app(environ, start_response)
