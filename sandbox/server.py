"""Serves the app over a real socket, and can cut an answer in the middle as networks do."""

import socket
import ssl
import struct
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.faults import CUT


class Handler(WSGIRequestHandler):
    """Keep-alive, silent, and obedient to an ordered cut."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    cut: str | None = None

    def log_request(self, *_details: int | str) -> None:
        return None

    def send_header(self, keyword: str, value: str) -> None:
        if keyword.lower() == CUT.lower():
            self.cut = value
            return
        super().send_header(keyword, value)

    def run_wsgi(self) -> None:
        self.cut = None
        whole = self.wfile
        held = Held()
        self.wfile = held  # type: ignore[assignment]  # a writer is all that is needed here
        try:
            super().run_wsgi()
        finally:
            self.wfile = whole
        self._let_go(held.content)

    def _let_go(self, answer: bytes) -> None:
        if self.cut is None:
            self.wfile.write(answer)
            return
        self.close_connection = True
        if self.cut == "truncate":
            head, _, body = answer.partition(b"\r\n\r\n")
            self.wfile.write(head + b"\r\n\r\n" + body[: len(body) // 2])
            self.wfile.flush()
        else:
            # No linger: the kernel answers with RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class Held:
    """Keeps what a view writes until the handler knows whether to send all of it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    @property
    def content(self) -> bytes:
        return b"".join(self.parts)

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        return None


def server_for(
    app: Flask, *, port: int, certificate: tuple[Path, Path] | None = None
) -> BaseWSGIServer:
    """Bound to loopback, not yet serving; `certificate` is (certificate, key) as PEM files."""
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
