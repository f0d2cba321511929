"""Bodies that no view has read: a proxy that still sends one would miss the answer."""

import contextlib
import threading
from collections.abc import Iterable
from typing import Any

from werkzeug.exceptions import BadRequest

from portal.web.requests import LONG_BODY_AT_MOST, Wsgi

PIECE = 64 * 1024
PAUSE_SECONDS = 2.0  # in which a sender sends nothing
SECONDS_AT_MOST = 10.0  # for all of a body, like the proxies in docs/examples
RECEIVING = 0  # socket.SHUT_RD: what a connection may stop


class UnreadBodies:
    """Take what the sender still sends before the answer is handed out.

    A refusal needs no body. If the server then closed a connection with unread bytes, the kernel
    would reset it, and a proxy that was still sending would report an error of its own.
    """

    def __init__(self, app: Wsgi) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = self._app(environ, start_response)
        # Only gunicorn lends its connection, without which nothing would end the wait.
        connection = environ.get("gunicorn.socket")
        if connection is not None and _is_body_within_limit(environ):
            _take_rest(environ["wsgi.input"], connection)
        return answer


def _is_body_within_limit(environ: dict[str, Any]) -> bool:
    if "HTTP_TRANSFER_ENCODING" in environ:
        return True  # Its length shows when it is read.
    return 0 < int(environ.get("CONTENT_LENGTH") or 0) <= LONG_BODY_AT_MOST


def _take_rest(body: Any, connection: Any) -> None:
    """Read to the body's end, the limit, a pause or the last second, whichever comes first."""
    end = threading.Timer(SECONDS_AT_MOST, _stop_receiving, [connection])
    usual = connection.gettimeout()
    connection.settimeout(PAUSE_SECONDS)
    end.start()
    try:
        # Nothing came for too long, or nothing that can be read: the answer stands.
        with contextlib.suppress(OSError, BadRequest):
            taken = 0
            while taken < LONG_BODY_AT_MOST and (piece := body.read(PIECE)):
                taken += len(piece)
    finally:
        end.cancel()
        connection.settimeout(usual)


def _stop_receiving(connection: Any) -> None:
    with contextlib.suppress(OSError):  # The sender may have left.
        connection.shutdown(RECEIVING)
