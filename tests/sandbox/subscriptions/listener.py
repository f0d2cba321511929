"""A web server that receives notifications, as a portal would."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Listener:
    """Requests received. It answers with `statuses` first, then with 202."""

    url: str = ""
    handshake: str = "good"
    statuses: list[int] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    handshakes: list[str] = field(default_factory=list)

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """Wait for this many notifications, and return them."""
        end = time.monotonic() + 10
        while len(self.told) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.told[:count]


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = parse_qs(urlsplit(self.path).query).get("validationToken")
            if token:
                listener.handshakes.append(self.path)
                answer = token[0] if listener.handshake == "good" else "something else"
                self.say(200, answer.encode(), "text/plain")
                return
            status = listener.statuses.pop(0) if listener.statuses else 202
            if status < 300:
                listener.told.extend(json.loads(content)["value"])
            self.say(status, b"", "text/plain")

        def say(self, status: int, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
