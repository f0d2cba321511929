"""The web server, which can also cut an answer short, as networks do."""

import socket
import ssl
import struct
import threading
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from sandbox.faults import CUT


class Handler(WSGIRequestHandler):
    """A silent keep-alive handler that can cut an answer.

    Werkzeug drains a connection before its next request, and so has to close each one.
    This one reads a request whole and completes the answer before it sends any of it:
    a connection can be used again, or be cut at a chosen point.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Seconds that a connection may stay idle.
    timeout = 120

    def log_request(self, *_: Any) -> None:
        return None

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        environ["wsgi.input"] = BytesIO(self._content(environ))
        parts, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        content = b"".join(parts)
        cut = headers.pop(CUT, None)
        if cut == "reset":
            # No linger: the kernel answers with RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._hang_up()
            return
        self._send_head(status, headers)
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if cut else content)
        self.wfile.flush()
        if cut:
            self._hang_up()

    def _content(self, environ: dict[str, Any]) -> bytes:
        """Read the whole body, so that none of it is taken for the next request."""
        source = environ["wsgi.input"]
        if environ.get("wsgi.input_terminated"):
            return cast(bytes, source.read())
        length = environ.get("CONTENT_LENGTH") or "0"
        return cast(bytes, source.read(int(length))) if length.isdigit() else b""

    def _send_head(self, status: str, headers: Headers) -> None:
        code, _, reason = status.partition(" ")
        # send_response() would add a Server header, which Microsoft does not send.
        self.send_response_only(int(code), reason)
        self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()


def server_for(
    app: Flask, *, port: int, certificate: tuple[Path, Path] | None = None
) -> BaseWSGIServer:
    """Bind to loopback without serving. `certificate` is (certificate, key) as PEM files."""
    context: Any = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    return make_server(
        "127.0.0.1", port, app, threaded=True, request_handler=Handler, ssl_context=context
    )


def serve_in_background(server: BaseWSGIServer) -> threading.Thread:
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    return thread
