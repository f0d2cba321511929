"""A Graph server for benchmarks: answers made before the clock starts, sent at once.

It checks nothing and keeps nothing but counters. The answers have the shapes that Microsoft
documents.
"""

import asyncio
import re
from collections import Counter
from typing import Any, ClassVar, Protocol

import orjson

LENGTH = re.compile(rb"(?im)^content-length: *(\d+)")
BEARER = re.compile(rb"(?im)^authorization: bearer (.+?)\r?$")
# Status, body and further headers of one response.
Answer = tuple[int, bytes, str]


class CannedGraph(Protocol):
    """The answers of a server; `delay` is in seconds a request."""

    delay: float
    asked: int
    counts: Counter[str]

    def answer(self, target: str, content: bytes) -> Answer: ...


def page(value: bytes, kind: str, link: str) -> bytes:
    return b'{"@odata.context":"x","value":' + value + f',"{kind}":"{link}"}}'.encode()


class Connection(asyncio.Protocol):
    """As much HTTP/1.1 as a keep-alive client needs."""

    busy: ClassVar[Counter[bytes]] = Counter()
    most_at_once = 0

    def __init__(self, graph: CannedGraph) -> None:
        self.graph = graph
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a stream server always passes one
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            size = LENGTH.search(head)
            need = end + 4 + (int(size[1]) if size else 0)
            if len(self.buffer) < need:
                return
            content, self.buffer = self.buffer[end + 4 : need], self.buffer[need:]
            self._take(head, content)

    def _take(self, head: bytes, content: bytes) -> None:
        target = head.split(b" ", 2)[1].decode()
        if target == "/_counts":
            self._send(200, orjson.dumps(self._report()), "")
            return
        bearer = BEARER.search(head)
        owner = bearer[1] if bearer else b""
        Connection.busy[owner] += 1
        Connection.most_at_once = max(Connection.most_at_once, Connection.busy[owner])
        answer = self.graph.answer(target, content)
        loop = asyncio.get_running_loop()
        loop.call_later(self.graph.delay, self._finish, owner, answer)

    def _finish(self, owner: bytes, answer: Answer) -> None:
        Connection.busy[owner] -= 1
        self._send(*answer)

    def _send(self, status: int, content: bytes, more: str) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(content)}\r\n{more}\r\n"
        self.transport.write(head.encode() + content)

    def _report(self) -> dict[str, Any]:
        return {
            "asked": self.graph.asked,
            "most_at_once": Connection.most_at_once,
            "counts": dict(self.graph.counts),
        }


def serve(graph: CannedGraph, port: int) -> None:
    """Serve until killed."""
    asyncio.run(_serve(graph, port))


async def _serve(graph: CannedGraph, port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(graph), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()
