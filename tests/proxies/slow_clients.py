"""Clients that send a byte at a time, as long as the proxy lets them."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.proxies.harness import HOST, Proxy

PAUSE = 1.0
HEADERS = f"GET /signin HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode()
BODY = (
    f"POST /signin HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 100000\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
).encode()


@dataclass
class SlowClient:
    """One connection, and when the proxy ended it."""

    socket: ssl.SSLSocket
    is_body: bool
    ended_at: float | None = None
    answer: bytes = b""

    def drip(self) -> None:
        """Send one byte, and notice the end."""
        try:
            self.socket.send(b"a")
            self.answer += self._received()
        except OSError:
            self.ended_at = time.monotonic()

    def _received(self) -> bytes:
        try:
            read = self.socket.recv(4096)
        except ssl.SSLWantReadError:
            return b""
        if not read:
            raise ConnectionResetError
        return read


@dataclass
class SlowClients:
    """Many of them, which one thread keeps sending."""

    all: list[SlowClient] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def open_ones(self, *, is_body: bool) -> list[SlowClient]:
        return [each for each in self.all if each.is_body is is_body and each.ended_at is None]

    def seconds_until_ended(self, *, is_body: bool, since: float, patience: float) -> float:
        """Wait until the proxy has ended all connections of a kind; say how long it took."""
        while self.open_ones(is_body=is_body) and time.monotonic() < since + patience:
            time.sleep(0.1)
        assert not self.open_ones(is_body=is_body)
        return time.monotonic() - since

    def keep_sending(self) -> None:
        while not self.is_over.wait(PAUSE):
            for client in self.all:
                if client.ended_at is None:
                    client.drip()


@contextmanager
def slow_clients(
    front: Proxy, *, headers: int, bodies: int, peer: Callable[[int], str]
) -> Iterator[SlowClients]:
    """Open connections from these addresses; half of a request is all that they ever send."""
    clients = SlowClients()
    for number in range(headers + bodies):
        opened = front.opened(peer(number))
        opened.sendall(BODY if number < bodies else HEADERS)
        opened.setblocking(False)
        clients.all.append(SlowClient(opened, is_body=number < bodies))
    sender = threading.Thread(target=clients.keep_sending, daemon=True)
    sender.start()
    yield clients
    clients.is_over.set()
    sender.join(30)
    for client in clients.all:
        client.socket.close()
