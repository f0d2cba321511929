"""A loopback server that gives prepared answers in turn and records its requests."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Say:
    """One answer. `length` declares a false Content-Length, as a cut connection does.

    `stalls_after` seconds the body goes on by one byte, and then stops for good.
    """

    body: object = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    stalls_after: float | None = None

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else orjson.dumps(self.body)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Loopback:
    """A loopback server. It repeats the last answer."""

    def __init__(self) -> None:
        self.answers: list[Say] = []
        self.asked: list[Asked] = []
        self.ended = threading.Event()
        self.url = ""

    def will(self, *answers: Say) -> None:
        self.answers = list(answers)

    def next_answer(self) -> Say:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def loopback() -> Iterator[Loopback]:
    place = Loopback()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            place.asked.append(Asked(self.command, self.path, headers, self.rfile.read(length)))
            said = place.next_answer()
            self.send_response(said.status)
            for name, value in {**JSON, **said.headers}.items():
                self.send_header(name, value)
            told = len(said.content) if said.length is None else said.length
            self.send_header("Content-Length", str(told))
            self.end_headers()
            self.wfile.write(said.content[:1] if said.stalls_after else said.content)
            if said.stalls_after and not place.ended.wait(said.stalls_after):
                with suppress(OSError):  # the other side may have given up
                    self.wfile.write(said.content[1:2])
                place.ended.wait()
            self.close_connection = said.length is not None

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815  # the names http.server asks for

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    place.url = f"http://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield place
    finally:
        place.ended.set()
        server.shutdown()
        server.server_close()
