"""Answers cut at every hundredth byte, or sent one byte at a time."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import orjson

from faults.harness.outcome import Faults, Outcome
from portal.graph.client import GraphClient, Surroundings
from portal.graph.errors import GraphError
from portal.graph.paging import Page, changes, page_of

EVERY = 100
Send = Callable[[socket.socket], None]


@contextmanager
def _server(answers: Iterator[Send]) -> Iterator[str]:
    """Serve one answer per connection; "Connection: close" keeps it that way."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.recv(65536)
                try:
                    next(answers)(peer)
                except (OSError, StopIteration):
                    continue

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _head(length: int | None) -> bytes:
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return f"HTTP/1.1 200 OK\r\n{size}\r\nConnection: close\r\n\r\n".encode()


def _cut(body: bytes, at: int) -> Iterator[Send]:
    """Yield three kinds of answers that end too early."""
    yield lambda peer: peer.sendall(_head(len(body)) + body[:at])
    yield lambda peer: peer.sendall(_head(None) + b"%x\r\n%b" % (len(body), body[:at]))
    yield lambda peer: peer.sendall(_head(at) + body[:at])


def _client(root: str, *, patience: float) -> GraphClient:
    return GraphClient(
        session=Surroundings({}, verify=True).session(),
        root=root,
        mailbox_path="/me",
        token=lambda _: "token",
        patience=patience,
        wait=lambda _: None,
    )


def _document(root: str) -> dict[str, Any]:
    """A page of changes, whose link stays with the mailbox."""
    return {
        "value": [{"id": f"message-{number}", "subject": "é" * 40} for number in range(250)],
        "@odata.deltaLink": f"{root}/me/messages/delta?$deltatoken=x",
    }


def _page(client: GraphClient) -> Page:
    """Fetch the page, once more if the client gave up."""
    try:
        return next(changes(client, "messages/delta"))
    except GraphError:
        return next(changes(client, "messages/delta"))


def page_cut(*, every: int = EVERY) -> Outcome:
    """A cut page is never accepted as a page; the next attempt returns all of it."""
    wrong: list[str] = []
    to_send: list[Send] = []
    with _server(iter(lambda: to_send.pop(0) if to_send else _hang_up, None)) as root:
        document, client = _document(root), _client(root, patience=30)
        body = orjson.dumps(document)
        cuts = [(at, kind) for at in range(0, len(body), every) for kind in range(3)]
        for at, kind in cuts:
            to_send[:] = [list(_cut(body, at))[kind], partial(_send_whole, body)]
            if _page(client) != page_of(document, client):
                wrong.append(f"cut {kind} at {at}: a part was taken for the page")
    return Outcome(len(cuts), "the whole page or none", tuple(wrong[:5]), len(cuts))


def _hang_up(peer: socket.socket) -> None:
    peer.close()


def _send_whole(body: bytes, peer: socket.socket) -> None:
    peer.sendall(_head(len(body)) + body)


def slow_answer(*, seconds: float = 3) -> Outcome:
    """The client gives up on a dripping answer when its time is over."""

    def drip(peer: socket.socket) -> None:
        peer.sendall(_head(10_000))
        for _ in range(10_000):
            peer.sendall(b" ")
            time.sleep(0.05)

    with _server(iter([drip] * 4)) as root:
        started, wrong = time.monotonic(), []
        try:
            _client(root, patience=seconds).get("messages/delta")
            wrong.append("a page came of it")
        except GraphError:
            pass
        took = time.monotonic() - started
        if took > seconds + 2:
            wrong.append(f"it took {took:.0f} seconds")
    return Outcome(1, f"given up after {took:.1f} of {seconds:.0f} seconds", tuple(wrong), 1)


FAULTS: Faults = {"page-cut": page_cut, "slow-answer": slow_answer}
