"""Bodies that the server cannot take apart, such as one with a wrong chunk size."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest

from portal.web.requests import Wsgi

UNREADABLE = "The body of this request could not be read."


class Body:
    """A body whose reading raises BadRequest, whatever the server raises."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, *size: int) -> bytes:
        return self._taken(lambda: bytes(self._body.read(*size)))

    def readline(self, *size: int) -> bytes:
        return self._taken(lambda: bytes(self._body.readline(*size)))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _taken(self, read: Callable[[], bytes]) -> bytes:
        try:
            return read()
        except ParseException as error:
            raise BadRequest(UNREADABLE) from error


class ReadableBodies:
    """Lend each request a body that is read or refused, and never fails the page."""

    def __init__(self, app: Wsgi) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._app({**environ, "wsgi.input": Body(environ["wsgi.input"])}, start_response)
